import { after, keyRange, sortByKey, valueRange } from './attributes';
import { isKeyListOf, learnKeyList, placeOf, writeKeyText, writtenEntry } from './key-lists';
import { writeString } from './text';
import { writeValueText } from './values';

/** Writes the entries from `first` up to `end` as a JSON object of texts, sorted by the bytes of the keys. */
export function writeMap(at: usize, first: usize, end: usize): usize {
  store<u8>(at, 0x7b); // {
  let to = at + 1;
  const keyList = placeOf(first, end);
  if (keyList === 0) {
    sortByKey(first, end);
    to = writeSorted(to, first, end);
  } else if (isKeyListOf(keyList, first, end)) {
    to = writeKnown(to, keyList, first, end);
  } else {
    learnKeyList(keyList, first, end, to);
    to = writeSorted(to, first, end);
  }
  if (first !== end) to--; // The last comma.
  store<u8>(to, 0x7d); // }
  return to + 1;
}

function writeSorted(at: usize, first: usize, end: usize): usize {
  let to = at;
  for (let entry = first; entry < end; entry = after(entry)) {
    to = writeString(to, keyRange(entry));
    store<u16>(to, 0x223a); // :"
    to = writeValue(to + 2, entry, end);
  }
  return to;
}

function writeKnown(at: usize, keyList: usize, first: usize, end: usize): usize {
  let to = at;
  for (let place = first, i: usize = 0; place < end; place = after(place), i++) {
    const entry = writtenEntry(keyList, i, first);
    to = writeKeyText(to, keyList, entry, first);
    to = writeValue(to, entry, end);
  }
  return to;
}

function writeValue(at: usize, entry: usize, end: usize): usize {
  const to = writeValueText(at, valueRange(entry), end);
  store<u16>(to, 0x2c22); // ",
  return to + 2;
}
