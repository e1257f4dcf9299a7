import type { NativeLayout } from './columns.js';
import { varuint } from './varuint.js';

/** The parts of a block that do not depend on its rows. */
export interface BlockHeader {
  /** The number of columns, before the number of rows. */
  readonly begin: Buffer;
  /** Name and type of each column, each before the data of its column. */
  readonly columns: readonly Buffer[];
}

export function blockHeader({ columns }: NativeLayout): BlockHeader {
  return {
    begin: varuint(columns.length),
    columns: columns.map(({ name, type }) => Buffer.concat([text(name), text(type)])),
  };
}

/** What a block takes besides its rows, which are as large in it as alone. @returns bytes */
export function headerBytes(header: BlockHeader, rowCount: number): number {
  const named = header.columns.reduce((sum, { length }) => sum + length, 0);
  return header.begin.length + varuint(rowCount).length + named;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varuint(bytes.length), bytes]);
}
