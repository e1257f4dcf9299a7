import type { EncodingOfTopic } from '../encodings/encodings-of.js';
import type { Header, InputRecord } from '../kafka/ports.js';
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
  encodingOf: EncodingOfTopic,
): readonly (OutputMessage & { headers?: readonly Header[] })[] {
  if (place === 'none') return messages;
  if (place === 'column') return withColumns(messages, record, encodingOf);
  return messages.map(message => ({
    ...message,
    headers: [header(ROW_ID_HEADER, rowIdOf(record, message.itemIndex))],
  }));
}

/** Digits of an item's index. */
const INDEX_BYTES_MAX = 10;

/** All rows are written into one piece of memory: to allocate each of them takes longer than to write it. */
function withColumns(
  messages: readonly OutputMessage[],
  record: Coordinates,
  encodingOf: EncodingOfTopic,
): OutputMessage[] {
  const begin = rowIdOf(record, 0).slice(0, -1);
  const idBytesMax = begin.length + INDEX_BYTES_MAX;
  const bytes = Buffer.allocUnsafe(
    messages.reduce(
      (sum, { topic, value }) => sum + value.length + idBytesMax + encodingOf(topic).rowIdBytesMax,
      0,
    ),
  );
  let end = 0;
  return messages.map(message => {
    if (message.tooLargeBytes !== undefined) return message; // It has no row to put the column into.
    const start = end;
    end = encodingOf(message.topic).addRowId(message.value, begin + message.itemIndex, bytes, start);
    return { ...message, value: bytes.subarray(start, end) };
  });
}

/** The coordinates that a row id names, without the item; null when it is none. */
export function sourceOfRowId(rowId: string): Coordinates | null {
  const parts = /^([^/]+)\/(\d+)\/(\d+)\/\d+$/.exec(rowId);
  if (!parts) return null;
  return { topic: parts[1] ?? '', partition: Number(parts[2]), offset: Number(parts[3]) };
}
