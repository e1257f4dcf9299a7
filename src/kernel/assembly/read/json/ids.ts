import { reject } from '../../host';
import { Step, step } from '../../step';
import { QUOTE } from './tokens';

/**
 * Reads an id in hex of either case, or an empty string, and writes it as the wire form has it.
 * @param bytes 8 or 16.
 */
export function readId(text: usize, wire: usize, bytes: usize): Step {
  if (load<u8>(text) !== QUOTE) reject();
  const digits = text + 1;
  if (load<u8>(digits) === QUOTE) {
    store<u8>(wire, 0);
    return step(digits + 1, wire + 1);
  }
  store<u8>(wire, bytes as u8);
  const id = wire + 1;
  for (let i: usize = 0; i < bytes; i += 8) v128.store(id + i, eightBytes(v128.load(digits + 2 * i)));
  const end = digits + 2 * bytes;
  if (load<u8>(end) !== QUOTE) reject();
  return step(end + 1, id + bytes);
}

/** The bytes that sixteen digits stand for, in the lower half. */
function eightBytes(digits: v128): v128 {
  const isDecimal = i8x16.le_u(i8x16.sub(digits, i8x16.splat(0x30)), i8x16.splat(9));
  const lowerCase = v128.or(digits, i8x16.splat(0x20));
  const isLetter = i8x16.le_u(i8x16.sub(lowerCase, i8x16.splat(0x61)), i8x16.splat(5));
  if (!i8x16.all_true(v128.or(isDecimal, isLetter))) reject();
  // `a` is 0x61, so 9 is missing.
  const values = i8x16.add(v128.and(digits, i8x16.splat(0xf)), v128.and(isLetter, i8x16.splat(9)));
  const bytes = v128.or(i16x8.shl(values, 4), i16x8.shr_u(values, 8));
  const low = v128.and(bytes, i16x8.splat(0xff));
  return i8x16.narrow_i16x8_u(low, low);
}
