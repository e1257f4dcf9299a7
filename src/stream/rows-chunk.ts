import type { EncodedRow } from '../encodings/encoding.js';

/** Copies of rows, one after the other in one piece of memory: to allocate each of them takes longer than to copy it. */
export interface RowsChunk {
  add(row: Buffer): void;
  count(): number;
  bytes(): number;
  /** The rows, in their order: views, each of which begins where the one before ends. Good until `release`. */
  rows(): EncodedRow[];
  /** Gives the memory back, for the next chunk. */
  release(): void;
}

const FIRST_BYTES = 16 * 1024;

/**
 * Makes chunks, which take the memory of those that were released: fresh memory costs a page fault for every 4 KB, which took
 * as long as all else that gathering does.
 *
 * @param keptBytesMax of memory that no chunk uses.
 */
export function chunkPool(keptBytesMax: number): () => RowsChunk {
  const kept: Buffer[] = [];
  let keptBytes = 0;

  const keep = (memory: Buffer): void => {
    if (keptBytes + memory.length > keptBytesMax) return;
    kept.push(memory);
    keptBytes += memory.length;
  };
  const take = (): Buffer => {
    const memory = kept.pop();
    keptBytes -= memory?.length ?? 0;
    return memory ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
  };

  return () => {
    let memory = take();
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
        memory.set(row, length);
        length = end;
        ends.push(end);
      },
      count: () => ends.length,
      bytes: () => length,
      rows: () =>
        ends.map((end, i) => ({ value: memory.subarray(i === 0 ? 0 : (ends[i - 1] as number), end) })),
      release: () => keep(memory),
    };
  };
}
