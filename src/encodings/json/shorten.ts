import { levelFor, MARK_BYTES_MAX, TEXT_BYTES_MIN, TRUNCATED_BYTES, truncationMark } from '../truncation.js';
import { cutText } from './cut-text.js';
import { textsOf } from './texts.js';

const MARKER_BYTES_MAX = Buffer.byteLength(marker(Number.MAX_SAFE_INTEGER)) + 1;

/**
 * See `RowEncoding.shorten`. It works on the encoded row: what is not cut keeps its exact text, 64-bit integers too.
 *
 * @param json one row as JSON object.
 */
export function shortenRow(json: Buffer, bytesMax: number): Buffer | null {
  const { texts, marker: place } = textsOf(json, TEXT_BYTES_MIN, TRUNCATED_BYTES);
  const excess = json.length - (bytesMax - (place ? MARKER_BYTES_MAX : 0));
  const textBytesMax = levelFor(
    texts.map(({ start, end }) => end - start),
    excess,
  );
  if (textBytesMax === null) return null;

  const edits: { at: number; until: number; text: string }[] = [];
  let cutBytes = 0;
  for (const { start, end } of texts) {
    if (end - start <= textBytesMax) continue;
    const cut = cutText(json.subarray(start, end), textBytesMax - MARK_BYTES_MAX);
    edits.push({ at: start + cut.keep, until: end, text: truncationMark(cut.cutBytes) });
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

function marker(cutBytes: number): string {
  return `"${TRUNCATED_BYTES}":"${cutBytes}"`;
}
