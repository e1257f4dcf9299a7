import { reject } from '../host';
import { ENTRIES_END } from '../memory';
import { endOf, Range, startOf } from '../range';
import { after, ENTRY_BYTES, keyRange } from '../read/entries';
import { Reason } from '../reason';

/** Sorting by insertion is the fastest for few. */
const INSERTED_MAX: usize = 32;

/**
 * Sorts entries by the bytes of their keys; equal keys stay in their order.
 *
 * @param scratch as much free place as the entries take, if they are many.
 */
export function sortByKey(first: usize, end: usize, scratch: usize): void {
  if (end - first <= INSERTED_MAX * ENTRY_BYTES) {
    insertByKey(first, end);
    return;
  }
  if (scratch + (end - first) > ENTRIES_END) reject(Reason.TooLarge);
  const middle = first + (((end - first) / ENTRY_BYTES) >>> 1) * ENTRY_BYTES;
  sortByKey(first, middle, scratch);
  sortByKey(middle, end, scratch);
  merge(first, middle, end, scratch);
}

function insertByKey(first: usize, end: usize): void {
  for (let entry = first + ENTRY_BYTES; entry < end; entry = after(entry)) {
    const moved = v128.load(entry);
    const key = keyRange(entry);
    let place = entry;
    while (place > first && isBefore(key, keyRange(place - ENTRY_BYTES))) {
      v128.store(place, v128.load(place - ENTRY_BYTES));
      place -= ENTRY_BYTES;
    }
    v128.store(place, moved);
  }
}

/** The first half is moved away, and then comes back, each entry before those of the second half that are not less. */
function merge(first: usize, middle: usize, end: usize, scratch: usize): void {
  memory.copy(scratch, first, middle - first);
  const halfEnd = scratch + (middle - first);
  let left = scratch;
  let right = middle;
  for (let to = first; left < halfEnd; to = after(to)) {
    const fromRight = right < end && isBefore(keyRange(right), keyRange(left));
    v128.store(to, v128.load(fromRight ? right : left));
    if (fromRight) right = after(right);
    else left = after(left);
  }
}

/** Whether the bytes at `a` sort before those at `b`. */
function isBefore(a: Range, b: Range): bool {
  const aStart = startOf(a);
  const bStart = startOf(b);
  const aLength = endOf(a) - aStart;
  const bLength = endOf(b) - bStart;
  const length = min(aLength, bLength);
  for (let i: usize = 0; i < length; i += 8) {
    const x = load<u64>(aStart + i);
    const y = load<u64>(bStart + i);
    if (x !== y) {
      // The first byte that differs is the lowest one.
      const shift = ctz(x ^ y) & 0x38;
      if (i + ((shift >>> 3) as usize) >= length) break;
      return ((x >>> shift) & 0xff) < ((y >>> shift) & 0xff);
    }
  }
  return aLength < bLength;
}

/** Whether the keys have the same bytes. */
export function sameKey(a: Range, b: Range): bool {
  return !isBefore(a, b) && !isBefore(b, a);
}
