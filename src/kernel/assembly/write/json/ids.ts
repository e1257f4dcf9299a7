import { isEmpty, lengthOf, Range, startOf } from '../../range';
import { isGlassflow } from '../../settings';
import { writeQuote } from './text';

/** Ids as lower-case hex. Those that are absent or zero are empty strings, except where a function says otherwise. */

/** A JSON string of 32 digits, or none; in glassflow format zeros for none. */
export function writeTraceId(at: usize, id: Range): usize {
  if (isGlassflow) return writeTraceIdOrZeros(at, id);
  const bytes = startOf(id);
  let to = writeQuote(at);
  if (!isEmpty(id) && v128.any_true(v128.load(bytes))) to = writeTraceHex(to, bytes);
  return writeQuote(to);
}

/** A JSON string of 16 digits, or none; in glassflow format zeros for none. */
export function writeSpanId(at: usize, id: Range): usize {
  if (isGlassflow) return writeSpanIdOrZeros(at, id);
  const bytes = startOf(id);
  let to = writeQuote(at);
  if (!isEmpty(id) && load<u64>(bytes) !== 0) to = writeSpanHex(to, bytes);
  return writeQuote(to);
}

/** The same, but 32 zeros for none. */
export function writeTraceIdOrZeros(at: usize, id: Range): usize {
  return isEmpty(id) ? writeZeros(at, 32) : writeQuote(writeTraceHex(writeQuote(at), startOf(id)));
}

/** The same, but 16 zeros for none. */
export function writeSpanIdOrZeros(at: usize, id: Range): usize {
  return isEmpty(id) ? writeZeros(at, 16) : writeQuote(writeSpanHex(writeQuote(at), startOf(id)));
}

function writeZeros(at: usize, count: usize): usize {
  memory.fill(at + 1, 0x30, count);
  return writeQuote(writeQuote(at) + count);
}

function writeTraceHex(at: usize, bytes: usize): usize {
  const id = v128.load(bytes);
  const high = hexDigits(i8x16.shr_u(id, 4));
  const low = hexDigits(v128.and(id, i8x16.splat(0xf)));
  v128.store(at, i8x16.shuffle(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
  v128.store(at, i8x16.shuffle(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), 16);
  return at + 32;
}

function writeSpanHex(at: usize, bytes: usize): usize {
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

/** Bytes of any length, without quotes. */
export function writeHex(at: usize, bytes: Range): usize {
  const length = lengthOf(bytes);
  for (let i: usize = 0; i < length; i += 8) writeSpanHex(at + 2 * i, startOf(bytes) + i);
  return at + 2 * length;
}
