import { copy } from '../../copy';
import { KEY_TEXTS } from '../../memory';
import { numberOf, TEXTS_LENGTH } from '../key-lists';

/** What a key list remembers of its keys: all of them, each behind its length, in the order in which they are written. */

const TEXTS_BYTES: usize = 1024;

/** Writes the keys of a list. */
export function writeKeyTexts(at: usize, keyList: usize): usize {
  const texts = textsOf(keyList);
  return copy(at, texts, texts + (load<u32>(keyList, TEXTS_LENGTH) as usize));
}

/** Remembers the keys, which were written from `start` to `end`. @returns false when they are too long. */
export function learnKeyTexts(keyList: usize, start: usize, end: usize): bool {
  if (end - start > TEXTS_BYTES - 16) return false; // What is copied 16 bytes at a time.
  copy(textsOf(keyList), start, end);
  store<u32>(keyList, (end - start) as u32, TEXTS_LENGTH);
  return true;
}

function textsOf(keyList: usize): usize {
  return KEY_TEXTS + numberOf(keyList) * TEXTS_BYTES;
}
