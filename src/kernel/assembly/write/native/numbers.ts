/** Numbers, little-endian. The functions take where to write, and return where what they wrote ends. */

export function write8(at: usize, value: u64): usize {
  store<u64>(at, value);
  return at + 8;
}

export function write4(at: usize, value: u32): usize {
  store<u32>(at, value);
  return at + 4;
}

export function write1(at: usize, value: u32): usize {
  store<u8>(at, value);
  return at + 1;
}

/** As all NaNs are written, whatever bits were sent: JavaScript does not promise to keep them. */
const NAN_BITS: u64 = 0x7ff8_0000_0000_0000;

export function writeFloat(at: usize, value: f64): usize {
  return write8(at, isNaN(value) ? NAN_BITS : reinterpret<u64>(value));
}
