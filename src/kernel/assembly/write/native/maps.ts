import { copy } from '../../copy';
import { AttributeList } from '../../item';
import { endOf, Range, startOf } from '../../range';
import { after, ENTRY_BYTES, keyRange, valueRange } from '../../read/entries';
import { entriesEnd } from '../../read/fields';
import { Value } from '../../read/value';
import { isGlassflow } from '../../settings';
import { readBytes } from '../../wire';
import { isKeyListOf, learnKeys, learnOrder, placeOf, Writer, writtenEntry } from '../key-lists';
import { sameKey, sortByKey } from '../sort';
import { writeRawAttributeText } from '../values';
import { learnKeyTexts, writeKeyTexts } from './key-texts';
import { write8 } from './numbers';
import { endText, writeText } from './texts';

/**
 * Attributes as maps of texts, sorted by the bytes of the keys: how many there are, then all keys, then all values. Writing
 * them sorts their entries too.
 */
export function writeMap(at: usize, attributes: AttributeList): usize {
  const first = attributes.first;
  const end = attributes.end;
  const keyList = placeOf(Writer.Native, first, end);
  if (keyList !== 0 && isKeyListOf(keyList, Writer.Native, first, end)) {
    const keys = write8(at, (end - first) / ENTRY_BYTES);
    return writeKnownValues(writeKeyTexts(keys, keyList), keyList, first, end);
  }
  const isLearned = keyList !== 0 && learnKeys(keyList, first, end);
  sortByKey(first, end, entriesEnd);
  const keys = write8(at, countOf(first, end));
  const keysEnd = writeKeys(keys, first, end);
  if (isLearned && learnKeyTexts(keyList, keys, keysEnd)) learnOrder(keyList, Writer.Native, first, end);
  return writeValues(keysEnd, first, end);
}

/** The attributes of each element of a list: where those of each end, then the keys of all, then the values of all. */
export function writeMaps(begin: usize, elements: usize, elementsEnd: usize, elementBytes: usize): usize {
  let at = begin;
  let count: usize = 0;
  for (let place = elements; place < elementsEnd; place += elementBytes) {
    const attributes = changetype<AttributeList>(place);
    sortByKey(attributes.first, attributes.end, entriesEnd);
    count += countOf(attributes.first, attributes.end);
    at = write8(at, count);
  }
  for (let place = elements; place < elementsEnd; place += elementBytes) {
    const attributes = changetype<AttributeList>(place);
    at = writeKeys(at, attributes.first, attributes.end);
  }
  for (let place = elements; place < elementsEnd; place += elementBytes) {
    const attributes = changetype<AttributeList>(place);
    at = writeValues(at, attributes.first, attributes.end);
  }
  return at;
}

function countOf(first: usize, end: usize): usize {
  if (!isGlassflow) return (end - first) / ENTRY_BYTES;
  let count: usize = 0;
  for (let entry = first; entry < end; entry = after(entry)) if (isWritten(entry, end)) count++;
  return count;
}

function writeKeys(at: usize, first: usize, end: usize): usize {
  let to = at;
  for (let entry = first; entry < end; entry = after(entry)) {
    if (isWritten(entry, end)) to = writeText(to, keyRange(entry));
  }
  return to;
}

function writeValues(at: usize, first: usize, end: usize): usize {
  let to = at;
  for (let entry = first; entry < end; entry = after(entry)) {
    if (isWritten(entry, end)) to = writeValue(to, valueRange(entry));
  }
  return to;
}

/** Of sorted entries. In glassflow format the last of equal keys stands for all. */
function isWritten(entry: usize, end: usize): bool {
  return !isGlassflow || after(entry) >= end || !sameKey(keyRange(entry), keyRange(after(entry)));
}

function writeKnownValues(at: usize, keyList: usize, first: usize, end: usize): usize {
  let to = at;
  for (let place = first, i: usize = 0; place < end; place = after(place), i++) {
    to = writeValue(to, valueRange(writtenEntry(keyList, i, first)));
  }
  return to;
}

function writeValue(at: usize, value: Range): usize {
  const start = startOf(value);
  const end = endOf(value);
  if (start !== end && (load<u8>(start) as i32) === Value.String) {
    // A short string stands in the record as it is written, behind its length in one byte.
    if (load<i8>(start, 1) >= 0) return copy(at, start + 1, end);
    return writeText(at, readBytes(start + 1, end));
  }
  return endText(at, writeRawAttributeText(at + 1, value));
}
