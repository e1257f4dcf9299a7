import { partitionName } from '../../kafka/names.js';
import type { OffsetRange } from '../../kafka/offset-range.js';
import type { AssignedConsumer, InputConsumer, InputRecord, TopicPartition } from '../../kafka/ports.js';
import { type MissedRecords, missedBetween } from '../missed-records.js';

/** A consumer that reads ranges of partitions and nothing beyond them. */
export interface BoundedConsumer extends InputConsumer {
  /** True once every range has been read to its end and no record of it waits to be committed. */
  finished(): boolean;
  /**
   * To be told of what was committed.
   * @returns what the topic had deleted before it was read, up to there; each of it once.
   */
  noteCommitted(partition: TopicPartition, nextOffset: number): MissedRecords[];
}

/** How far one range was read. */
interface Progress {
  range: OffsetRange;
  nextOffset: number;
  committed: number;
  missed: MissedRecords[];
}

/**
 * Bounds a consumer to ranges, and begins to read them.
 *
 * A range ends with the record at its end or beyond it, or with the position behind it: there need not be a record at
 * `to - 1`, because markers of transactions take offsets and compaction leaves gaps. The client moves the position over
 * those as long as `enable.partition.eof` makes it look for the end of the partition.
 *
 * Records that their topic deletes meanwhile leave a gap too, from the next offset to where the client then finds the
 * first one. But only of those the log begins behind that offset (as `missedRecords` tells it for a worker).
 */
export function boundedConsumer(consumer: AssignedConsumer, ranges: readonly OffsetRange[]): BoundedConsumer {
  const progress = new Map<string, Progress>(
    ranges.map(range => [
      partitionName(range),
      { range, nextOffset: range.from, committed: range.from, missed: [] },
    ]),
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
  const logStartOf = ({ topic, partition }: TopicPartition): number =>
    consumer.watermarks({ topic, partition })?.low ?? 0;
  const noteGap = ({ range, nextOffset, missed }: Progress, offset: number): void => {
    const logStart = logStartOf(range);
    const to = Math.min(offset, range.to);
    missed.push(...missedBetween(range, { from: nextOffset, to, logStart, reset: 'earliest' }));
  };
  const endWhatIsBehind = (): void => {
    if (reading.size === 0) return;
    const ranges = [...reading.values()];
    const positions = new Map(consumer.positions(ranges).map(at => [partitionName(at), at.offset]));
    for (const range of ranges) {
      const noted = progress.get(partitionName(range));
      // A partition of which nothing was read has no position, also when all that it held was deleted.
      const offset = Math.max(positions.get(partitionName(range)) ?? 0, logStartOf(range));
      if (!noted || offset < range.to) continue;
      noteGap(noted, offset);
      end(range);
    }
  };
  /** Notes a record as read; false when it is not part of a range. */
  const take = (record: InputRecord): boolean => {
    const name = partitionName(record);
    const range = reading.get(name);
    const noted = progress.get(name);
    // The client once delivered old records after a partition had come back.
    if (!range || !noted || record.offset < noted.nextOffset) return false;
    if (record.offset > noted.nextOffset) noteGap(noted, record.offset);
    if (record.offset + 1 >= range.to) end(range);
    if (record.offset >= range.to) return false;
    noted.nextOffset = record.offset + 1;
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
      noted.missed = noted.missed.filter(({ to }) => to <= position.offset);
      if (reading.has(partitionName(position))) await consumer.seek(position);
      else begin(noted.range, position.offset);
    },
    finished: () =>
      reading.size === 0 &&
      [...progress.values()].every(({ nextOffset, committed }) => committed >= nextOffset),
    noteCommitted: (partition, nextOffset) => {
      const noted = progress.get(partitionName(partition));
      if (!noted) return [];
      const told = noted.missed.filter(({ to }) => to <= nextOffset);
      noted.missed = noted.missed.filter(({ to }) => to > nextOffset);
      noted.committed = nextOffset;
      return told;
    },
  };
}
