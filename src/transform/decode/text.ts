// Node 20 has isWellFormed and toWellFormed; TypeScript files them under ES2024.
/// <reference lib="es2024.string" />

import { Buffer, isUtf8 } from 'node:buffer';

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
const REPLACEMENT = '\ufffd';

/** The bytes from `start` up to `end` as text. Never fails: see the file comment for bytes that are not UTF-8. */
export function decodeText(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const buffer = asBuffer(bytes);
  const text = buffer.toString('utf8', start, end);
  // Node's decoder marks what it cannot read with U+FFFD, so a text without one is right; a text with one may be too.
  if (!text.includes(REPLACEMENT) || isUtf8(buffer.subarray(start, end))) return text;
  return escapeInvalidBytes(buffer, start, end);
}

/** The bytes that `decodeText` read. */
export function encodeTextLossless(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const out = Buffer.allocUnsafe(text.length * 3);
  let length = 0;
  let runStart = 0;
  for (let i = 0; i < text.length; i++) {
    if (isPair(text, i)) {
      i++;
    } else if (isEscape(text.charCodeAt(i))) {
      length += out.write(text.slice(runStart, i), length, 'utf8');
      out[length++] = text.charCodeAt(i) - ESCAPE_BASE;
      runStart = i + 1;
    }
  }
  length += out.write(text.slice(runStart), length, 'utf8');
  return out.subarray(0, length);
}

/** The text with one U+FFFD for each byte that was not UTF-8: what may stand in a message. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}

/** The byte that was not UTF-8 and that `unit` stands for; undefined when it stands for itself. */
export function invalidByte(unit: number): number | undefined {
  return isEscape(unit) ? unit - ESCAPE_BASE : undefined;
}

/** `wellFormed` as UTF-8 bytes. */
export function encodeText(text: string): Buffer {
  return Buffer.from(text, 'utf8'); // Node writes U+FFFD for a lone surrogate.
}

/**
 * Orders two decoded texts as their original bytes are ordered: negative, zero or positive.
 * JavaScript's own order is by UTF-16 unit, which puts a surrogate pair (U+10000 and up) before U+E000 to U+FFFF.
 */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === length) return a.length - b.length;
  const unitA = a.charCodeAt(i);
  const unitB = b.charCodeAt(i);
  if (!isSurrogate(unitA) && !isSurrogate(unitB)) return unitA - unitB;
  // Surrogates are halves of a pair or escaped bytes, whose order only their bytes tell. One unit back, so as not to
  // cut the pair when the low halves differ.
  const from = Math.max(0, i - 1);
  return Buffer.compare(encodeTextLossless(a.slice(from)), encodeTextLossless(b.slice(from)));
}

/** The same memory as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function escapeInvalidBytes(bytes: Buffer, start: number, end: number): string {
  // UTF-8 never has fewer bytes than UTF-16 has units. Units are collected here and not as a growing string, whose parts
  // would take many times the memory of the bytes.
  const units = Buffer.allocUnsafe((end - start) * 2);
  let length = 0;
  let i = start;
  while (i < end) {
    const sequence = sequenceLength(bytes, i, end);
    if (sequence === 0) {
      length = units.writeUInt16LE(ESCAPE_BASE + bytes.readUInt8(i), length);
      i++;
    } else {
      const point = codePoint(bytes, i, sequence);
      if (point > 0xffff) length = units.writeUInt16LE(0xd7c0 + (point >> 10), length);
      length = units.writeUInt16LE(point > 0xffff ? 0xdc00 + (point & 0x3ff) : point, length);
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

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
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
