// Node 20 has isWellFormed; TypeScript files it under ES2024.
/// <reference lib="es2024.string" />

/**
 * JSON text of strings and numbers. The texts are those of the collector's exporters, so that attribute values which are
 * JSON themselves come out the same, byte for byte.
 */

/**
 * The string as a JSON string. U+2028 and U+2029, which JSON.stringify leaves as they are, are escaped, and each byte that
 * is not UTF-8 (see `decode/text.ts`) becomes the escape `\ufffd`.
 */
export function quote(text: string): string {
  const quoted = text.isWellFormed() ? JSON.stringify(text) : quoteInvalid(text);
  if (!quoted.includes('\u2028') && !quoted.includes('\u2029')) return quoted;
  return quoted.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function quoteInvalid(text: string): string {
  let quoted = '';
  for (const part of partsOf(text)) {
    // Each byte becomes U+FFFD and that its escape; a U+FFFD that was sent stays as it is.
    const pieces = part.split('\ufffd').map(piece => JSON.stringify(piece.toWellFormed()).slice(1, -1));
    quoted += pieces.map(piece => piece.replaceAll('\ufffd', '\\ufffd')).join('\ufffd');
  }
  return `"${quoted}"`;
}

/** Few enough characters for whatever becomes of each. */
export const PART_LENGTH = 16 * 1024;

/** A text in parts of `PART_LENGTH`, one more where a surrogate pair would be cut. */
export function* partsOf(text: string): Generator<string> {
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = start + PART_LENGTH;
    if (isFirstOfPair(text.charCodeAt(end - 1))) end++;
    yield text.slice(start, end);
  }
}

function isFirstOfPair(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Characters that `quote`, and then `escapeHtml`, make of a text at most, without the quotes. */
export function quotedLength(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) length += ASCII_ADDS[unit] ?? 0;
    else if ((unit >= 0xdc80 && unit <= 0xdcff) || unit === 0x2028 || unit === 0x2029) length += ESCAPE_ADDS;
  }
  return length;
}

/** `\u0000` in place of one character. */
const ESCAPE_ADDS = 5;

/** By ASCII character. */
const ASCII_ADDS = Uint8Array.from({ length: 0x80 }, (_, unit) => {
  const character = String.fromCharCode(unit);
  return escapeHtml(JSON.stringify(character)).length - '""'.length - 1;
});

/** JSON text with `<`, `>` and `&` escaped, as Go's encoding/json does by default. They can only stand in strings. */
export function escapeHtml(json: string): string {
  return json.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026');
}

/** The shortest text that reads back as the same finite number; minus zero keeps its sign, which `String` drops. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
