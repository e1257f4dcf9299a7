// TypeScript has WebAssembly among the types of browsers only.
/// <reference path="../../kernel/webassembly.d.ts" />

import { readFileSync } from 'node:fs';
import type { EncodedRow } from '../encoding.js';
import { blockHeader } from './block-header.js';
import type { NativeLayout, Part } from './columns.js';
import { type JoinRows, rowJoiner } from './join-rows.js';
import { varuint } from './varuint.js';

/** What `kernel/assembly/join/index.ts` exports. */
interface JoinExports {
  readonly layouts: WebAssembly.Global;
  readonly rows: WebAssembly.Global;
  /** @returns where the block ends; 0 when a row is none of the layout. */
  join(parts: number, partsEnd: number, rows: number, rowsEnd: number, out: number): number;
}

/** Both as in kernel/assembly/join/asconfig.json. */
const PAGES_MIN = 16;
/** 64 MiB, of which a block takes half. WebAssembly memory never shrinks, so larger blocks are left to the plain joiner. */
const PAGES_MAX = 1024;
const PAGE_BYTES = 64 * 1024;

/** In the order in which the module numbers them. */
const FORMS: readonly Part['form'][] = ['ends', 'texts', 'numbers'];

/** Of a part and of a row, each a list of numbers of 32 bits. */
const PART_NUMBERS = 5;
const ROW_NUMBERS = 4;

/** What may be read or written behind rows and blocks, since texts are copied 16 bytes at a time. */
const OVERRUN = 64;

// Built by `npm run build`. Resolves from src/encodings/native and from dist/encodings/native alike.
const COMPILED = new URL('../../../dist/kernel/join.wasm', import.meta.url);

/**
 * Joins rows as `rowJoiner` does, which is the reference, in a small part of the time.
 *
 * All joiners share one module and its memory: a block is a view of it until the next one is made. To copy blocks took longer
 * than to make them, since the memory for large buffers comes from the system again each time. The module is made when a first
 * block is: most commands never make one.
 *
 * @param plain for blocks that are too large for the memory, to say what is wrong with rows, and for all if there is no memory.
 */
export function fastRowJoiners(plain: (layout: NativeLayout) => JoinRows = rowJoiner): typeof plain {
  let made: JoinModule | null | undefined;
  const module = () => {
    if (made === undefined) made = createModule();
    return made;
  };
  return layout => {
    const plainJoin = plain(layout);
    let join: JoinRows | undefined;
    return rows => {
      join ??= joinerOf(module(), layout, plainJoin);
      return join(rows);
    };
  };
}

/** The compiled module and the memory that it works in. */
interface JoinModule {
  readonly exports: JoinExports;
  /** All of the memory, which is another one after it has grown. */
  bytes(): Buffer;
  /** Sees to it that the memory has so many bytes; answers whether it can. */
  reserve(bytes: number): boolean;
  /** Where the next layout goes. */
  layoutsEnd: number;
}

/** @returns null where there is no memory for it. */
function createModule(): JoinModule | null {
  const memory = newMemory();
  if (memory === null) return null;
  const compiled = new WebAssembly.Module(readFileSync(COMPILED));
  const instance = new WebAssembly.Instance(compiled, { env: { memory } });
  const exports = instance.exports as unknown as JoinExports;
  let bytes = Buffer.from(memory.buffer);
  return {
    exports,
    bytes: () => bytes,
    reserve: needed => {
      const missing = Math.ceil(needed / PAGE_BYTES) - bytes.length / PAGE_BYTES;
      if (missing <= 0) return true;
      if (bytes.length + missing * PAGE_BYTES > PAGES_MAX * PAGE_BYTES) return false;
      try {
        memory.grow(missing);
      } catch (error) {
        if (error instanceof RangeError) return false;
        throw error;
      }
      bytes = Buffer.from(memory.buffer);
      return true;
    },
    layoutsEnd: exports.layouts.value,
  };
}

function newMemory(): WebAssembly.Memory | null {
  try {
    return new WebAssembly.Memory({ initial: PAGES_MIN, maximum: PAGES_MAX });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function joinerOf(module: JoinModule | null, layout: NativeLayout, plain: JoinRows): JoinRows {
  if (module === null) return plain;
  const header = blockHeader(layout);
  const parts = writeLayout(module, layout, header.columns);
  const list = module.exports.rows.value;

  return rows => {
    const begin = Buffer.concat([header.begin, varuint(rows.length), ...header.columns.slice(0, 1)]);
    const rowBytes = rows.reduce((sum, { value }) => sum + value.length, 0);
    const listEnd = list + rows.length * ROW_NUMBERS * 4;
    const block = listEnd + rowBytes + OVERRUN;
    const blockBytesMax = begin.length + parts.headBytes + rowBytes;
    if (!module.reserve(block + blockBytesMax + OVERRUN)) return plain(rows);
    const bytes = module.bytes();
    writeRows(bytes, rows, list, listEnd);
    begin.copy(bytes, block);
    const end = module.exports.join(parts.start, parts.end, list, listEnd, block + begin.length);
    if (end === 0) return plain(rows);
    return bytes.subarray(block, end);
  };
}

/** Writes the parts of a layout, and behind them the names and types of its columns. */
function writeLayout(
  module: JoinModule,
  { columns }: NativeLayout,
  heads: readonly Buffer[],
): { start: number; end: number; headBytes: number } {
  const bytes = module.bytes();
  const start = module.layoutsEnd;
  const end = start + columns.reduce((sum, { parts }) => sum + parts.length * PART_NUMBERS * 4, 0);
  const headBytes = heads.reduce((sum, { length }) => sum + length, 0);
  module.layoutsEnd = Math.ceil((end + headBytes) / 4) * 4;
  if (module.layoutsEnd > module.exports.rows.value) throw new RangeError('too many layouts');

  let at = start;
  let headAt = end;
  columns.forEach(({ parts }, column) => {
    parts.forEach((part, i) => {
      // The first head comes with the beginning of the block, which the host writes.
      const head = i === 0 && column > 0 ? (heads[column] as Buffer) : NO_BYTES;
      at = bytes.writeUInt32LE(FORMS.indexOf(part.form), at);
      at = bytes.writeUInt32LE(part.depth, at);
      at = bytes.writeUInt32LE(part.form === 'numbers' ? part.bytes : 0, at);
      at = bytes.writeUInt32LE(headAt, at);
      headAt += head.copy(bytes, headAt);
      at = bytes.writeUInt32LE(headAt, at);
    });
  });
  return { start, end, headBytes };
}

const NO_BYTES = Buffer.alloc(0);

/** Copies the rows, and lists where each lies. Rows that lie side by side, as the kernel writes them, are copied together. */
function writeRows(bytes: Buffer, rows: readonly EncodedRow[], list: number, listEnd: number): void {
  const numbers = new Uint32Array(bytes.buffer, list, rows.length * ROW_NUMBERS);
  let end = listEnd;
  let i = 0;
  let runStart = 0;
  let runBytes = 0;
  let run: Buffer | undefined;
  for (const { value } of rows) {
    numbers[i] = end;
    end += value.length;
    numbers[i + 1] = end;
    i += ROW_NUMBERS;
    if (run && run.buffer === value.buffer && run.byteOffset + runBytes === value.byteOffset) {
      runBytes += value.length;
      continue;
    }
    if (run) copyRun(bytes, runStart, run, runBytes);
    runStart = end - value.length;
    runBytes = value.length;
    run = value;
  }
  if (run) copyRun(bytes, runStart, run, runBytes);
}

function copyRun(bytes: Buffer, at: number, { buffer, byteOffset }: Buffer, length: number): void {
  bytes.set(new Uint8Array(buffer, byteOffset, length), at);
}
