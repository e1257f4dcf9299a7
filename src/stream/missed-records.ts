import type { InputConsumer, InputRecord, TopicPartition } from '../kafka/ports.js';
import type { Assignment } from './assignment.js';
import { firstOffsets } from './batch.js';

/** Records that their topic had deleted before they were read. */
export interface MissedRecords extends TopicPartition {
  /** Offset of the first one. */
  from: number;
  /** Offset after the last one. */
  to: number;
}

/**
 * What was deleted between the last committed offset and where these records begin. Kafka answers a consumer that asks
 * for a deleted record with "out of range", and the client goes to `auto.offset.reset` then: without this nobody would
 * know of the rows that are not there.
 *
 * A gap alone says nothing: markers of transactions leave some, and so does compaction. But the log still begins before
 * those. A group without committed offsets has missed nothing.
 *
 * @param assignment before it has advanced over these records.
 */
export function missedRecords(
  consumer: Pick<InputConsumer, 'watermarks'>,
  assignment: Pick<Assignment, 'nextOffset'>,
  records: readonly InputRecord[],
): MissedRecords[] {
  return firstOffsets(records).flatMap(({ topic, partition, offset: to }) => {
    const from = assignment.nextOffset({ topic, partition }) ?? 0;
    return from === 0 ? [] : missedBetween(consumer, { topic, partition }, from, to);
  });
}

/** The same between two offsets of a partition: one entry, or none. */
export function missedBetween(
  consumer: Pick<InputConsumer, 'watermarks'>,
  { topic, partition }: TopicPartition,
  from: number,
  to: number,
): MissedRecords[] {
  const logStart = consumer.watermarks({ topic, partition })?.low ?? 0;
  return to > from && logStart > from ? [{ topic, partition, from, to }] : [];
}
