import type { Part } from './columns.js';
import { VaruintReader } from './varuint.js';

/** Where the data of one part lies in the rows of a block. */
export interface PartData {
  readonly part: Part;
  /** One more than rows: row `i` has the bytes from `offsets[i]` up to `offsets[i + 1]`. */
  readonly offsets: readonly number[];
  /** For `ends`: how many elements the rows before row `i` have, which its ends count as well; one more than rows. */
  readonly elementsBefore: readonly number[];
}

/** The same of a row that stands alone. */
export interface RowPart {
  readonly part: Part;
  readonly start: number;
  readonly end: number;
}

const NOTHING: readonly number[] = [];

/**
 * Goes through the data of some columns, of all rows of a block.
 *
 * Made for any bytes: what it does and what it takes is bounded by their length.
 *
 * @param parts of one or more columns.
 * @param at where their data begins.
 * @returns where each part lies, and where the data ends; null when the bytes are no such data.
 */
export function walk(
  bytes: Uint8Array,
  at: number,
  parts: readonly Part[],
  rowCount: number,
): { data: PartData[]; end: number } | null {
  if (rowCount * leastRowBytes(parts) > bytes.length - at) return null;
  const data: PartData[] = [];
  /** By depth: how many things of it the rows before each have. */
  const counts = [Array.from({ length: rowCount + 1 }, (_, i) => i)];
  let start = at;
  for (const part of parts) {
    const found = locate(bytes, start, part, counts);
    if (found === null) return null;
    data.push(found);
    start = found.offsets[rowCount] as number;
  }
  return { data, end: start };
}

/** Where each part of a one-row form lies; null when the bytes are none of these parts, or more than that. */
export function walkRow(row: Uint8Array, parts: readonly Part[]): RowPart[] | null {
  const walked = walk(row, 0, parts, 1);
  if (walked === null || walked.end !== row.length) return null;
  return walked.data.map(({ part, offsets: [start = 0, end = 0] }) => ({ part, start, end }));
}

/** What a row takes that has nothing in its lists and texts. */
function leastRowBytes(parts: readonly Part[]): number {
  const ofRows = parts.filter(({ depth }) => depth === 0);
  return ofRows.reduce((sum, part) => sum + bytesMinOf(part), 0);
}

const END_BYTES = 8;

function bytesMinOf(part: Part): number {
  if (part.form === 'numbers') return part.bytes;
  return part.form === 'ends' ? END_BYTES : 1;
}

function locate(
  bytes: Uint8Array,
  start: number,
  part: Part,
  counts: (readonly number[])[],
): PartData | null {
  const before = counts[part.depth] as readonly number[];
  const count = before[before.length - 1] as number;
  if (count * bytesMinOf(part) > bytes.length - start) return null;
  switch (part.form) {
    case 'numbers':
      return { part, offsets: before.map(n => start + n * part.bytes), elementsBefore: NOTHING };
    case 'texts': {
      const offsets = textOffsets(bytes, start, before);
      return offsets && { part, offsets, elementsBefore: NOTHING };
    }
    case 'ends': {
      const elementsBefore = elementCounts(bytes, start, before);
      if (elementsBefore === null) return null;
      counts[part.depth + 1] = elementsBefore;
      return { part, offsets: before.map(n => start + n * END_BYTES), elementsBefore };
    }
  }
}

function textOffsets(bytes: Uint8Array, start: number, before: readonly number[]): number[] | null {
  const reader = new VaruintReader(bytes, start);
  const offsets = [start];
  let read = 0;
  for (let row = 1; row < before.length; row++) {
    for (; read < (before[row] as number); read++) if (reader.text() === null) return null;
    offsets.push(reader.at);
  }
  return offsets;
}

/** Ends never go back, and no element takes less than a byte. */
function elementCounts(bytes: Uint8Array, start: number, before: readonly number[]): number[] | null {
  const view = viewOf(bytes);
  const counts = [0];
  let read = 0;
  let last = 0;
  for (let row = 1; row < before.length; row++) {
    for (; read < (before[row] as number); read++) {
      const end = endAt(view, start + read * END_BYTES);
      if (end < last || end > bytes.length) return null;
      last = end;
    }
    counts.push(last);
  }
  return counts;
}

/** An end. Exact as far as it matters: nothing has as many elements as a double cannot count. */
export function endAt(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

/** @param end below 2^53. */
export function setEndAt(view: DataView, at: number, end: number): void {
  view.setUint32(at, end % 2 ** 32, true);
  view.setUint32(at + 4, Math.floor(end / 2 ** 32), true);
}

/** The same memory as a DataView. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
