import { AttributeList } from '../../item';
import { after, keyRange, valueRange } from '../../read/entries';
import { entriesEnd } from '../../read/fields';
import { isGlassflow } from '../../settings';
import { isKeyListOf, learnKeys, learnOrder, placeOf, Writer, writtenEntry } from '../key-lists';
import { sameKey, sortByKey } from '../sort';
import { writeString } from '../text';
import { writeAttributeText } from '../values';
import { learnKeyTexts, writeKeyText } from './key-texts';

/** Writes attributes as a JSON object of texts, sorted by the bytes of the keys, which sorts their entries too. */
export function writeMap(at: usize, attributes: AttributeList): usize {
  const first = attributes.first;
  const end = attributes.end;
  store<u8>(at, 0x7b); // {
  let to = at + 1;
  const keyList = placeOf(Writer.Json, first, end);
  if (keyList !== 0 && isKeyListOf(keyList, Writer.Json, first, end)) {
    to = writeKnown(to, keyList, first, end);
  } else {
    const isLearned =
      keyList !== 0 && learnKeys(keyList, first, end) && learnKeyTexts(keyList, first, end, to);
    sortByKey(first, end, entriesEnd);
    if (isLearned) learnOrder(keyList, Writer.Json, first, end);
    to = writeSorted(to, first, end);
  }
  if (first !== end) to--; // The last comma.
  store<u8>(to, 0x7d); // }
  return to + 1;
}

function writeSorted(at: usize, first: usize, end: usize): usize {
  let to = at;
  for (let entry = first; entry < end; entry = after(entry)) {
    // The last of equal keys stands for all.
    if (isGlassflow && after(entry) < end && sameKey(keyRange(entry), keyRange(after(entry)))) continue;
    to = writeString(to, keyRange(entry));
    store<u16>(to, 0x223a); // :"
    to = writeValue(to + 2, entry);
  }
  return to;
}

function writeKnown(at: usize, keyList: usize, first: usize, end: usize): usize {
  let to = at;
  for (let place = first, i: usize = 0; place < end; place = after(place), i++) {
    const entry = writtenEntry(keyList, i, first);
    to = writeKeyText(to, keyList, entry, first);
    to = writeValue(to, entry);
  }
  return to;
}

function writeValue(at: usize, entry: usize): usize {
  const to = writeAttributeText(at, valueRange(entry));
  store<u16>(to, 0x2c22); // ",
  return to + 2;
}
