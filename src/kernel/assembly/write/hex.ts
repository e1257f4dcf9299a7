import { lengthOf, Range, startOf } from '../range';

/** Bytes as lower-case hex. The functions take where to write, and return where what they wrote ends. */

/** 16 bytes. */
export function writeTraceHex(at: usize, bytes: usize): usize {
  const id = v128.load(bytes);
  const high = hexDigits(i8x16.shr_u(id, 4));
  const low = hexDigits(v128.and(id, i8x16.splat(0xf)));
  v128.store(at, i8x16.shuffle(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
  v128.store(at, i8x16.shuffle(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), 16);
  return at + 32;
}

/** 8 bytes. */
export function writeSpanHex(at: usize, bytes: usize): usize {
  const id = v128.load(bytes);
  const high = hexDigits(i8x16.shr_u(id, 4));
  const low = hexDigits(v128.and(id, i8x16.splat(0xf)));
  v128.store(at, i8x16.shuffle(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
  return at + 16;
}

/** Each byte, below 16, as its digit. */
function hexDigits(nibbles: v128): v128 {
  const digits = i8x16(48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102);
  return i8x16.swizzle(digits, nibbles);
}

/** Bytes of any length. */
export function writeHex(at: usize, bytes: Range): usize {
  const length = lengthOf(bytes);
  for (let i: usize = 0; i < length; i += 8) writeSpanHex(at + 2 * i, startOf(bytes) + i);
  return at + 2 * length;
}
