import { reject } from '../../host';
import { Step, step } from '../../step';
import { MINUS, QUOTE } from './tokens';
import { writeVarint } from './wire-form';

/** Integers, bare or in quotes. */

/** The last integer that was read, in two's complement. */
let integer: u64 = 0;

const ZERO: u8 = 0x30;
/** So many always fit into 64 bits, one more may. What has more yet, zeros in front, is for the plain transform. */
const DIGITS_SURE: usize = 19;
/** The least number that has one digit more. */
const NOT_SURE_MIN: u64 = 10_000_000_000_000_000_000;
const ONE: u8 = 0x31;

const ZEROS: u64 = 0x3030_3030_3030_3030;
/** Makes a byte over 9 one over 0x7f. */
const OVER_NINE: u64 = 0x7676_7676_7676_7676;
const TOP_BITS: u64 = 0x8080_8080_8080_8080;

const POWERS = memory.data<u64>([1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000]);

const INT32_MIN: i64 = -0x8000_0000;
const INT32_MAX: i64 = 0x7fff_ffff;

/** An enum's number, which is never in quotes. */
export function readEnumNumber(text: usize, wire: usize): Step {
  return step(readInt32(text), writeVarint(wire, integer));
}

export function readUint32(text: usize, wire: usize): Step {
  return step(readUnsigned32(text), writeVarint(wire, integer));
}

export function readSint32(text: usize, wire: usize): Step {
  const end = readInt32(text);
  const value = integer as i32;
  return step(end, writeVarint(wire, ((value << 1) ^ (value >> 31)) as u32));
}

export function readFixed32(text: usize, wire: usize): Step {
  const end = readUnsigned32(text);
  store<u32>(wire, integer as u32);
  return step(end, wire + 4);
}

export function readInt64(text: usize, wire: usize): Step {
  return step(readInteger(text, true), writeVarint(wire, integer));
}

export function readUint64(text: usize, wire: usize): Step {
  return step(readInteger(text, false), writeVarint(wire, integer));
}

export function readFixed64(text: usize, wire: usize): Step {
  const end = readInteger(text, false);
  store<u64>(wire, integer);
  return step(end, wire + 8);
}

export function readSfixed64(text: usize, wire: usize): Step {
  const end = readInteger(text, true);
  store<u64>(wire, integer);
  return step(end, wire + 8);
}

function readInt32(text: usize): usize {
  const end = readInteger(text, true);
  const value = integer as i64;
  if (value < INT32_MIN || value > INT32_MAX) reject();
  return end;
}

function readUnsigned32(text: usize): usize {
  const end = readInteger(text, false);
  if (integer >>> 32 !== 0) reject();
  return end;
}

/** Into `integer`. Returns where the text goes on. */
function readInteger(text: usize, signed: bool): usize {
  const quoted = load<u8>(text) === QUOTE;
  const first = quoted ? text + 1 : text;
  const negative = signed && load<u8>(first) === MINUS;
  const digits = negative ? first + 1 : first;
  const end = readDigits(digits);
  if (signed) {
    if (integer > (i64.MAX_VALUE as u64) + (negative as u64)) reject();
    if (negative) integer = 0 - integer;
  }
  if (quoted) {
    if (load<u8>(end) !== QUOTE) reject();
    return end + 1;
  }
  // As in all of JSON, no zeros in front. A fraction or an exponent is refused as what cannot follow a value.
  if (load<u8>(digits) === ZERO && end > digits + 1) reject();
  return end;
}

/** Eight digits at a time, since times have 19. */
function readDigits(digits: usize): usize {
  integer = 0;
  let at = digits;
  let bytes = load<u64>(at) ^ ZEROS;
  let others = notDigits(bytes);
  while (others === 0) {
    integer = integer * 100_000_000 + eightDigits(bytes);
    at += 8;
    bytes = load<u64>(at) ^ ZEROS;
    others = notDigits(bytes);
  }
  const count = ctz(others) >>> 3;
  // Moved up, so that the digits that are missing are zeros in front.
  if (count > 0) integer = integer * powerOfTen(count) + eightDigits(bytes << ((8 - count) << 3));
  at += count as usize;
  const length = at - digits;
  if (length === 0 || (length > DIGITS_SURE && !isTwentyDigits(digits, length))) reject();
  return at;
}

/** Whether they fit into 64 bits: from 2^64 on those that begin with 1 have become less than the least of them. */
function isTwentyDigits(digits: usize, length: usize): bool {
  return length === DIGITS_SURE + 1 && load<u8>(digits) === ONE && integer >= NOT_SURE_MIN;
}

/** Marks the lowest byte over 9, and perhaps higher ones, to which the sum carries. */
function notDigits(bytes: u64): u64 {
  return ((bytes + OVER_NINE) | bytes) & TOP_BITS;
}

/** The number whose digits are eight bytes, the first digit lowest: neighbours are joined to pairs, fours and eight. */
function eightDigits(bytes: u64): u64 {
  const pairs = bytes * 10 + (bytes >>> 8);
  const fours = (pairs & 0x0000_00ff_0000_00ff) * 0x000f_4240_0000_0064;
  return (fours + ((pairs >>> 16) & 0x0000_00ff_0000_00ff) * 0x0000_2710_0000_0001) >>> 32;
}

function powerOfTen(exponent: u64): u64 {
  return load<u64>(POWERS + ((exponent as usize) << 3));
}
