import { reject } from './host';
import { ATTRIBUTES_END } from './memory';
import { endOf, NOWHERE, Range, startOf } from './range';
import { readBytes, skipUnknown } from './wire';

/**
 * Attributes wait in a list, an entry each: the range of the key and that of the value's message, both in the record.
 * A list is part of a stack: what is needed while it is written goes behind it.
 */

export const ENTRY_BYTES: usize = 16;
const VALUE: usize = 8;

/** Sorting by insertion is the fastest for few; many would make it take for ever. */
const LIST_LENGTH_MAX: usize = 512;

const KEY_TAG: u8 = 0x0a;
const VALUE_TAG: u8 = 0x12;

/** Reads a KeyValue, whose length is at `at`, into the entry at `entry`. Returns where it ends; the next entry is `after`. */
export function readAttribute(entry: usize, at: usize, end: usize): usize {
  if (entry >= ATTRIBUTES_END) reject();
  const message = readBytes(at, end);
  const start = startOf(message);
  const messageEnd = endOf(message);
  // As all senders write it: a key and a value, both shorter than 128 bytes. Else the long way.
  const keyLength = load<u8>(start, 1) as usize;
  const valueAt = start + 2 + keyLength;
  const valueLength = load<u8>(valueAt, 1) as usize;
  if (
    load<u8>(start) === KEY_TAG &&
    load<u8>(valueAt) === VALUE_TAG &&
    (keyLength | valueLength) < 0x80 &&
    valueAt + 2 + valueLength === messageEnd
  ) {
    store<u32>(entry, start + 2);
    store<u32>(entry, valueAt, 4);
    store<u32>(entry, valueAt + 2, 8);
    store<u32>(entry, messageEnd, 12);
  } else {
    readAnyAttribute(entry, start, messageEnd);
  }
  return messageEnd;
}

function readAnyAttribute(entry: usize, start: usize, end: usize): void {
  let key = NOWHERE;
  let value = NOWHERE;
  for (let at = start; at < end; ) {
    switch (load<u8>(at)) {
      case KEY_TAG:
        key = readBytes(at + 1, end);
        at = endOf(key);
        break;
      case VALUE_TAG:
        if (value !== NOWHERE) reject(); // Two would have to be merged.
        value = readBytes(at + 1, end);
        at = endOf(value);
        break;
      default:
        at = skipUnknown(at, end, 2);
    }
  }
  store<u64>(entry, key);
  store<u64>(entry, value, VALUE);
}

/** The entry behind `entry`. */
export function after(entry: usize): usize {
  return entry + ENTRY_BYTES;
}

export function keyRange(entry: usize): Range {
  return load<u64>(entry);
}

export function valueRange(entry: usize): Range {
  return load<u64>(entry, VALUE);
}

/** Sorts entries by the bytes of their keys; equal keys stay in their order. */
export function sortByKey(first: usize, end: usize): void {
  if (end - first > LIST_LENGTH_MAX * ENTRY_BYTES) reject();
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
