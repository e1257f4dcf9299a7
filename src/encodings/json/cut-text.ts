const BACKSLASH = 0x5c;
const U = 0x75;
const UNICODE_ESCAPE_BYTES = '\\u0000'.length;

/**
 * Cuts the JSON text of a string, between its quotes, to at most `bytesMax` bytes: never inside an escape, a UTF-8
 * sequence or a pair of surrogate escapes.
 *
 * @returns the bytes to keep, and how many bytes of the string itself, as UTF-8, the others stand for.
 */
export function cutText(text: Buffer, bytesMax: number): { keep: number; cutBytes: number } {
  let keep = 0;
  let cutBytes = 0;
  for (let at = 0; at < text.length; ) {
    const { jsonBytes, utf8Bytes } = characterAt(text, at);
    if (cutBytes === 0 && at + jsonBytes <= bytesMax) keep = at + jsonBytes;
    else cutBytes += utf8Bytes;
    at += jsonBytes;
  }
  return { keep, cutBytes };
}

/** One character: how long it is as it is written, and as UTF-8. */
function characterAt(text: Buffer, at: number): { jsonBytes: number; utf8Bytes: number } {
  const byte = text[at] ?? 0;
  if (byte === BACKSLASH) {
    if (text[at + 1] !== U) return { jsonBytes: 2, utf8Bytes: 1 };
    const unit = codeUnitAt(text, at);
    const pair = unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text, at + UNICODE_ESCAPE_BYTES);
    if (pair) return { jsonBytes: 2 * UNICODE_ESCAPE_BYTES, utf8Bytes: 4 };
    return { jsonBytes: UNICODE_ESCAPE_BYTES, utf8Bytes: unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3 };
  }
  const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  return { jsonBytes: length, utf8Bytes: length };
}

function isLowSurrogate(text: Buffer, at: number): boolean {
  if (text[at] !== BACKSLASH || text[at + 1] !== U) return false;
  const unit = codeUnitAt(text, at);
  return unit >= 0xdc00 && unit < 0xe000;
}

function codeUnitAt(text: Buffer, at: number): number {
  return Number.parseInt(text.toString('latin1', at + 2, at + UNICODE_ESCAPE_BYTES), 16);
}
