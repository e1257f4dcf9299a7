import { blockHeader } from './block-header.js';
import type { NativeLayout } from './columns.js';
import { VaruintReader } from './varuint.js';
import { endAt, type PartData, setEndAt, viewOf, walk } from './walk-row.js';

/** Takes a block apart into its rows, in their order and in their one-row forms; null for bytes that are no such block. */
export type ReadBlock = (value: Uint8Array) => Buffer[] | null;

/** Reads blocks of one layout: the inverse of `join-rows.ts`. Made for any bytes, see `walk`. */
export function blockReader(layout: NativeLayout): ReadBlock {
  const header = blockHeader(layout);
  return value => {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    const reader = new VaruintReader(bytes, 0);
    if (reader.number() !== layout.columns.length) return null;
    const rowCount = reader.number();
    if (rowCount === null || rowCount === 0) return null;

    const data: PartData[] = [];
    let { at } = reader;
    for (const [i, { parts }] of layout.columns.entries()) {
      const named = header.columns[i] as Buffer;
      if (!bytes.subarray(at, at + named.length).equals(named)) return null;
      const walked = walk(bytes, at + named.length, parts, rowCount);
      if (walked === null) return null;
      data.push(...walked.data);
      at = walked.end;
    }
    return at === bytes.length ? rowsOf(bytes, data, rowCount) : null;
  };
}

function rowsOf(block: Buffer, data: readonly PartData[], rowCount: number): Buffer[] {
  const rows: Buffer[] = [];
  for (let row = 0; row < rowCount; row++) {
    const pieces = data.map(part => pieceOf(block, part, row));
    rows.push(Buffer.concat(pieces));
  }
  return rows;
}

function pieceOf(block: Buffer, { part, offsets, elementsBefore }: PartData, row: number): Buffer {
  const piece = block.subarray(offsets[row], offsets[row + 1]);
  const before = elementsBefore[row] ?? 0;
  if (part.form !== 'ends' || before === 0) return piece;
  const counted = Buffer.from(piece);
  const view = viewOf(counted);
  for (let at = 0; at < counted.length; at += 8) setEndAt(view, at, endAt(view, at) - before);
  return counted;
}
