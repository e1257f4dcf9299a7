import { partitionName } from '../../kafka/names.js';
import type { AssignedConsumer, InputConsumer, InputRecord, TopicPartition } from '../../kafka/ports.js';
import type { OffsetRange } from './offset-range.js';

/** A consumer that reads ranges of partitions and nothing beyond them. */
export interface BoundedConsumer extends InputConsumer {
  /** True once every range has been read to its end and no record of it waits to be committed. */
  finished(): boolean;
  /** To be told of what was committed. */
  noteCommitted(partition: TopicPartition, nextOffset: number): void;
}

/** How far one range was read. */
interface Progress {
  range: OffsetRange;
  nextOffset: number;
  committed: number;
}

/**
 * Bounds a consumer to ranges, and begins to read them.
 *
 * A range ends with the record at its end or beyond it, or with the position behind it: there need not be a record at
 * `to - 1`, because markers of transactions take offsets and compaction leaves gaps. The client moves the position over
 * those as long as `enable.partition.eof` makes it look for the end of the partition.
 */
export function boundedConsumer(consumer: AssignedConsumer, ranges: readonly OffsetRange[]): BoundedConsumer {
  const progress = new Map<string, Progress>(
    ranges.map(range => [partitionName(range), { range, nextOffset: range.from, committed: range.from }]),
  );
  const reading = new Map<string, OffsetRange>();

  const begin = (range: OffsetRange, offset: number): void => {
    if (offset >= range.to) return;
    reading.set(partitionName(range), range);
    consumer.begin([{ topic: range.topic, partition: range.partition, offset }]);
  };
  const end = (range: OffsetRange): void => {
    if (reading.delete(partitionName(range))) consumer.end([range]);
  };
  const endWhatIsBehind = (): void => {
    if (reading.size === 0) return;
    for (const position of consumer.positions([...reading.values()])) {
      const range = reading.get(partitionName(position));
      if (range && position.offset >= range.to) end(range);
    }
  };
  /** Notes a record as read; false when it is not part of a range. */
  const take = (record: InputRecord): boolean => {
    const name = partitionName(record);
    const range = reading.get(name);
    if (!range) return false;
    if (record.offset + 1 >= range.to) end(range);
    if (record.offset >= range.to) return false;
    const noted = progress.get(name);
    if (noted) noted.nextOffset = record.offset + 1;
    return true;
  };

  for (const range of ranges) begin(range, range.from);

  return {
    ...consumer,
    poll: async (recordsMax, timeoutMs) => {
      if (reading.size === 0) return [];
      const polled = await consumer.poll(recordsMax, timeoutMs);
      const records = polled.filter(take);
      // Only when it brought nothing, because this asks the client about every partition.
      if (polled.length === 0) endWhatIsBehind();
      return records;
    },
    seek: async position => {
      const noted = progress.get(partitionName(position));
      if (!noted) return;
      noted.nextOffset = position.offset;
      noted.committed = position.offset;
      if (reading.has(partitionName(position))) await consumer.seek(position);
      else begin(noted.range, position.offset);
    },
    finished: () =>
      reading.size === 0 &&
      [...progress.values()].every(({ nextOffset, committed }) => committed >= nextOffset),
    noteCommitted: (partition, nextOffset) => {
      const noted = progress.get(partitionName(partition));
      if (noted) noted.committed = nextOffset;
    },
  };
}
