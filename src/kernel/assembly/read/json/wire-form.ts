import { reject } from '../../host';
import { inputEnd } from '../../memory';

/** Writing the protobuf wire form, for `../../wire.ts` to read. */

/**
 * What is written between two calls of `checkRoom`: a tag, a number and where a vector overruns, and for each message that
 * encloses it the bytes by which it may be moved.
 */
const MARGIN: usize = 0x1_0000;

/** Rejects the record when `bytes` more might not fit. */
export function checkRoom(wire: usize, bytes: usize = 0): void {
  if (wire + bytes + MARGIN > inputEnd) reject();
}

export function writeVarint(at: usize, value: u64): usize {
  let to = at;
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) store<u8>(to++, (rest as u8) | 0x80);
  store<u8>(to, rest as u8);
  return to + 1;
}

/**
 * Writes the length of what lies from `content` up to `end` in front of it, where `lengthBytes` were kept free. A length
 * that needs fewer is written with zeros behind it, which is a varint too; one that needs more moves the content.
 *
 * @returns where the content ends then.
 */
export function closeLength(content: usize, end: usize, lengthBytes: usize): usize {
  const length = end - content;
  if (length < 0x80 && lengthBytes === 1) {
    store<u8>(content - 1, length as u8);
    return end;
  }
  const missing = max(lengthBytes, varintBytes(length)) - lengthBytes;
  if (missing > 0) memory.copy(content + missing, content, length);
  let rest = length;
  const last = content + missing - 1;
  for (let to = content - lengthBytes; to < last; to++, rest >>>= 7) store<u8>(to, (rest as u8) | 0x80);
  store<u8>(last, rest as u8);
  return end + missing;
}

export function varintBytes(value: usize): usize {
  let bytes: usize = 1;
  for (let rest = value >>> 7; rest !== 0; rest >>>= 7) bytes++;
  return bytes;
}
