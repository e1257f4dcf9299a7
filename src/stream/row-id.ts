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
  return messages.map(message => {
    const rowId = rowIdOf(record, message.itemIndex);
    return place === 'column'
      ? { ...message, value: withColumn(message.value, rowId) }
      : { ...message, headers: [header(ROW_ID_HEADER, rowId)] };
  });
}

const COLUMN_START = Buffer.from(`{"${ROW_ID.name}":"`);
const COLUMN_END = Buffer.from('",');

/** Puts the column before all others, so that the row need not be encoded once more. An id has nothing to escape. */
function withColumn(row: Buffer, rowId: string): Buffer {
  return Buffer.concat([COLUMN_START, Buffer.from(rowId, 'latin1'), COLUMN_END, row.subarray(1)]);
}

/** A row without the column that `withRowIds` put there, and what it said; as it is where there is none. */
export function splitRowId(row: Buffer): { row: Buffer; rowId: string | null } {
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
