import { reject } from '../host';
import { ENTRIES_END } from '../memory';
import { endOf, NOWHERE, Range, range, startOf } from '../range';
import { Reason } from '../reason';
import { nestingMax } from '../settings';
import { readBytes, readVarint, skip8, skipUnknown } from '../wire';
import { after, VALUE } from './entries';
import { ELEMENT_TAG, Value } from './value';

/**
 * Attributes and their values, which are in one file since the value of an attribute may hold attributes. Values are checked when they
 * are read, so that writing them cannot fail. An AnyValue here has one field or none. More, or one that is not known, is for the plain engine.
 */

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

/**
 * The same for an attribute as nearly all are: a key and a string, a number or a truth value, all of them shorter than 128
 * bytes and written in the shortest way.
 *
 * @returns 0 for any other.
 */
export function readUsualAttribute(entry: usize, at: usize, end: usize): usize {
  const length = load<u8>(at) as usize;
  const key = at + 3;
  const keyLength = load<u8>(at, 2) as usize;
  const value = key + keyLength + 2;
  const valueLength = load<u8>(value - 1) as usize;
  const messageEnd = at + 1 + length;
  const tags = (load<u8>(at, 1) === KEY_TAG && load<u8>(value - 2) === VALUE_TAG) as bool;
  if (
    !tags ||
    (length | keyLength | valueLength) >= 0x80 ||
    value + valueLength !== messageEnd ||
    messageEnd > end ||
    entry >= ENTRIES_END
  ) {
    return 0;
  }
  const tag = load<u8>(value) as i32;
  const second = load<u8>(value, 1) as usize;
  if (tag === Value.String ? second + 2 !== valueLength : !isShortNumber(tag, second, valueLength, value))
    return 0;
  store<u64>(entry, range(key, key + keyLength));
  store<u64>(entry, range(value, messageEnd), VALUE);
  return messageEnd;
}

/** Of one byte or two. */
function isShortNumber(tag: i32, second: usize, valueLength: usize, value: usize): bool {
  if (tag !== Value.Int && tag !== Value.Bool) return false;
  if (valueLength === 2) return second < 0x80;
  return valueLength === 3 && second >= 0x80 && load<u8>(value, 2) < 0x80;
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

/**
 * @param level how deep the value is nested; an attribute's value, or a body, is 1.
 * @param scratch where entries may be put.
 */
export function checkValue(value: Range, level: u32, scratch: usize): void {
  if (level > nestingMax) reject();
  const start = startOf(value);
  const end = endOf(value);
  if (start === end) return;
  switch (load<u8>(start) as i32) {
    case Value.String:
    case Value.Bytes:
      endsAt(endOf(readBytes(start + 1, end)), end);
      return;
    case Value.Bool:
    case Value.Int:
      endsAt(readVarint(start + 1, end), end);
      return;
    case Value.Double:
      endsAt(skip8(start + 1, end), end);
      return;
    case Value.Array: {
      const values = readBytes(start + 1, end);
      endsAt(endOf(values), end);
      checkElements(values, level + 1, scratch);
      return;
    }
    case Value.Kvlist: {
      const members = readBytes(start + 1, end);
      endsAt(endOf(members), end);
      checkMembers(members, level + 1, scratch);
      return;
    }
  }
  reject();
}

function checkElements(values: Range, level: u32, scratch: usize): void {
  const end = endOf(values);
  for (let at = startOf(values); at < end; ) {
    if (load<u8>(at) !== ELEMENT_TAG) reject();
    const element = readBytes(at + 1, end);
    checkValue(element, level, scratch);
    at = endOf(element);
  }
}

function checkMembers(members: Range, level: u32, scratch: usize): void {
  const end = endOf(members);
  for (let at = startOf(members); at < end; ) {
    if (load<u8>(at) !== ELEMENT_TAG) reject();
    at = readAttribute(scratch, at + 1, end, level);
  }
}

function endsAt(at: usize, end: usize): void {
  if (at !== end) reject();
}
