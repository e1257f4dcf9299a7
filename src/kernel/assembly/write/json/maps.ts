import { AttributeList } from '../../item';
import { endOf, Range, startOf } from '../../range';
import { after, keyRange, valueRange } from '../../read/entries';
import { entriesEnd } from '../../read/fields';
import { Value } from '../../read/value';
import { isGlassflow } from '../../settings';
import { knownKeyList, learnKeys, learnOrder, Writer, writtenEntry } from '../key-lists';
import { sameKey, sortByKey } from '../sort';
import { writeEscaped, writeString } from '../text';
import { writeAttributeText, writeBoolOrInt } from '../values';
import { learnKeyTexts, writeKeyText } from './key-texts';

/** Writes attributes as a JSON object of texts, sorted by the bytes of the keys, which sorts their entries too. */
export function writeMap(at: usize, attributes: AttributeList): usize {
  const first = attributes.first;
  const end = attributes.end;
  store<u8>(at, 0x7b); // {
  let to = at + 1;
  const known = knownKeyList(Writer.Json, first, end);
  if (known === 0) sortAndLearn(first, end, to);
  to = writeMembers(to, known, first, end);
  if (first !== end) to--; // The last comma.
  store<u8>(to, 0x7d); // }
  return to + 1;
}

/** @param scratch where a key's text can be written. */
function sortAndLearn(first: usize, end: usize, scratch: usize): void {
  const keyList = learnKeys(Writer.Json, first, end);
  const isLearned = keyList !== 0 && learnKeyTexts(keyList, first, end, scratch);
  sortByKey(first, end, entriesEnd);
  if (isLearned) learnOrder(keyList, Writer.Json, first, end);
}

/** @param keyList of the entries; 0 when they are sorted. */
function writeMembers(at: usize, keyList: usize, first: usize, end: usize): usize {
  let to = at;
  for (let place = first, i: usize = 0; place < end; place = after(place), i++) {
    let entry = place;
    if (keyList !== 0) {
      entry = writtenEntry(keyList, i, first);
      to = writeKeyText(to, keyList, entry, first);
    } else {
      // The last of equal keys stands for all.
      if (isGlassflow && after(entry) < end && sameKey(keyRange(entry), keyRange(after(entry)))) continue;
      to = writeString(to, keyRange(entry));
      store<u16>(to, 0x223a); // :"
      to += 2;
    }
    to = writeValue(to, valueRange(entry));
    store<u16>(to, 0x2c22); // ",
    to += 2;
  }
  return to;
}

/** Most are strings and numbers, which are then written without a call more. */
function writeValue(at: usize, value: Range): usize {
  const start = startOf(value);
  const end = endOf(value);
  if (start !== end) {
    switch (load<u8>(start) as i32) {
      case Value.String:
        if (load<i8>(start, 1) >= 0) return writeEscaped(at, start + 2, end, false);
        break;
      case Value.Int:
      case Value.Bool:
        return writeBoolOrInt(at, start, end);
    }
  }
  return writeAttributeText(at, value);
}
