/** Neighbouring items of a record by their positions, counted from 0; both ends are included. */
export type ItemRange = readonly [first: number, last: number];

/** @param itemIndexes ascending. */
export function rangesOf(itemIndexes: readonly number[]): ItemRange[] {
  const ranges: [number, number][] = [];
  for (const index of itemIndexes) {
    const range = ranges.at(-1);
    if (range && index === range[1] + 1) range[1] = index;
    else ranges.push([index, index]);
  }
  return ranges;
}

/** As a dead letter lists them: `0-4,7`. */
export function formatItems(ranges: readonly ItemRange[]): string {
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}

/** @param text of a dead letter: `0-4,7`, or `0,1,2` where neighbours are listed one by one. */
export function parseItems(text: string): ItemRange[] {
  if (text === '') return [];
  return text.split(',').map(range => {
    const [first, last = first] = range.split('-').map(Number);
    return [first, last] as ItemRange;
  });
}

/** How many items the ranges hold. */
export function countItems(ranges: readonly ItemRange[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/**
 * Whether an item is in one of the ranges.
 *
 * @param ranges ascending.
 */
export function hasItem(ranges: readonly ItemRange[], itemIndex: number): boolean {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle] as ItemRange)[1] < itemIndex) low = middle + 1;
    else high = middle;
  }
  return low < ranges.length && (ranges[low] as ItemRange)[0] <= itemIndex;
}
