import { reject } from '../../host';

/**
 * The parts of JSON text (RFC 8259). Readers take where a part begins, return where it ends, and reject the record when it
 * is no such part. None asks where the text ends: there are zeros behind it, which are no part of anything.
 */

export const QUOTE: u8 = 0x22;
export const COMMA: u8 = 0x2c;
export const MINUS: u8 = 0x2d;
export const COLON: u8 = 0x3a;
export const OPEN_BRACKET: u8 = 0x5b;
export const BACKSLASH: u8 = 0x5c;
export const CLOSE_BRACKET: u8 = 0x5d;
export const OPEN_BRACE: u8 = 0x7b;
export const CLOSE_BRACE: u8 = 0x7d;

const NULL: u32 = 0x6c6c_756e;
const TRUE: u32 = 0x6575_7274;
const FALSE_BUT_LAST: u32 = 0x736c_6166;

/** Where the next character is that is no white space. Usually it is the first. */
export function skipSpace(text: usize): usize {
  return load<u8>(text) > 0x20 ? text : skipSomeSpace(text);
}

/** 16 bytes at a time: text that is indented has as many spaces as other bytes. */
function skipSomeSpace(text: usize): usize {
  let at = text;
  let others = notSpace(at);
  while (others === 0) {
    at += 16;
    others = notSpace(at);
  }
  return at + (ctz(others) as usize);
}

/** A bit for each of 16 bytes that is no white space. */
function notSpace(at: usize): u32 {
  const bytes = v128.load(at);
  const blank = v128.or(i8x16.eq(bytes, i8x16.splat(0x20)), i8x16.eq(bytes, i8x16.splat(0x09)));
  const newline = v128.or(i8x16.eq(bytes, i8x16.splat(0x0a)), i8x16.eq(bytes, i8x16.splat(0x0d)));
  return (i8x16.bitmask(v128.or(blank, newline)) as u32) ^ 0xffff;
}

export function isNull(text: usize): bool {
  return load<u32>(text) === NULL;
}

export function readNull(text: usize): usize {
  if (!isNull(text)) reject();
  return text + 4;
}

export function isTrue(text: usize): bool {
  return load<u32>(text) === TRUE;
}

export function readBool(text: usize): usize {
  if (isTrue(text)) return text + 4;
  if (load<u32>(text) !== FALSE_BUT_LAST || load<u8>(text, 4) !== 0x65) reject();
  return text + 5;
}

/** Whether there is a comma, and so more. `closing` is what else may be there. */
export function isComma(byte: u8, closing: u8): bool {
  if (byte === COMMA) return true;
  if (byte !== closing) reject();
  return false;
}

export function isDigit(byte: u8): bool {
  return byte - 0x30 <= 9;
}
