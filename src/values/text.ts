// Node 20 has isWellFormed and toWellFormed; TypeScript files them under ES2024.
/// <reference lib="es2024.string" />

import { Buffer, isAscii, isUtf8 } from 'node:buffer';

/**
 * Strings that may hold bytes that are not UTF-8.
 *
 * OTLP strings should be UTF-8 and senders break this. A valid string is an ordinary JavaScript string. Each byte that is
 * no part of a valid sequence becomes one lone surrogate, U+DC80 for 0x80 to U+DCFF for 0xff (the `surrogateescape` of
 * PEP 383), so no byte is lost: keys get the original bytes back, and JSON gets one U+FFFD for each such byte.
 */

const ESCAPE_BASE = 0xdc00;
const ESCAPE_MIN = 0xdc80;
const ESCAPE_MAX = 0xdcff;
const SURROGATE = /[\ud800-\udfff]/;
const REPLACEMENT = '\ufffd';

/** The bytes from `start` up to `end` as text. Never fails: see the file comment for bytes that are not UTF-8. */
export function decodeText(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const buffer = asBuffer(bytes);
  const text = buffer.toString('utf8', start, end);
  // Node's decoder marks what it cannot read with U+FFFD, so a text without one is right; a text with one may be too.
  if (!text.includes(REPLACEMENT) || isUtf8(buffer.subarray(start, end))) return text;
  return escapeInvalidBytes(buffer, start, end);
}

/** Texts are looked at only when it matters what they take: asking costs more than a short text is worth. */
const SHORT_TEXT_BYTES = 256;

/** The memory that `decodeText` takes: one byte for each of ASCII, else two, and as much again while it reads what is not UTF-8. */
export function decodedBytes(bytes: Uint8Array, start = 0, end = bytes.length): number {
  const length = end - start;
  if (length <= SHORT_TEXT_BYTES) return 2 * length;
  const text = bytes.subarray(start, end);
  if (isAscii(text)) return length;
  return isUtf8(text) ? 2 * length : 4 * length;
}

/** The bytes that `decodeText` read. */
export function encodeTextLossless(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const out = Buffer.allocUnsafe(losslessBytes(text));
  let length = 0;
  let runStart = 0;
  for (let i = 0; i < text.length; i++) {
    if (isPair(text, i)) {
      i++;
    } else if (isEscape(text.charCodeAt(i))) {
      if (i > runStart) length += out.write(text.slice(runStart, i), length, 'utf8');
      out[length++] = text.charCodeAt(i) - ESCAPE_BASE;
      runStart = i + 1;
    }
  }
  length += out.write(text.slice(runStart), length, 'utf8');
  return out.subarray(0, length);
}

/** How many bytes `decodeText` read. */
export function losslessBytes(text: string): number {
  let bytes = Buffer.byteLength(text); // With three for each half of a pair that stands alone.
  if (text.isWellFormed()) return bytes;
  for (let i = 0; i < text.length; i++) {
    if (isPair(text, i)) i++;
    else if (isEscape(text.charCodeAt(i))) bytes -= 2;
  }
  return bytes;
}

/** The text with one U+FFFD for each byte that was not UTF-8: what may stand in a message. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}

/** The byte that was not UTF-8 and that `unit` stands for; undefined when it stands for itself. */
export function invalidByte(unit: number): number | undefined {
  return isEscape(unit) ? unit - ESCAPE_BASE : undefined;
}

/**
 * The elements in the order of the bytes that their texts were decoded from; those of equal texts stay in their order.
 *
 * Strings are compared by their UTF-16 units, which order texts as their bytes do, unless halves of pairs or bytes that were
 * not UTF-8 are among them. Then the bytes are compared, as strings: nothing else is as fast where texts begin alike.
 */
export function sortedByBytes<Element>(
  elements: readonly Element[],
  textOf: (element: Element) => string,
): Element[] {
  if (!elements.some(element => SURROGATE.test(textOf(element)))) {
    return elements.toSorted((a, b) => compare(textOf(a), textOf(b)));
  }
  return elements
    .map(element => ({ element, bytes: encodeTextLossless(textOf(element)).toString('latin1') }))
    .sort((a, b) => compare(a.bytes, b.bytes))
    .map(({ element }) => element);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The same memory as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function escapeInvalidBytes(bytes: Buffer, start: number, end: number): string {
  // UTF-8 never has fewer bytes than UTF-16 has units. Units are collected here and not as a growing string, whose parts
  // would take many times the memory of the bytes; two bytes at a time, since a method per unit takes most of the time.
  const units = Buffer.allocUnsafe((end - start) * 2);
  let length = 0;
  const push = (unit: number) => {
    units[length++] = unit & 0xff;
    units[length++] = unit >> 8;
  };
  for (let i = start; i < end; ) {
    const sequence = sequenceLength(bytes, i, end);
    if (sequence === 0) {
      push(ESCAPE_BASE + (bytes[i] ?? 0));
      i++;
    } else {
      const point = codePoint(bytes, i, sequence);
      if (point > 0xffff) push(0xd7c0 + (point >> 10));
      push(point > 0xffff ? 0xdc00 + (point & 0x3ff) : point);
      i += sequence;
    }
  }
  return units.toString('utf16le', 0, length);
}

/** Bytes of the valid sequence at `i` (RFC 3629, table in section 4), 0 when none starts there. */
function sequenceLength(bytes: Buffer, i: number, end: number): number {
  const first = bytes[i] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (i + length > end) return 0;
  // The second byte alone decides about overlong forms, surrogates and code points over U+10FFFF.
  const second = bytes[i + 1] ?? 0;
  const secondMin = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const secondMax = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < secondMin || second > secondMax) return 0;
  for (let k = 2; k < length; k++) {
    if (((bytes[i + k] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/** Of the valid sequence of `length` bytes at `i`. */
function codePoint(bytes: Buffer, i: number, length: number): number {
  const first = bytes[i] ?? 0;
  // The first byte of 2, 3 and 4 bytes carries 5, 4 and 3 bits, each other byte 6.
  let point = length === 1 ? first : first & (0x7f >> length);
  for (let k = 1; k < length; k++) point = (point << 6) | ((bytes[i + k] ?? 0) & 0x3f);
  return point;
}

function isEscape(unit: number): boolean {
  return unit >= ESCAPE_MIN && unit <= ESCAPE_MAX;
}

function isPair(text: string, i: number): boolean {
  const unit = text.charCodeAt(i);
  if (unit < 0xd800 || unit > 0xdbff) return false;
  const next = text.charCodeAt(i + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}
