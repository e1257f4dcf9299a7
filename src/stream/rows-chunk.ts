import type { EncodedRow } from '../encodings/encoding.js';

/** Copies of rows, one after the other in one piece of memory: to allocate each of them takes longer than to copy it. */
export interface RowsChunk {
  add(row: Buffer): void;
  count(): number;
  bytes(): number;
  /** The rows, in their order: views, each of which begins where the one before ends. */
  rows(): EncodedRow[];
}

const FIRST_BYTES = 16 * 1024;

export function rowsChunk(): RowsChunk {
  let memory = Buffer.allocUnsafeSlow(FIRST_BYTES);
  let length = 0;
  const ends: number[] = [];

  return {
    add: row => {
      const end = length + row.length;
      if (end > memory.length) {
        const grown = Buffer.allocUnsafeSlow(Math.max(end, 2 * memory.length));
        memory.copy(grown, 0, 0, length);
        memory = grown;
      }
      row.copy(memory, length);
      length = end;
      ends.push(end);
    },
    count: () => ends.length,
    bytes: () => length,
    rows: () =>
      ends.map((end, i) => ({ value: memory.subarray(i === 0 ? 0 : (ends[i - 1] as number), end) })),
  };
}
