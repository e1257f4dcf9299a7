import type { EncodedRow } from '../encoding.js';

const NEWLINE = 0x0a;

/** See `Packing.join`. */
export function joinLines(rows: readonly EncodedRow[]): Buffer {
  return inPlace(rows) ?? copied(rows);
}

/** The kernel writes the rows of a record one after the other, a newline after each: then nothing need be copied. */
function inPlace(rows: readonly EncodedRow[]): Buffer | null {
  const { buffer, byteOffset } = (rows[0] as EncodedRow).value;
  let end = byteOffset - 1;
  for (const { value } of rows) {
    if (value.buffer !== buffer || value.byteOffset !== end + 1) return null;
    end += 1 + value.length;
  }
  const joined = Buffer.from(buffer, byteOffset, end - byteOffset);
  let at = 0;
  for (const { value } of rows) {
    if (at > 0 && joined[at - 1] !== NEWLINE) return null;
    at += value.length + 1;
  }
  return joined;
}

function copied(rows: readonly EncodedRow[]): Buffer {
  const joined = Buffer.allocUnsafe(rows.reduce((sum, { value }) => sum + 1 + value.length, -1));
  let end = 0;
  for (const { value } of rows) {
    if (end > 0) joined[end++] = NEWLINE;
    end += value.copy(joined, end);
  }
  return joined;
}
