import { type Coordinates, coordinatesOf, ENTRY, LEDGER_PARTS, type Ledger, SIDES } from './ledger.js';

/** What can be wrong with a row. */
export const FAULTS = ['missing', 'duplicate', 'unexpected', 'changed'] as const;

export type Fault = (typeof FAULTS)[number];

/** Rows that are the same one by their identity and do not agree in number or content. */
export interface Example {
  /** How many rows of this identity are missing, too many, unexpected or changed. */
  rows: number;
  /** The items that they should be, or are, made of; a few at most. */
  sources: Coordinates[];
  /** The rows that are there; a few at most. */
  written: Coordinates[];
}

/** What the comparison of both sides came to, in rows. */
export interface Settlement {
  /** Rows that are there and shall be. Changed ones are among them. */
  matched: number;
  /** Their item was read and committed, and the row is not there. */
  missing: number;
  /** Items without a row that are older than what the output still keeps. */
  maybeDeleted: number;
  /** Rows of records that the input has deleted since the comparison began. */
  sourceDeleted: number;
  /** More rows than there are items. */
  duplicate: number;
  /** Rows that no item explains. */
  unexpected: number;
  /** The right identity with another key or value than the config makes. */
  changed: number;
  /** Of those, the ones whose value is right, so that only the key differs. */
  changedKeyOnly: number;
  /** Rows that differ, but say themselves that their texts were cut. */
  truncated: number;
  /** Items that a dead letter names and that have no row, as it should be. */
  deadLettered: number;
  /** Items that have no row and may be among those that a dead letter counts, but does not list. */
  maybeDeadLettered: number;
  /** Items that a dead letter names and that have a row: it was replayed. */
  replayed: number;
  examples: Record<Fault, Example[]>;
}

const EXAMPLE_PLACES_MAX = 4;

/**
 * Compares what should be with what is, identity by identity: an item that was sent twice shall have two rows, so it is
 * numbers that are compared.
 *
 * @param examplesMax how many examples of each fault are kept.
 * @param tick is called between parts and may take its time: the comparison waits for it.
 */
export async function settle(
  ledger: Pick<Ledger, 'parts'>,
  examplesMax: number,
  tick: (progress: { done: number; total: number }) => Promise<void>,
): Promise<Settlement> {
  const settlement: Settlement = {
    matched: 0,
    missing: 0,
    maybeDeleted: 0,
    sourceDeleted: 0,
    duplicate: 0,
    unexpected: 0,
    changed: 0,
    changedKeyOnly: 0,
    truncated: 0,
    deadLettered: 0,
    maybeDeadLettered: 0,
    replayed: 0,
    examples: { missing: [], duplicate: [], unexpected: [], changed: [] },
  };
  let done = 0;
  for (const words of ledger.parts()) {
    for (const entries of groups(words)) settleGroup(words, entries, settlement, examplesMax);
    done += 1;
    await tick({ done, total: LEDGER_PARTS });
  }
  return settlement;
}

/** The entries of each identity, by their numbers in the part. */
function* groups(words: Uint32Array): Generator<number[]> {
  const count = words.length / ENTRY.words;
  // A table of chains: per slot its last entry, per entry the one before it in the same slot.
  const slots = new Int32Array(slotCount(count)).fill(-1);
  const before = new Int32Array(count);
  const mask = slots.length - 1;
  for (let entry = 0; entry < count; entry += 1) {
    const slot = (words[entry * ENTRY.words] ?? 0) & mask;
    before[entry] = slots[slot] ?? -1;
    slots[slot] = entry;
  }
  for (const last of slots) {
    for (let rest = chain(before, last); rest.length > 0; ) {
      const [first = 0] = rest;
      const group = rest.filter(entry => sameIdentity(words, first, entry));
      yield group;
      rest = group.length === rest.length ? [] : rest.filter(entry => !sameIdentity(words, first, entry));
    }
  }
}

/** In the order in which they came. */
function chain(before: Int32Array, last: number): number[] {
  const entries: number[] = [];
  for (let entry = last; entry >= 0; entry = before[entry] ?? -1) entries.push(entry);
  return entries.reverse();
}

function slotCount(entries: number): number {
  let slots = 16;
  while (slots < entries) slots *= 2;
  return slots;
}

function sameIdentity(words: Uint32Array, one: number, other: number): boolean {
  const [a, b] = [one * ENTRY.words, other * ENTRY.words];
  return (
    words[a] === words[b] &&
    words[a + 1] === words[b + 1] &&
    words[a + 2] === words[b + 2] &&
    words[a + 3] === words[b + 3]
  );
}

function settleGroup(
  words: Uint32Array,
  entries: readonly number[],
  settlement: Settlement,
  examplesMax: number,
): void {
  const written = entries.filter(entry => isWritten(words, entry));
  const sources = entries.filter(entry => !isWritten(words, entry));
  const required = countOf(words, sources, SIDES.required);
  const maybeDeleted = countOf(words, sources, SIDES.maybe_deleted);
  const maybeDead = countOf(words, sources, SIDES.maybe_dead_lettered);
  const optional = countOf(words, sources, SIDES.optional);
  const dead = countOf(words, sources, SIDES.dead_lettered);
  const gone = countOf(words, sources, SIDES.source_deleted);

  const missing = Math.max(0, required - written.length);
  // Rows beyond those that must be there are explained by the likeliest items first, by replayed dead-letter records
  // and by what cannot be compared any more last.
  let beyond = Math.max(0, written.length - required);
  const explain = (items: number): number => {
    const explained = Math.min(beyond, items);
    beyond -= explained;
    return explained;
  };
  settlement.maybeDeleted += maybeDeleted - explain(maybeDeleted);
  settlement.maybeDeadLettered += maybeDead - explain(maybeDead);
  explain(optional);
  const replayed = explain(dead);
  const sourceDeleted = explain(gone);
  const tooMany = beyond;

  settlement.matched += written.length - tooMany - sourceDeleted;
  settlement.sourceDeleted += sourceDeleted;
  settlement.replayed += replayed;
  settlement.deadLettered += dead - replayed;

  const note = (fault: Fault, rows: number): void => {
    if (rows === 0) return;
    settlement[fault] += rows;
    const examples = settlement.examples[fault];
    if (examples.length < examplesMax) examples.push(example(words, rows, sources, written));
  };
  note('missing', missing);
  note(sources.length > 0 ? 'duplicate' : 'unexpected', tooMany);
  if (sources.length > 0 && written.length > 0) {
    const { changed, keyOnly } = compareContents(words, sources, written, tooMany);
    const cut = countOf(words, written, SIDES.written_cut);
    const truncated = Math.min(cut, changed - keyOnly);
    settlement.truncated += truncated;
    settlement.changedKeyOnly += keyOnly;
    note('changed', changed - truncated);
  }
}

/** How many of the rows that stand for an item differ from all that the items would make, each of which counts once. */
function compareContents(
  words: Uint32Array,
  sources: readonly number[],
  written: readonly number[],
  tooMany: number,
): { changed: number; keyOnly: number } {
  const value = (entry: number) => words[entry * ENTRY.words + ENTRY.value] ?? 0;
  const key = (entry: number) => words[entry * ENTRY.words + ENTRY.key] ?? 0;
  const content = (entry: number) => value(entry) * 2 ** 21 + (key(entry) >>> 11);
  const standing = written.length - tooMany;
  const changed = Math.max(0, standing - countInCommon(sources, written, content));
  if (changed === 0) return { changed: 0, keyOnly: 0 };
  const otherValue = Math.max(0, standing - countInCommon(sources, written, value));
  return { changed, keyOnly: changed - otherValue };
}

/** How many of both can be paired so that they agree in what `of` tells of them. */
function countInCommon(
  sources: readonly number[],
  written: readonly number[],
  of: (entry: number) => number,
): number {
  // Nearly always there is one of each.
  if (sources.length === 1 && written.length === 1) {
    return of(sources[0] as number) === of(written[0] as number) ? 1 : 0;
  }
  const left = new Map<number, number>();
  for (const entry of sources) left.set(of(entry), (left.get(of(entry)) ?? 0) + 1);
  let common = 0;
  for (const entry of written) {
    const count = left.get(of(entry)) ?? 0;
    if (count === 0) continue;
    left.set(of(entry), count - 1);
    common += 1;
  }
  return common;
}

function example(
  words: Uint32Array,
  rows: number,
  sources: readonly number[],
  written: readonly number[],
): Example {
  const places = (entries: readonly number[]) =>
    entries.slice(0, EXAMPLE_PLACES_MAX).map(entry => coordinatesOf(words, entry));
  return { rows, sources: places(sources), written: places(written) };
}

function sideOf(words: Uint32Array, entry: number): number {
  return (words[entry * ENTRY.words + ENTRY.sideAndPlace] ?? 0) >>> 24;
}

function isWritten(words: Uint32Array, entry: number): boolean {
  const side = sideOf(words, entry);
  return side === SIDES.written || side === SIDES.written_cut;
}

function countOf(words: Uint32Array, entries: readonly number[], side: number): number {
  return entries.reduce((count, entry) => count + (sideOf(words, entry) === side ? 1 : 0), 0);
}
