import { copy } from '../../copy';
import { endOf, lengthOf, Range, startOf } from '../../range';

/** Texts, each behind its length as a varint. The functions take where to write, and return where what they wrote ends. */

export function writeText(at: usize, text: Range): usize {
  return copy(writeLength(at, lengthOf(text)), startOf(text), endOf(text));
}

export function writeLength(at: usize, length: usize): usize {
  let to = at;
  let rest = length;
  for (; rest >= 0x80; rest >>>= 7) store<u8>(to++, (rest & 0x7f) | 0x80);
  store<u8>(to, rest);
  return to + 1;
}

/** Writes the length of a text that was written one byte behind `at`, and ends at `end`. */
export function endText(at: usize, end: usize): usize {
  const text = at + 1;
  const length = end - text;
  if (length < 0x80) {
    store<u8>(at, length);
    return end;
  }
  const place = at + lengthBytes(length);
  memory.copy(place, text, length);
  writeLength(at, length);
  return place + length;
}

function lengthBytes(length: usize): usize {
  let bytes: usize = 1;
  for (let rest = length; rest >= 0x80; rest >>>= 7) bytes++;
  return bytes;
}
