/** Numbers by names that are not known before: functions of users choose them. */
export type NamedCounts = ReadonlyMap<string, number>;

export const NO_COUNTS: NamedCounts = new Map();

/** Each name is a series of metrics, and one that is made of data would be as many as there are values. */
const NAMES_MAX = 100;

/** What is counted under further names. */
const OTHER = 'other';

/** Adds to the number that has this name. */
export function count(counts: Map<string, number>, name: string, amount: number): void {
  const counted = counts.has(name) || counts.size < NAMES_MAX ? name : OTHER;
  counts.set(counted, (counts.get(counted) ?? 0) + amount);
}

/** The sums of both. */
export function addCounts(sums: NamedCounts, others: NamedCounts): NamedCounts {
  if (others.size === 0) return sums;
  const added = new Map(sums);
  for (const [name, amount] of others) count(added, name, amount);
  return added;
}
