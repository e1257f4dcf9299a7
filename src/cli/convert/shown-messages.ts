import type { EncodingOfTopic } from '../../encodings/encodings-of.js';
import type { OutputMessage } from '../../transform/transform-record.js';

/** What is shown of a message. */
export type ShownMessage = Pick<OutputMessage, 'topic' | 'key' | 'value'>;

/**
 * The messages that hold the rows of a record: the rows themselves, or, where rows are gathered by their output partition,
 * one with all of a topic, at the place of the first. Which partitions there are only brokers know.
 *
 * @param rows each as a message.
 */
export function shownMessages(rows: readonly OutputMessage[], encodingOf: EncodingOfTopic): ShownMessage[] {
  const byTopic = new Map<string, OutputMessage[]>();
  for (const row of rows) {
    const ofTopic = byTopic.get(row.topic);
    if (ofTopic) ofTopic.push(row);
    else byTopic.set(row.topic, [row]);
  }
  return rows.flatMap((row): ShownMessage[] => {
    const { packing } = encodingOf(row.topic);
    if (packing?.holds !== 'rows_of_partition') return [row];
    const gathered = byTopic.get(row.topic);
    byTopic.delete(row.topic);
    // A copy, since the block of the next topic may be made in the same memory.
    return gathered ? [{ topic: row.topic, key: null, value: Buffer.from(packing.join(gathered)) }] : [];
  });
}
