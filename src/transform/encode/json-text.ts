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
  // With the `u` flag, the halves of a surrogate pair do not match.
  const valid = text.split(/[\udc80-\udcff]/u);
  return `"${valid.map(part => JSON.stringify(part).slice(1, -1)).join('\\ufffd')}"`;
}

/** JSON text with `<`, `>` and `&` escaped, as Go's encoding/json does by default. They can only stand in strings. */
export function escapeHtml(json: string): string {
  return json.replace(/[<>&]/g, character => `\\u00${character.charCodeAt(0).toString(16)}`);
}

/** The shortest text that reads back as the same finite number; minus zero keeps its sign, which `String` drops. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
