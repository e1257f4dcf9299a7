import { after, keyRange, readAttribute, sameKey, sortByKey, valueRange } from './attributes';
import { writeBase64 } from './base64';
import { isFiniteDouble, writeFinite, writeNotFinite } from './doubles';
import { reject } from './host';
import { writeSigned } from './integers';
import { endOf, isEmpty, Range, startOf } from './range';
import { nestingMax } from './settings';
import { copy, writeEscaped, writeWord } from './text';
import { readBytes, readVarint, skip8, varint } from './wire';

/**
 * Attribute values as text, the text as the inside of a JSON string: what `valueText` of the plain transform makes,
 * which tells whose texts they are.
 *
 * An AnyValue here has one field or none. More, or one that is not known, is for the plain transform.
 */

const STRING: u8 = 0x0a;
const BOOL: u8 = 0x10;
const INT: u8 = 0x18;
const DOUBLE: u8 = 0x21;
const ARRAY: u8 = 0x2a;
const KVLIST: u8 = 0x32;
const BYTES: u8 = 0x3a;

const ELEMENT_TAG: u8 = 0x0a;

const BACKSLASH: u8 = 0x5c;

/** Whether a NaN or an infinity was written as JSON, which JSON does not have. */
let notJson: bool = false;

/** @param entries where attribute entries may be put. */
export function writeValueText(at: usize, value: Range, entries: usize): usize {
  const start = startOf(value);
  const end = endOf(value);
  if (start === end) return at;
  const tag = load<u8>(start);
  switch (tag) {
    case STRING:
      return writeEscaped(at, startOf(last(readBytes(start + 1, end), end)), end, false);
    case DOUBLE: {
      const number = readDouble(start, end);
      return isFiniteDouble(number) ? writeFinite(at, number) : writeNotFinite(at, number);
    }
    case BYTES:
      return writeBase64(at, last(readBytes(start + 1, end), end));
    case ARRAY:
    case KVLIST: {
      notJson = false;
      const to = writeJson(at, value, 1, entries);
      return notJson ? at : to;
    }
  }
  return writeBoolOrInt(at, start, end);
}

/** The same text, not escaped. */
export function writeRawText(at: usize, value: Range, entries: usize): usize {
  if (isEmpty(value)) return at;
  const start = startOf(value);
  const end = endOf(value);
  if (load<u8>(start) !== STRING) return withoutEscapes(at, writeValueText(at, value, entries));
  const text = last(readBytes(start + 1, end), end);
  return copy(at, startOf(text), endOf(text));
}

/** JSON and numbers have nothing that is escaped but quotes and backslashes, by a backslash before them. */
function withoutEscapes(at: usize, end: usize): usize {
  let to = at;
  for (let from = at; from < end; from++, to++) {
    if (load<u8>(from) === BACKSLASH) from++;
    store<u8>(to, load<u8>(from));
  }
  return to;
}

/** A bool or an integer. */
function writeBoolOrInt(at: usize, start: usize, end: usize): usize {
  const tag = load<u8>(start);
  if (readVarint(start + 1, end) !== end) reject();
  if (tag === INT) return writeSigned(at, varint as i64);
  if (tag !== BOOL) reject();
  return writeWord(at, varint === 0 ? 'false' : 'true');
}

/**
 * Any value as compact JSON, within a JSON string: a quote is written `\"`. Members of maps are sorted, and the last of
 * equal keys stands for all.
 *
 * @param level how deep the value is nested; an attribute's value is 1.
 */
function writeJson(at: usize, value: Range, level: u32, entries: usize): usize {
  if (level > nestingMax) reject();
  const start = startOf(value);
  const end = endOf(value);
  if (start === end) return writeWord(at, 'null');
  switch (load<u8>(start)) {
    case STRING:
      return writeNestedString(at, last(readBytes(start + 1, end), end));
    case DOUBLE: {
      const number = readDouble(start, end);
      if (isFiniteDouble(number)) return writeFinite(at, number);
      notJson = true;
      return at;
    }
    case BYTES: {
      const bytes = last(readBytes(start + 1, end), end);
      if (isEmpty(bytes)) return writeWord(at, 'null');
      store<u16>(at, 0x225c);
      const to = writeBase64(at + 2, bytes);
      store<u16>(to, 0x225c);
      return to + 2;
    }
    case ARRAY:
      return writeArray(at, last(readBytes(start + 1, end), end), level, entries);
    case KVLIST:
      return writeObject(at, last(readBytes(start + 1, end), end), level, entries);
  }
  return writeBoolOrInt(at, start, end);
}

function writeArray(at: usize, values: Range, level: u32, entries: usize): usize {
  const end = endOf(values);
  store<u8>(at, 0x5b); // [
  let to = at + 1;
  for (let from = startOf(values); from < end; ) {
    if (load<u8>(from) !== ELEMENT_TAG) reject();
    const element = readBytes(from + 1, end);
    to = writeJson(to, element, level + 1, entries);
    store<u8>(to++, 0x2c);
    from = endOf(element);
  }
  if (!isEmpty(values)) to--;
  store<u8>(to, 0x5d); // ]
  return to + 1;
}

function writeObject(at: usize, members: Range, level: u32, entries: usize): usize {
  const end = endOf(members);
  let entriesEnd = entries;
  for (let from = startOf(members); from < end; entriesEnd = after(entriesEnd)) {
    if (load<u8>(from) !== ELEMENT_TAG) reject();
    from = readAttribute(entriesEnd, from + 1, end);
  }
  sortByKey(entries, entriesEnd);
  store<u8>(at, 0x7b); // {
  let to = at + 1;
  for (let entry = entries; entry < entriesEnd; entry = after(entry)) {
    const begin = to;
    const wasNotJson = notJson;
    to = writeNestedString(to, keyRange(entry));
    store<u8>(to, 0x3a); // :
    to = writeMember(to + 1, valueRange(entry), level + 1, entriesEnd);
    store<u8>(to++, 0x2c);
    // Written all the same, since that is what checks it.
    if (after(entry) < entriesEnd && sameKey(keyRange(entry), keyRange(after(entry)))) {
      to = begin;
      notJson = wasNotJson;
    }
  }
  if (entries !== entriesEnd) to--;
  store<u8>(to, 0x7d); // }
  return to + 1;
}

/** A member may have no value at all, which does not count as a level. */
function writeMember(at: usize, value: Range, level: u32, entries: usize): usize {
  return value === 0 ? writeWord(at, 'null') : writeJson(at, value, level, entries);
}

function writeNestedString(at: usize, text: Range): usize {
  store<u16>(at, 0x225c); // \"
  const to = writeEscaped(at + 2, startOf(text), endOf(text), true);
  store<u16>(to, 0x225c);
  return to + 2;
}

function readDouble(start: usize, end: usize): f64 {
  if (skip8(start + 1, end) !== end) reject();
  return load<f64>(start, 1);
}

/** `field`, when it is the last one of the message that ends at `end`. */
function last(field: Range, end: usize): Range {
  if (endOf(field) !== end) reject();
  return field;
}
