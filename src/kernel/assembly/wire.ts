import { reject } from './host';
import { endOf, Range, range, startOf } from './range';

/**
 * The parts of the protobuf wire format (https://protobuf.dev/programming-guides/encoding/). Each reader takes where its
 * part begins and where the message around it ends, and rejects the record when the part ends behind that. It may look a
 * few bytes further first; they are within the memory.
 *
 * Readers return where the part ends, or the range of the bytes that it announces. The value of a varint is in `varint`.
 */

/** The last varint that `readVarint` read. */
export let varint: u64 = 0;

const VARINT_BYTES_MAX: usize = 10;

export function readVarint(at: usize, end: usize): usize {
  const byte = load<u8>(at);
  if (byte >= 0x80) return readLongVarint(at, end);
  if (at >= end) reject();
  varint = byte;
  return at + 1;
}

/** Bits beyond the 64th are dropped, as the plain reader does. */
function readLongVarint(start: usize, end: usize): usize {
  let at = start;
  let value: u64 = 0;
  let byte: u64;
  do {
    if (at >= end || at - start >= VARINT_BYTES_MAX) reject();
    byte = load<u8>(at);
    value |= (byte & 0x7f) << (((at - start) as u64) * 7);
    at++;
  } while (byte >= 0x80);
  varint = value;
  return at;
}

/** Checks a list of packed varints. */
export function checkVarints(list: Range): void {
  const end = endOf(list);
  for (let at = startOf(list); at < end; ) at = readVarint(at, end);
}

/** The bytes of a string, of bytes or of a message, whose length is at `at`. */
export function readBytes(at: usize, end: usize): Range {
  let start = at + 1;
  let length = load<u8>(at) as usize;
  if (length >= 0x80) {
    start = readLongVarint(at, end);
    if (varint > 0x7fff_ffff) reject();
    length = varint as usize;
  }
  if (start + length > end) reject();
  return range(start, start + length);
}

/** Returns where the eight bytes of a fixed64, sfixed64 or double end. */
export function skip8(at: usize, end: usize): usize {
  if (at + 8 > end) reject();
  return at + 8;
}

/** Returns where the four bytes of a fixed32 end. */
export function skip4(at: usize, end: usize): usize {
  if (at + 4 > end) reject();
  return at + 4;
}

/** Passes over any field. `at` is where its tag begins. */
export function skipField(at: usize, end: usize): usize {
  return skipUnknown(at, end, 0);
}

/**
 * Passes over a field that the message does not know. `at` is where its tag begins. A field up to `fieldNumberMax` is
 * known, and gets here when it is written in another way than usual: that is for the plain transform to judge.
 */
export function skipUnknown(at: usize, end: usize, fieldNumberMax: u32): usize {
  const value = readVarint(at, end);
  if (varint > 0xffff_ffff) reject();
  const tag = varint as u32;
  if (tag >>> 3 <= fieldNumberMax) reject();
  switch (tag & 7) {
    case 0:
      return readVarint(value, end);
    case 1:
      return skip8(value, end);
    case 2:
      return endOf(readBytes(value, end));
    case 5:
      return skip4(value, end);
  }
  reject(); // Groups, which no sender uses, and wire types that do not exist.
  return at;
}
