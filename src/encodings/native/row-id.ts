import type { ReadRow } from '../encoding.js';
import type { NativeLayout } from './columns.js';
import { VaruintReader, writeVaruint } from './varuint.js';
import { walkRow } from './walk-row.js';

/** See `RowEncoding.rowIdBytesMax`: the id's length, which takes two bytes at most. */
export const ROW_ID_BYTES_MAX = 2;

/** See `RowEncoding.addRowId`: the column in front is a text. */
export function addRowId(row: Buffer, rowId: string, into: Buffer, at: number): number {
  const start = writeVaruint(into, at, rowId.length);
  const end = start + into.write(rowId, start, 'latin1');
  return end + row.copy(into, end);
}

/** Topic, partition, offset and item: nothing that a row without an id begins with. */
const ROW_ID = /^[^/]+\/\d+\/\d+\/\d+$/;

/**
 * See `RowEncoding.splitRowId`.
 *
 * @param layout of rows with an id.
 */
export function rowIdSplitter(layout: NativeLayout): (row: Buffer) => ReadRow {
  return row => {
    const reader = new VaruintReader(row, 0);
    const start = reader.text();
    if (start === null) return { row, rowId: null };
    const rowId = row.toString('latin1', start, reader.at);
    if (!ROW_ID.test(rowId) || walkRow(row, layout.parts) === null) return { row, rowId: null };
    return { row: row.subarray(reader.at), rowId };
  };
}
