import { reject } from '../../host';
import { Step, step, textOf, writtenOf } from '../../step';
import { QUOTE } from './tokens';
import { checkRoom, closeLength } from './wire-form';

const PADDING: u8 = 0x3d;

/** Reads standard base64 with padding (RFC 4648, section 4) and writes the bytes as the wire form has them. */
export function readBase64(text: usize, wire: usize): Step {
  if (load<u8>(text) !== QUOTE) reject();
  const content = wire + 1;
  let at = text + 1;
  let to = content;
  for (; load<u8>(at) !== QUOTE; at += 4, to += 3) {
    checkRoom(to);
    if (load<u8>(at, 3) === PADDING) {
      const last = readPadded(at, to);
      return step(textOf(last), closeLength(content, writtenOf(last), 1));
    }
    const bits = (sextet(at) << 18) | (sextet(at + 1) << 12) | (sextet(at + 2) << 6) | sextet(at + 3);
    store<u8>(to, bits >>> 16);
    store<u8>(to, bits >>> 8, 1);
    store<u8>(to, bits, 2);
  }
  return step(at + 1, closeLength(content, to, 1));
}

/** The last four characters, and the quote behind them. */
function readPadded(at: usize, to: usize): Step {
  if (load<u8>(at, 4) !== QUOTE) reject();
  const two = load<u8>(at, 2) !== PADDING;
  const bits = (sextet(at) << 10) | (sextet(at + 1) << 4) | (two ? sextet(at + 2) >>> 2 : 0);
  store<u8>(to, bits >>> 8);
  store<u8>(to, bits, 1);
  return step(at + 5, to + (two ? 2 : 1));
}

function sextet(at: usize): u32 {
  const char = load<u8>(at) as u32;
  if (char - 0x41 < 26) return char - 0x41;
  if (char - 0x61 < 26) return char - 0x61 + 26;
  if (char - 0x30 < 10) return char - 0x30 + 52;
  if (char === 0x2b) return 62;
  if (char !== 0x2f) reject();
  return 63;
}
