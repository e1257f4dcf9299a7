import type { EncodedRow } from '../encoding.js';
import { type BlockHeader, blockHeader, headerBytes } from './block-header.js';
import type { NativeLayout } from './columns.js';
import { varuint } from './varuint.js';
import { endAt, type RowPart, setEndAt, viewOf, walkRow } from './walk-row.js';

/** Makes one block of rows, in their order: the value of a Kafka message. */
export type JoinRows = (rows: readonly EncodedRow[]) => Buffer;

/** No block has as many rows that their number takes more bytes. */
const ROW_COUNT_BYTES_MAX = 5;

/** What a block has besides its rows, at most. */
export function blockFrameBytesMax(layout: NativeLayout): number {
  return headerBytes(blockHeader(layout), 1) + ROW_COUNT_BYTES_MAX;
}

/**
 * Blocks of one layout. A block has the data column by column, so the rows are taken apart; the ends of their lists, which
 * each row counts for itself, count on from row to row.
 */
export function rowJoiner(layout: NativeLayout): JoinRows {
  const header = blockHeader(layout);
  return encodedRows => {
    const rows = encodedRows.map(({ value }) => value);
    const walked = rows.map(row => partsOf(row, layout));
    const rowBytes = rows.reduce((sum, { length }) => sum + length, 0);
    const block = Buffer.allocUnsafe(headerBytes(header, rows.length) + rowBytes);
    writeBlock(block, layout, header, rows, walked);
    return block;
  };
}

/** @throws Error for bytes that no encoder of this layout has written: a defect. */
function partsOf(row: Buffer, layout: NativeLayout): readonly RowPart[] {
  const parts = walkRow(row, layout.parts);
  if (parts === null) throw new Error(`${row.length} bytes are no native row of ${layout.kind}`);
  return parts;
}

function writeBlock(
  block: Buffer,
  { columns }: NativeLayout,
  header: BlockHeader,
  rows: readonly Buffer[],
  walked: readonly (readonly RowPart[])[],
): void {
  let at = header.begin.copy(block, 0);
  at += varuint(rows.length).copy(block, at);
  let index = 0;
  columns.forEach(({ parts }, column) => {
    at += (header.columns[column] as Buffer).copy(block, at);
    for (const { form } of parts) {
      const start = at;
      rows.forEach((row, i) => {
        const { start: from, end } = (walked[i] as readonly RowPart[])[index] as RowPart;
        const copied = row.copy(block, at, from, end);
        if (form === 'ends') countOn(block, start, at, at + copied);
        at += copied;
      });
      index += 1;
    }
  });
}

/**
 * Adds to ends from `at` up to `until` what the rows before have.
 *
 * @param start where the ends of the first row begin.
 */
function countOn(block: Buffer, start: number, at: number, until: number): void {
  if (at === start) return;
  const view = viewOf(block);
  // An empty list of lists has no ends, so those before may be some rows up.
  const before = endAt(view, at - 8);
  for (let place = at; place < until; place += 8) setEndAt(view, place, endAt(view, place) + before);
}
