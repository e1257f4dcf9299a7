import { copy } from '../../copy';
import { AttributeList } from '../../item';
import { endOf, Range, startOf } from '../../range';
import { after, ENTRY_BYTES, keyRange, valueRange } from '../../read/entries';
import { entriesEnd } from '../../read/fields';
import { Value } from '../../read/value';
import { isGlassflow } from '../../settings';
import { readBytes } from '../../wire';
import { knownKeyList, learnKeys, learnOrder, Writer, writtenEntry } from '../key-lists';
import { sameKey, sortByKey } from '../sort';
import { writeBoolOrInt, writeRawAttributeText } from '../values';
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
  const known = knownKeyList(Writer.Native, first, end);
  if (known !== 0) {
    const keys = write8(at, (end - first) / ENTRY_BYTES);
    return writeValues(writeKeyTexts(keys, known), known, first, end);
  }
  const learned = learnKeys(Writer.Native, first, end);
  sortByKey(first, end, entriesEnd);
  const keys = write8(at, countOf(first, end));
  const keysEnd = writeKeys(keys, first, end);
  if (learned !== 0 && learnKeyTexts(learned, keys, keysEnd)) learnOrder(learned, Writer.Native, first, end);
  return writeValues(keysEnd, 0, first, end);
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
    at = writeValues(at, 0, attributes.first, attributes.end);
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

/** @param keyList of the entries; 0 when they are sorted. */
function writeValues(at: usize, keyList: usize, first: usize, end: usize): usize {
  let to = at;
  for (let place = first, i: usize = 0; place < end; place = after(place), i++) {
    if (keyList === 0 && !isWritten(place, end)) continue;
    const entry = keyList === 0 ? place : writtenEntry(keyList, i, first);
    to = writeValue(to, valueRange(entry));
  }
  return to;
}

/** Of sorted entries. In glassflow format the last of equal keys stands for all. */
function isWritten(entry: usize, end: usize): bool {
  return !isGlassflow || after(entry) >= end || !sameKey(keyRange(entry), keyRange(after(entry)));
}

/** Most are short strings and numbers, which are then written without a call more. */
function writeValue(at: usize, value: Range): usize {
  const start = startOf(value);
  const end = endOf(value);
  if (start !== end) {
    switch (load<u8>(start) as i32) {
      case Value.String:
        // A short string stands in the record as it is written, behind its length in one byte.
        if (load<i8>(start, 1) >= 0) return copy(at, start + 1, end);
        return writeText(at, readBytes(start + 1, end));
      case Value.Int:
      case Value.Bool: {
        const text = at + 1;
        const textEnd = writeBoolOrInt(text, start, end);
        store<u8>(at, textEnd - text);
        return textEnd;
      }
    }
  }
  return endText(at, writeRawAttributeText(at + 1, value));
}
