import { parseDouble, reject } from '../../host';
import { Step, step } from '../../step';
import { isDigit, MINUS, QUOTE } from './tokens';

/** Doubles: numbers, bare or in quotes, and the words for what is no number. */

/** The last number that was read. */
let number: f64 = 0;

const ZERO: u8 = 0x30;
const PLUS: u8 = 0x2b;
const DOT: u8 = 0x2e;

/** So many digits always fit into 64 bits. */
const DIGITS_MAX: usize = 19;
/** Integers up to here, and powers of ten up to this one, are exact as doubles. */
const EXACT_MAX: u64 = 9_007_199_254_740_992;
const EXACT_POWER_MAX: i32 = 22;
const EXPONENT_DIGITS_MAX: usize = 8;

const POWERS = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
  1e20, 1e21, 1e22,
]);

const NAN_AND_QUOTE: u32 = 0x224e_614e;
const INFINITY: u64 = 0x7974_696e_6966_6e49;

/** Reads a double and writes it as the wire form has it. */
export function readDouble(text: usize, wire: usize): Step {
  const end = load<u8>(text) === QUOTE ? readQuoted(text + 1) : readNumber(text);
  store<f64>(wire, number);
  return step(end, wire + 8);
}

function readQuoted(text: usize): usize {
  if (load<u32>(text) === NAN_AND_QUOTE) {
    number = NaN;
    return text + 4;
  }
  const negative = load<u8>(text) === MINUS;
  const word = negative ? text + 1 : text;
  const isInfinity = load<u64>(word) === INFINITY;
  const end = isInfinity ? word + 8 : readNumber(text);
  if (isInfinity) number = negative ? -Infinity : Infinity;
  if (load<u8>(end) !== QUOTE) reject();
  return end + 1;
}

/** Reads a number of JSON. One that is too large for a double is rejected. */
export function readNumber(text: usize): usize {
  const negative = load<u8>(text) === MINUS;
  const digits = negative ? text + 1 : text;
  let end = skipDigits(digits);
  if (load<u8>(digits) === ZERO && end > digits + 1) reject();
  let mantissa = decimal(0, digits, end);
  let digitCount = end - digits;
  let exponent: i32 = 0;
  if (load<u8>(end) === DOT) {
    const fraction = end + 1;
    end = skipDigits(fraction);
    mantissa = decimal(mantissa, fraction, end);
    digitCount += end - fraction;
    exponent = -((end - fraction) as i32);
  }
  if ((load<u8>(end) | 0x20) === 0x65) {
    const sign = load<u8>(end, 1);
    const power = end + (sign === MINUS || sign === PLUS ? 2 : 1);
    end = skipDigits(power);
    if (end - power > EXPONENT_DIGITS_MAX) reject();
    const value = decimal(0, power, end) as i32;
    exponent += sign === MINUS ? -value : value;
  }
  // Two exact numbers, so their product or quotient is rounded once and right (Clinger, "How to read floating point
  // numbers accurately", 1990). JavaScript is asked for the few others.
  if (digitCount <= DIGITS_MAX && mantissa <= EXACT_MAX && abs(exponent) <= EXACT_POWER_MAX) {
    const power = load<f64>(POWERS + ((abs(exponent) as usize) << 3));
    number = exponent < 0 ? (mantissa as f64) / power : (mantissa as f64) * power;
    if (negative) number = -number;
  } else {
    number = parseDouble(text, end);
    if (abs(number) > f64.MAX_VALUE) reject();
  }
  return end;
}

/** At least one. */
function skipDigits(text: usize): usize {
  let at = text;
  while (isDigit(load<u8>(at))) at++;
  if (at === text) reject();
  return at;
}

/** The digits up to `end` behind those of `value`. It is wrong when there are too many. */
function decimal(value: u64, digits: usize, end: usize): u64 {
  let result = value;
  for (let at = digits; at < end; at++) result = result * 10 + (load<u8>(at) - ZERO);
  return result;
}
