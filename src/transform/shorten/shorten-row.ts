import { cutText } from './cut-text.js';
import { type JsonText, textsOf } from './json-texts.js';

/** The attribute that says in a row how many bytes of its texts were cut. */
export const TRUNCATED_BYTES = 'otelrows.truncated_bytes';

/** No text is cut to less: ids, names and times are shorter, so they stay whole, and what is left still tells something. */
const TEXT_BYTES_MIN = 128;

/** Room for the longest mark, which names its number of bytes. */
const MARK_BYTES_MAX = Buffer.byteLength(mark(Number.MAX_SAFE_INTEGER));
const MARKER_BYTES_MAX = Buffer.byteLength(marker(Number.MAX_SAFE_INTEGER)) + 1;

/**
 * Makes a row small enough by cutting its longest texts, such as attribute values and the body of a log record, all to the
 * same length. A cut text ends in `[truncated N bytes]`, and the item's attributes get `otelrows.truncated_bytes`.
 *
 * It works on the encoded row: what is not cut keeps its exact text, 64-bit integers too.
 *
 * @param json one row as JSON object.
 * @returns null when that is not enough: a row of very many attributes, for example.
 */
export function shortenRow(json: Buffer, bytesMax: number): Buffer | null {
  const { texts, marker: place } = textsOf(json, TEXT_BYTES_MIN, TRUNCATED_BYTES);
  const excess = json.length - (bytesMax - (place ? MARKER_BYTES_MAX : 0));
  const textBytesMax = levelFor(texts, excess);
  if (textBytesMax === null) return null;

  const edits: { at: number; until: number; text: string }[] = [];
  let cutBytes = 0;
  for (const { start, end } of texts) {
    if (end - start <= textBytesMax) continue;
    const cut = cutText(json.subarray(start, end), textBytesMax - MARK_BYTES_MAX);
    edits.push({ at: start + cut.keep, until: end, text: mark(cut.cutBytes) });
    cutBytes += cut.cutBytes;
  }
  if (place) {
    const text = marker(cutBytes);
    const separated = place.last ? (place.first ? text : `,${text}`) : `${text},`;
    edits.push({ at: place.at, until: place.at, text: separated });
    edits.sort((a, b) => a.at - b.at);
  }
  return applied(json, edits);
}

/** The length to which all longer texts must be cut to save so many bytes; `null` when even the shortest is not enough. */
function levelFor(texts: readonly JsonText[], excess: number): number | null {
  const lengths = texts.map(({ start, end }) => end - start).sort((a, b) => b - a);
  let sum = 0;
  for (const [i, length] of lengths.entries()) {
    sum += length;
    // With the i + 1 longest cut to one length, the next longest must not be longer than that.
    const level = Math.floor((sum - excess) / (i + 1));
    if (level >= (lengths[i + 1] ?? TEXT_BYTES_MIN)) return level;
  }
  return null;
}

function applied(json: Buffer, edits: readonly { at: number; until: number; text: string }[]): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const { at, until, text } of edits) {
    parts.push(json.subarray(from, at), Buffer.from(text));
    from = until;
  }
  parts.push(json.subarray(from));
  return Buffer.concat(parts);
}

function mark(cutBytes: number): string {
  return `…[truncated ${cutBytes} bytes]`;
}

function marker(cutBytes: number): string {
  return `"${TRUNCATED_BYTES}":"${cutBytes}"`;
}
