import { endOf, isEmpty, lengthOf, NOWHERE, Range, startOf } from '../range';
import { CHECKED, readAttribute } from '../read/attributes';
import { after, keyRange, valueRange } from '../read/entries';
import { entriesEnd as freeEntries } from '../read/fields';
import { Value } from '../read/value';
import { isGlassflow } from '../settings';
import { readBytes, readVarint, varint } from '../wire';
import { writeBase64 } from './base64';
import { isFiniteDouble, writeFinite, writeNotFinite } from './doubles';
import { writeHex } from './hex';
import { writeSigned } from './integers';
import { sameKey, sortByKey } from './sort';
import { setTexts, writeNestedQuote, writeNestedString, writeText, writeWord } from './text';

/**
 * Attribute values as text, which is JSON where a value is nested: what `valueText` and `glassflowValueText` of the plain
 * engine make, which say whose texts they are. The values were checked when they were read (`../read/check.ts`).
 *
 * A text is written as it is (raw), or as the inside of a JSON string: then its quotes are `\\"`.
 */

/** Whether a NaN or an infinity was written as JSON, which JSON does not have. */
let notJson: bool = false;

/** The value of an attribute, as the row format wants it, as the inside of a JSON string. */
export function writeAttributeText(at: usize, value: Range): usize {
  return isGlassflow ? writeGlassflowText(at, value) : writeValueText(at, value);
}

/** The same, raw. */
export function writeRawAttributeText(at: usize, value: Range): usize {
  setTexts(true, true);
  const to = writeAttributeText(at, value);
  setTexts(false, true);
  return to;
}

/** The body of a log record, whose text is the same in both row formats, as the inside of a JSON string. */
export function writeBodyText(at: usize, value: Range): usize {
  setTexts(false, false);
  const to = writeValueText(at, value);
  setTexts(false, true);
  return to;
}

/** The same, raw, and so are the other texts that both row formats have of a value. */
export function writeRawText(at: usize, value: Range): usize {
  setTexts(true, false);
  const to = writeValueText(at, value);
  setTexts(false, true);
  return to;
}

function writeValueText(at: usize, value: Range): usize {
  const start = startOf(value);
  const end = endOf(value);
  if (start === end) return at;
  switch (load<u8>(start) as i32) {
    case Value.String:
      return writeText(at, stringStart(start, end), end);
    case Value.Double: {
      const number = load<f64>(start, 1);
      return isFiniteDouble(number) ? writeFinite(at, number) : writeNotFinite(at, number);
    }
    case Value.Bytes:
      return writeBase64(at, readBytes(start + 1, end));
    case Value.Array:
    case Value.Kvlist:
      return writeWholeJson(at, value);
  }
  return writeBoolOrInt(at, start, end);
}

/** Where the string of a value begins; it ends where the value does. */
function stringStart(start: usize, end: usize): usize {
  return load<i8>(start, 1) >= 0 ? start + 2 : startOf(readBytes(start + 1, end));
}

/** Bytes in hex, the empty value as a word, no NaN. */
function writeGlassflowText(at: usize, value: Range): usize {
  const start = startOf(value);
  const end = endOf(value);
  if (start === end) return writeWord(at, 'null');
  switch (load<u8>(start) as i32) {
    case Value.String:
      return writeText(at, stringStart(start, end), end);
    case Value.Bytes:
      return writeHex(at, readBytes(start + 1, end));
  }
  return writeWholeJson(at, value);
}

/** A value as compact JSON, or nothing when there is a number in it that JSON does not have. */
function writeWholeJson(at: usize, value: Range): usize {
  notJson = false;
  const to = writeJson(at, value, freeEntries);
  return notJson ? at : to;
}

/** Which have no text to escape, and one text in both row formats. */
export function writeBoolOrInt(at: usize, start: usize, end: usize): usize {
  readVarint(start + 1, end);
  if ((load<u8>(start) as i32) === Value.Int) return writeSigned(at, varint as i64);
  return writeWord(at, varint === 0 ? 'false' : 'true');
}

/**
 * Any value as compact JSON. Members of maps are sorted, and the last of equal keys stands for all.
 *
 * @param entries where attribute entries may be put.
 */
function writeJson(at: usize, value: Range, entries: usize): usize {
  const start = startOf(value);
  const end = endOf(value);
  if (start === end) return writeWord(at, 'null');
  switch (load<u8>(start) as i32) {
    case Value.String:
      return writeNestedString(at, readBytes(start + 1, end));
    case Value.Double: {
      const number = load<f64>(start, 1);
      if (isFiniteDouble(number)) return writeFinite(at, number);
      notJson = true;
      return at;
    }
    case Value.Bytes: {
      const bytes = readBytes(start + 1, end);
      if (isEmpty(bytes)) return writeWord(at, 'null');
      return writeNestedQuote(writeBase64(writeNestedQuote(at), bytes));
    }
    case Value.Array:
      return writeArray(at, readBytes(start + 1, end), entries);
    case Value.Kvlist:
      return writeObject(at, readBytes(start + 1, end), entries);
  }
  return writeBoolOrInt(at, start, end);
}

function writeArray(at: usize, values: Range, entries: usize): usize {
  const end = endOf(values);
  store<u8>(at, 0x5b); // [
  let to = at + 1;
  for (let from = startOf(values); from < end; ) {
    const element = readBytes(from + 1, end);
    to = writeJson(to, element, entries);
    store<u8>(to++, 0x2c);
    from = endOf(element);
  }
  if (lengthOf(values) !== 0) to--;
  store<u8>(to, 0x5d); // ]
  return to + 1;
}

function writeObject(at: usize, members: Range, entries: usize): usize {
  const end = endOf(members);
  let entriesEnd = entries;
  for (let from = startOf(members); from < end; entriesEnd = after(entriesEnd)) {
    from = readAttribute(entriesEnd, from + 1, end, CHECKED);
  }
  sortByKey(entries, entriesEnd, entriesEnd);
  store<u8>(at, 0x7b); // {
  let to = at + 1;
  for (let entry = entries; entry < entriesEnd; entry = after(entry)) {
    if (after(entry) < entriesEnd && sameKey(keyRange(entry), keyRange(after(entry)))) continue;
    to = writeNestedString(to, keyRange(entry));
    store<u8>(to, 0x3a); // :
    to = writeMember(to + 1, valueRange(entry), entriesEnd);
    store<u8>(to++, 0x2c);
  }
  if (entries !== entriesEnd) to--;
  store<u8>(to, 0x7d); // }
  return to + 1;
}

/** A member may have no value at all. */
function writeMember(at: usize, value: Range, entries: usize): usize {
  return value === NOWHERE ? writeWord(at, 'null') : writeJson(at, value, entries);
}
