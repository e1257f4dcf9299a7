import { copy } from '../../copy';
import { after, ENTRY_BYTES, keyRange } from '../../read/entries';
import { attributeOf, TEXT, TEXT_BYTES_MAX, TEXT_LENGTH } from '../key-lists';
import { writeString } from '../text';

/** What a key list remembers of each key: the text in front of its value, `"key":"`. */

/** Writes what stands before the value of an entry. */
export function writeKeyText(at: usize, keyList: usize, entry: usize, first: usize): usize {
  const attribute = attributeOf(keyList, (entry - first) / ENTRY_BYTES);
  const text = attribute + TEXT;
  return copy(at, text, text + (load<u32>(attribute, TEXT_LENGTH) as usize));
}

/**
 * Remembers the texts of the keys of the entries, which are not sorted yet.
 *
 * @param scratch where a key's text can be written.
 * @returns false when one is too long.
 */
export function learnKeyTexts(keyList: usize, first: usize, end: usize, scratch: usize): bool {
  for (let entry = first, i: usize = 0; entry < end; entry = after(entry), i++) {
    const attribute = attributeOf(keyList, i);
    const text = writeString(scratch, keyRange(entry));
    store<u16>(text, 0x223a); // :"
    const textLength = text + 2 - scratch;
    if (textLength > TEXT_BYTES_MAX) return false;
    store<u32>(attribute, textLength as u32, TEXT_LENGTH);
    copy(attribute + TEXT, scratch, scratch + textLength);
  }
  return true;
}
