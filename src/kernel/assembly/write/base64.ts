import { endOf, Range, startOf } from '../range';

/** Standard base64 with padding (RFC 4648, section 4). */
export function writeBase64(at: usize, bytes: Range): usize {
  const end = endOf(bytes);
  let from = startOf(bytes);
  let to = at;
  for (; from + 3 <= end; from += 3, to += 4) {
    const bits =
      ((load<u8>(from) as u32) << 16) | ((load<u8>(from, 1) as u32) << 8) | (load<u8>(from, 2) as u32);
    store<u8>(to, digit(bits >>> 18));
    store<u8>(to, digit((bits >>> 12) & 63), 1);
    store<u8>(to, digit((bits >>> 6) & 63), 2);
    store<u8>(to, digit(bits & 63), 3);
  }
  if (from === end) return to;
  const two = from + 2 === end;
  const bits = ((load<u8>(from) as u32) << 16) | (two ? (load<u8>(from, 1) as u32) << 8 : 0);
  store<u8>(to, digit(bits >>> 18));
  store<u8>(to, digit((bits >>> 12) & 63), 1);
  store<u8>(to, two ? digit((bits >>> 6) & 63) : 0x3d, 2);
  store<u8>(to, 0x3d, 3);
  return to + 4;
}

function digit(value: u32): u32 {
  if (value < 26) return 0x41 + value;
  if (value < 52) return 0x61 + value - 26;
  if (value < 62) return 0x30 + value - 52;
  return value === 62 ? 0x2b : 0x2f;
}
