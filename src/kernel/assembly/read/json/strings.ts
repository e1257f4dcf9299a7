import { copy } from '../../copy';
import { reject } from '../../host';
import { Step, step, textOf, writtenOf } from '../../step';
import { BACKSLASH, QUOTE } from './tokens';
import { checkRoom, writeVarint } from './wire-form';

/** Strings. Bytes that are not UTF-8 stay what they are: `../../write/json/text.ts` replaces them when it writes a row. */

const REPLACEMENT: u32 = 0xfffd;
/** Kept free for the length of a string whose escapes have to be read before it is known. */
const LENGTH_BYTES: usize = 5;

/** Reads a string and writes it as the wire form has it: its length and its bytes. */
export function readString(text: usize, wire: usize): Step {
  if (load<u8>(text) !== QUOTE) reject();
  const start = text + 1;
  const bytes = v128.load(start);
  const length = ctz<u32>(specialBytes(bytes) | 0x1_0000) as usize;
  const end = start + length;
  // Most strings have 16 bytes at most, and then looking for the end and copying is one step.
  if (load<u8>(end) !== QUOTE) return readLongString(start, wire);
  store<u8>(wire, length as u8);
  v128.store(wire, bytes, 1);
  return step(end + 1, wire + 1 + length);
}

/** A bit for each byte that does not stand for itself in a string: quotes, backslashes and control characters. */
function specialBytes(bytes: v128): u32 {
  const special = v128.or(
    i8x16.le_u(bytes, i8x16.splat(0x1f)),
    v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH))),
  );
  return i8x16.bitmask(special) as u32;
}

/** Where the next byte is that does not stand for itself in a string. */
export function findSpecial(from: usize): usize {
  let at = from;
  let special = specialBytes(v128.load(at));
  while (special === 0) {
    at += 16;
    special = specialBytes(v128.load(at));
  }
  return at + (ctz(special) as usize);
}

function readLongString(start: usize, wire: usize): Step {
  const end = findSpecial(start);
  if (load<u8>(end) !== QUOTE) return readEscapedString(start, end, wire);
  const length = end - start;
  checkRoom(wire, length);
  return step(end + 1, copy(writeVarint(wire, length), start, end));
}

/** @param special the first special byte. */
function readEscapedString(start: usize, special: usize, wire: usize): Step {
  const content = wire + LENGTH_BYTES;
  let from = start;
  let to = content;
  let at = special;
  while (load<u8>(at) === BACKSLASH) {
    checkRoom(to, at - from);
    const reached = readEscape(at + 1, copy(to, from, at));
    from = textOf(reached);
    to = writtenOf(reached);
    at = findSpecial(from);
  }
  if (load<u8>(at) !== QUOTE) reject();
  checkRoom(to, at - from);
  to = copy(to, from, at);
  return step(at + 1, copy(writeVarint(wire, to - content), content, to));
}

/** What stands behind a backslash, written as UTF-8. */
function readEscape(text: usize, wire: usize): Step {
  const letter = load<u8>(text);
  if (letter === 0x75) return readUnicodeEscape(text + 1, wire);
  store<u8>(wire, unescaped(letter));
  return step(text + 1, wire + 1);
}

function unescaped(letter: u8): u8 {
  switch (letter) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f:
      return letter;
    case 0x62: // b
      return 0x08;
    case 0x66: // f
      return 0x0c;
    case 0x6e: // n
      return 0x0a;
    case 0x72: // r
      return 0x0d;
    case 0x74: // t
      return 0x09;
  }
  reject();
  return 0;
}

/** Four digits, and if they are the first half of a surrogate pair the escape of the other. A half without the other is U+FFFD. */
function readUnicodeEscape(text: usize, wire: usize): Step {
  const unit = readUnit(text);
  const end = text + 4;
  if (unit >>> 11 !== 0xd800 >>> 11) return step(end, writeUtf8(wire, unit));
  if (unit < 0xdc00 && load<u16>(end) === 0x755c) {
    const second = readUnit(end + 2);
    if (second >>> 10 === 0xdc00 >>> 10) {
      return step(end + 6, writeUtf8(wire, 0x1_0000 + ((unit - 0xd800) << 10) + (second - 0xdc00)));
    }
  }
  return step(end, writeUtf8(wire, REPLACEMENT));
}

function readUnit(text: usize): u32 {
  let unit: u32 = 0;
  for (let i: usize = 0; i < 4; i++) unit = (unit << 4) | hexValue(load<u8>(text + i));
  return unit;
}

function hexValue(digit: u8): u32 {
  const value = digit - 0x30;
  if (value <= 9) return value;
  const letter = (digit | 0x20) - 0x61;
  if (letter > 5) reject();
  return letter + 10;
}

function writeUtf8(to: usize, point: u32): usize {
  if (point < 0x80) {
    store<u8>(to, point);
    return to + 1;
  }
  if (point < 0x800) {
    store<u8>(to, 0xc0 | (point >>> 6));
    store<u8>(to, 0x80 | (point & 0x3f), 1);
    return to + 2;
  }
  if (point < 0x1_0000) {
    store<u8>(to, 0xe0 | (point >>> 12));
    store<u8>(to, 0x80 | ((point >>> 6) & 0x3f), 1);
    store<u8>(to, 0x80 | (point & 0x3f), 2);
    return to + 3;
  }
  store<u8>(to, 0xf0 | (point >>> 18));
  store<u8>(to, 0x80 | ((point >>> 12) & 0x3f), 1);
  store<u8>(to, 0x80 | ((point >>> 6) & 0x3f), 2);
  store<u8>(to, 0x80 | (point & 0x3f), 3);
  return to + 4;
}
