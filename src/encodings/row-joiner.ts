import type { EncodedRow } from './encoding.js';
import { encodingsByTopic } from './encodings-of.js';
import type { EncodingSettings } from './settings.js';

/** A row and the topic that it goes to. */
export interface TopicRow extends EncodedRow {
  readonly topic: string;
}

/**
 * The value of one message that holds these rows, in their order.
 *
 * @param rows of one topic; with `encoding: json_lines` of one key too, since the message has the key of all.
 * @throws TypeError for no rows, for rows of several topics, and for several rows where each is a message of its own.
 */
export type JoinRows = (rows: readonly TopicRow[]) => Buffer;

/**
 * Makes messages of what `createTransform` gives, where a message is not one row as it is: with `encoding: native` a block of
 * ClickHouse's Native format, with `json_lines` one row per line. A worker does so within `native.max_bytes` and
 * `json_lines.max_bytes`; here the caller decides how many rows are joined.
 *
 * @param settings those of the transform. Ids of rows are those of records in topics, so there are none here.
 */
export function createRowJoiner(settings: EncodingSettings): JoinRows {
  const encodingOf = encodingsByTopic({ ...settings, row_id: 'none' });
  return rows => {
    const [first, second] = rows;
    if (first === undefined) throw new TypeError('a message holds at least one row');
    const other = rows.find(({ topic }) => topic !== first.topic);
    if (other !== undefined)
      throw new TypeError(
        `a message goes to one topic, and these rows go to ${first.topic} and ${other.topic}`,
      );
    const { packing } = encodingOf(first.topic);
    if (packing !== null) return Buffer.from(packing.join(rows));
    if (second !== undefined)
      throw new TypeError(`with encoding: json each row of ${first.topic} is a message of its own`);
    return first.value;
  };
}
