/** Two places that belong together; null where one list has nothing that belongs to the other's. */
export interface AlignedPlaces {
  before: number | null;
  after: number | null;
}

/** Beyond so many comparisons, lists are taken as they stand: the table of them would take too much memory. */
const COMPARISONS_MAX = 1_000_000;

/**
 * Which elements of two lists belong together: as many as possible that are the same, in order. Of what stands between two of
 * those, the first belongs to the first, and so on.
 */
export function align(
  beforeCount: number,
  afterCount: number,
  isSame: (before: number, after: number) => boolean,
): AlignedPlaces[] {
  const pairs =
    beforeCount * afterCount > COMPARISONS_MAX ? [] : longestCommon(beforeCount, afterCount, isSame);
  const aligned: AlignedPlaces[] = [];
  let [before, after] = [0, 0];
  for (const pair of [...pairs, { before: beforeCount, after: afterCount }]) {
    while (before < pair.before || after < pair.after) {
      aligned.push({
        before: before < pair.before ? before++ : null,
        after: after < pair.after ? after++ : null,
      });
    }
    if (before < beforeCount && after < afterCount) aligned.push({ before: before++, after: after++ });
  }
  return aligned;
}

/** The longest common subsequence, as pairs of places. */
function longestCommon(
  beforeCount: number,
  afterCount: number,
  isSame: (before: number, after: number) => boolean,
): { before: number; after: number }[] {
  const same = Array.from({ length: beforeCount }, (_, i) =>
    Array.from({ length: afterCount }, (_, j) => isSame(i, j)),
  );
  /** How many pairs there are from these places on. */
  const lengths = Array.from({ length: beforeCount + 1 }, () => new Uint32Array(afterCount + 1));
  const lengthAt = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = beforeCount - 1; i >= 0; i--) {
    const row = lengths[i] as Uint32Array;
    for (let j = afterCount - 1; j >= 0; j--) {
      row[j] = same[i]?.[j] ? lengthAt(i + 1, j + 1) + 1 : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1));
    }
  }
  const pairs: { before: number; after: number }[] = [];
  for (let [i, j] = [0, 0]; i < beforeCount && j < afterCount; ) {
    if (same[i]?.[j] && lengthAt(i, j) === lengthAt(i + 1, j + 1) + 1)
      pairs.push({ before: i++, after: j++ });
    else if (lengthAt(i + 1, j) >= lengthAt(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}
