import {
  ITEM_ATTRIBUTES,
  levelFor,
  MARK_BYTES_MAX,
  TEXT_BYTES_MIN,
  TRUNCATED_BYTES,
  truncationMark,
} from '../truncation.js';
import type { NativeLayout } from './columns.js';
import { type ColumnParts, columnsIn, longTexts, textsIn } from './texts.js';
import { varuint } from './varuint.js';
import { endAt, setEndAt, viewOf } from './walk-row.js';

const MARKER_KEY = Buffer.from(TRUNCATED_BYTES);
const MARKER_BYTES_MAX = text(MARKER_KEY).length + text(String(Number.MAX_SAFE_INTEGER)).length;

/** Bytes that take the place of others. */
interface Edit {
  readonly at: number;
  readonly until: number;
  readonly bytes: Buffer;
}

/**
 * See `RowEncoding.shorten`.
 *
 * @param row of `layout`.
 */
export function shortenRow(row: Buffer, layout: NativeLayout, bytesMax: number): Buffer | null {
  const columns = columnsIn(row, layout);
  if (columns === null) return null;
  const texts = longTexts(row, columns, TEXT_BYTES_MIN);
  const attributes = columns.find(({ name }) => ITEM_ATTRIBUTES.has(name));
  const lengths = texts.map(({ start, end }) => end - start);
  const textBytesMax = levelFor(lengths, row.length - (bytesMax - (attributes ? MARKER_BYTES_MAX : 0)));
  if (textBytesMax === null) return null;

  const edits: Edit[] = [];
  let cutBytes = 0;
  for (const { at, start, end } of texts) {
    if (end - start <= textBytesMax) continue;
    const keep = cutPlace(row.subarray(start, end), textBytesMax - MARK_BYTES_MAX);
    const cut = end - start - keep;
    const mark = Buffer.from(truncationMark(cut));
    edits.push({ at, until: end, bytes: text(Buffer.concat([row.subarray(start, start + keep), mark])) });
    cutBytes += cut;
  }
  if (attributes) edits.push(...markerEdits(row, attributes, cutBytes));
  return applied(row, edits);
}

/**
 * How many bytes of a text are kept, at most `bytesMax`, so that no character is cut. In bytes that are not UTF-8 there may
 * be none to be cut.
 */
function cutPlace(bytes: Buffer, bytesMax: number): number {
  const isWithin = (at: number) => ((bytes[at] ?? 0) & 0xc0) === 0x80;
  for (let at = bytesMax; at > bytesMax - 4; at--) if (!isWithin(at)) return at;
  return bytesMax;
}

/** One entry more in the map of the item's own attributes, where it belongs by the bytes of its key. */
function markerEdits(row: Buffer, { parts }: ColumnParts, cutBytes: number): Edit[] {
  const [ends, keys, values] = parts;
  if (!ends || !keys || !values) throw new Error('the attributes of an item are no map');
  const before = [...textsIn(row, keys)].filter(
    ({ start, end }) => row.subarray(start, end).compare(MARKER_KEY) <= 0,
  );
  const keyAt = before.at(-1)?.end ?? keys.start;
  const valueAt = [...textsIn(row, values)][before.length - 1]?.end ?? values.start;
  const count = Buffer.alloc(8);
  setEndAt(viewOf(count), 0, endAt(viewOf(row), ends.start) + 1);
  return [
    { at: ends.start, until: ends.end, bytes: count },
    { at: keyAt, until: keyAt, bytes: text(MARKER_KEY) },
    { at: valueAt, until: valueAt, bytes: text(String(cutBytes)) },
  ];
}

/** @param edits of different places; one that only adds comes before what begins there, and after what ends there. */
function applied(row: Buffer, edits: readonly Edit[]): Buffer {
  const inOrder = [...edits].sort((a, b) => a.at - b.at || a.until - b.until);
  const pieces: Buffer[] = [];
  let from = 0;
  for (const { at, until, bytes } of inOrder) {
    pieces.push(row.subarray(from, at), bytes);
    from = until;
  }
  pieces.push(row.subarray(from));
  return Buffer.concat(pieces);
}

function text(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varuint(bytes.length), bytes]);
}
