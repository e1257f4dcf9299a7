import { VaruintReader, varuint } from './varuint.js';

/** A row with one more column in front: its id. */
export function withRowId(row: Buffer, rowId: string): Buffer {
  const id = Buffer.from(rowId);
  return Buffer.concat([varuint(id.length), id, row]);
}

/** The row without that column, and the id; null when the bytes do not begin with a text. */
export function splitRowId(row: Buffer): { row: Buffer; rowId: string } | null {
  const reader = new VaruintReader(row, 0);
  const start = reader.text();
  return start === null
    ? null
    : { row: row.subarray(reader.at), rowId: row.toString('utf8', start, reader.at) };
}
