import { reject } from '../../host';
import { nestingMax } from '../../settings';
import { textOf } from '../../step';
import { readNumber } from './doubles';
import { readString } from './strings';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  isComma,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  readBool,
  readNull,
  skipSpace,
} from './tokens';

/**
 * Passes over a value that nobody wants, and returns where it ends, or where the space behind it does.
 *
 * @param scratch in the wire form, where nothing is written yet.
 * @param depth the objects and arrays around it that nobody wants either.
 */
export function skipValue(text: usize, scratch: usize, depth: u32): usize {
  const byte = load<u8>(text);
  if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
    if (depth >= nestingMax) reject();
    return byte === OPEN_BRACE
      ? skipMembers(text + 1, scratch, depth + 1)
      : skipElements(text + 1, scratch, depth + 1);
  }
  if (byte === QUOTE) return skipString(text, scratch);
  if (byte === 0x6e) return readNull(text);
  return byte === 0x74 || byte === 0x66 ? readBool(text) : readNumber(text);
}

/** A string is read all the same, since that is what checks it. */
export function skipString(text: usize, scratch: usize): usize {
  return textOf(readString(text, scratch));
}

function skipMembers(text: usize, scratch: usize, depth: u32): usize {
  let at = skipSpace(text);
  if (load<u8>(at) === CLOSE_BRACE) return at + 1;
  let byte: u8;
  do {
    at = skipSpace(skipString(at, scratch));
    if (load<u8>(at) !== COLON) reject();
    at = skipSpace(skipValue(skipSpace(at + 1), scratch, depth));
    byte = load<u8>(at);
    at = skipSpace(at + 1);
  } while (isComma(byte, CLOSE_BRACE));
  return at;
}

function skipElements(text: usize, scratch: usize, depth: u32): usize {
  let at = skipSpace(text);
  if (load<u8>(at) === CLOSE_BRACKET) return at + 1;
  let byte: u8;
  do {
    at = skipSpace(skipValue(at, scratch, depth));
    byte = load<u8>(at);
    at = skipSpace(at + 1);
  } while (isComma(byte, CLOSE_BRACKET));
  return at;
}
