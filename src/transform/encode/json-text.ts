/**
 * JSON text of strings and numbers. The texts are those of the collector's exporters, so that attribute values which are
 * JSON themselves come out the same, byte for byte.
 */

/** What JSON.stringify leaves as it is and the exporters escape: U+2028, U+2029 and bytes that are not UTF-8. */
const RARE = /[\u2028\u2029\udc80-\udcff]/u;

/** Bytes that are not UTF-8: see `decode/text.ts`. With the `u` flag, halves of a surrogate pair do not match. */
const INVALID_BYTE = /[\udc80-\udcff]/u;

/** The string as a JSON string. Each byte that is not UTF-8 becomes the escape `\ufffd`. */
export function quote(text: string): string {
  if (!RARE.test(text)) return JSON.stringify(text);
  const valid = text.split(INVALID_BYTE).map(part => JSON.stringify(part).slice(1, -1));
  return `"${valid.join('\\ufffd').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}"`;
}

/** The same, with `<`, `>` and `&` escaped, as Go's encoding/json does by default. */
export function quoteForHtml(text: string): string {
  return quote(text).replace(/[<>&]/g, escapeAscii);
}

function escapeAscii(character: string): string {
  return `\\u00${character.charCodeAt(0).toString(16)}`;
}

/** The shortest text that reads back as the same finite number; minus zero keeps its sign, which `String` drops. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
