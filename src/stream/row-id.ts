import type { Header, InputRecord } from '../kafka/ports.js';
import { ROW_ID } from '../tables/columns.js';
import type { OutputMessage } from '../transform/transform-record.js';
import { header } from './headers.js';

/** Where a message says which item its row is made of. */
export type RowIdPlace = 'none' | 'column' | 'header';

export const ROW_ID_HEADER = 'otelrows.row_id';

type Coordinates = Pick<InputRecord, 'topic' | 'partition' | 'offset'>;

/**
 * The id of a row: `otlp_spans/3/1234/7` is item 7, counted from 0, of the record at offset 1234 of otlp_spans-3. The
 * same however often and by whichever group the record is processed, and never that of another row: a topic's name has
 * no slash.
 */
export function rowIdOf({ topic, partition, offset }: Coordinates, itemIndex: number): string {
  return `${topic}/${partition}/${offset}/${itemIndex}`;
}

/** Adds the ids of their rows to the messages of a record. */
export function withRowIds(
  messages: readonly OutputMessage[],
  record: Coordinates,
  place: RowIdPlace,
): readonly (OutputMessage & { headers?: readonly Header[] })[] {
  if (place === 'none') return messages;
  if (place === 'column') return withColumns(messages, record);
  return messages.map(message => ({
    ...message,
    headers: [header(ROW_ID_HEADER, rowIdOf(record, message.itemIndex))],
  }));
}

const COLUMN_START = Buffer.from(`{"${ROW_ID.name}":"`);
const COLUMN_END = Buffer.from('",');

/** Digits of an item's index and what stands behind them, at most. */
const INDEX_BYTES_MAX = 16;

/**
 * Puts the column before all others, so that the rows need not be encoded once more. An id has nothing to escape. All rows
 * are written into one piece of memory: to allocate and concatenate each of them takes longer than to make them.
 */
function withColumns(messages: readonly OutputMessage[], record: Coordinates): OutputMessage[] {
  const begin = Buffer.concat([COLUMN_START, Buffer.from(rowIdOf(record, 0).slice(0, -1), 'latin1')]);
  const rowBytes = messages.reduce((sum, { value }) => sum + value.length, 0);
  const bytes = Buffer.allocUnsafe(rowBytes + messages.length * (begin.length + INDEX_BYTES_MAX));
  let at = 0;
  return messages.map(message => {
    if (message.tooLargeBytes !== undefined) return message; // It has no row to put the column into.
    const start = at;
    at += begin.copy(bytes, at);
    at += bytes.write(String(message.itemIndex), at, 'latin1');
    at += COLUMN_END.copy(bytes, at);
    at += message.value.copy(bytes, at, 1);
    return { ...message, value: bytes.subarray(start, at) };
  });
}

/** A row without the column that `withRowIds` put there, and what it said; as it is where there is none. */
export function splitRowId(row: Buffer): { row: Buffer; rowId: string | null } {
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

/** The coordinates that a row id names, without the item; null when it is none. */
export function sourceOfRowId(rowId: string): Coordinates | null {
  const parts = /^([^/]+)\/(\d+)\/(\d+)\/\d+$/.exec(rowId);
  if (!parts) return null;
  return { topic: parts[1] ?? '', partition: Number(parts[2]), offset: Number(parts[3]) };
}
