import { reject } from '../host';
import { ENTRIES_END } from '../memory';
import { endOf, NOWHERE, Range, range, startOf } from '../range';
import { Reason } from '../reason';
import { readBytes, skipUnknown } from '../wire';
import { checkValue, Value } from './check';

/** Attributes wait in a list, an entry each: the range of the key and that of the value's message, both in the record. */

export const ENTRY_BYTES: usize = 16;
const VALUE: usize = 8;

const KEY_TAG: u8 = 0x0a;
const VALUE_TAG: u8 = 0x12;

/** The level of a value that need not be checked again. */
export const CHECKED: u32 = 0;

/**
 * Reads a KeyValue, whose length is at `at`, into the entry at `entry`, and checks its value. Returns where it ends; the
 * next entry is `after`.
 *
 * @param level how deep the value is nested; an attribute's value is 1. `CHECKED`: it was checked before.
 */
export function readAttribute(entry: usize, at: usize, end: usize, level: u32): usize {
  if (entry >= ENTRIES_END) reject(Reason.TooLarge);
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
    // In whole numbers of 64 bits, since that is how they are read: a processor is slow to read two small ones as one.
    store<u64>(entry, range(start + 2, valueAt));
    store<u64>(entry, range(valueAt + 2, messageEnd), VALUE);
    // Most are strings, and nothing else is in the value.
    const isString =
      (load<u8>(valueAt, 2) as i32) === Value.String && (load<u8>(valueAt, 3) as usize) + 2 === valueLength;
    if (!(isString && level <= 1) && level !== CHECKED) {
      checkValue(range(valueAt + 2, messageEnd), level, after(entry));
    }
  } else {
    readAnyAttribute(entry, start, messageEnd, level);
  }
  return messageEnd;
}

function readAnyAttribute(entry: usize, start: usize, end: usize, level: u32): void {
  let key = NOWHERE;
  let value = NOWHERE;
  for (let at = start; at < end; ) {
    switch (load<u8>(at)) {
      case KEY_TAG:
        key = readBytes(at + 1, end);
        at = endOf(key);
        break;
      case VALUE_TAG:
        if (value !== NOWHERE) reject(Reason.Merged);
        value = readBytes(at + 1, end);
        at = endOf(value);
        break;
      default:
        at = skipUnknown(at, end, 2);
    }
  }
  store<u64>(entry, key);
  store<u64>(entry, value, VALUE);
  // An absent value is none, and so is not nested either.
  if (value !== NOWHERE && level !== CHECKED) checkValue(value, level, after(entry));
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
