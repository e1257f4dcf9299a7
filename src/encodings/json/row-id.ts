import { ROW_ID } from '../../tables/columns.js';
import type { ReadRow } from '../encoding.js';

const COLUMN_START = Buffer.from(`{"${ROW_ID.name}":"`);
const COLUMN_END = Buffer.from('",');

/** See `RowEncoding.rowIdBytesMax`. */
export const ROW_ID_BYTES_MAX = COLUMN_START.length + COLUMN_END.length;

/** See `RowEncoding.addRowId`: the member stands in place of the row's first brace. */
export function addRowId(row: Buffer, rowId: string, into: Buffer, at: number): number {
  const end = at + into.write(`{"${ROW_ID.name}":"${rowId}",`, at, 'latin1');
  return end + row.copy(into, end, 1);
}

/** See `RowEncoding.splitRowId`. */
export function splitRowId(row: Buffer): ReadRow {
  // Most rows have none, and say so by the first letter of their first column.
  if (row[2] !== COLUMN_START[2]) return { row, rowId: null };
  if (!row.subarray(0, COLUMN_START.length).equals(COLUMN_START)) return { row, rowId: null };
  const end = row.indexOf(COLUMN_END, COLUMN_START.length);
  if (end < 0) return { row, rowId: null };
  const rest = row.subarray(end + COLUMN_END.length - 1);
  return {
    // The comma becomes the brace that stood there before, in a copy: the bytes belong to someone else.
    row: Buffer.concat([COLUMN_START.subarray(0, 1), rest.subarray(1)]),
    rowId: row.toString('latin1', COLUMN_START.length, end),
  };
}
