import { partitionName } from '../kafka/names.js';
import type { InputConsumer, InputRecord, NextOffset, TopicPartition } from '../kafka/ports.js';
import type { Assignment } from './assignment.js';

/** Records that their topic had deleted before they were read. */
export interface MissedRecords extends TopicPartition {
  /** Offset of the first one. */
  from: number;
  /** Offset after the last one. */
  to: number;
}

/** Where the client goes on when what it asks for is deleted: `auto.offset.reset`. */
export type OffsetReset = 'earliest' | 'latest';

/** Knows which offsets were passed over, and which of those held records that were deleted. */
export interface MissedRecordsFinder {
  /** These records were polled. To be told at once: what the client knows of the log's start then is what decides. */
  polled(records: readonly InputRecord[]): void;
  /** The group has committed this offset of a partition that was just assigned. */
  begin(at: NextOffset): void;
  /** Reading was put here: what was found behind it will be found again. */
  putBack(position: NextOffset): void;
  /** Whoever reads these partitions next begins at their committed offset. */
  forget(partitions: readonly TopicPartition[]): void;
  /**
   * What was missed before these offsets, each of it once.
   * @param offsets that were committed.
   * @param begins the offsets that were committed before.
   */
  committed(offsets: readonly NextOffset[], begins: Pick<Assignment, 'nextOffset'>): MissedRecords[];
  /** What was missed where nothing came after it: all that lay ahead was deleted. Each of it once. */
  idle(owned: readonly TopicPartition[]): MissedRecords[];
}

/** Offsets that were passed over in front of a record. */
interface Gap extends TopicPartition {
  /** `null` = where the group has committed: the record is the first one since the partition was assigned. */
  from: number | null;
  to: number;
  /** Where the log began when the record was polled; `null` when the client did not know. */
  logStart: number | null;
}

/**
 * Finds what was deleted ahead of the reader. Kafka answers a consumer that asks for a deleted record with "out of range",
 * and the client goes to `auto.offset.reset` then: without this nobody would know of the rows that are not there.
 *
 * A gap alone says nothing: markers of transactions leave some, and so does compaction. But the log still begins before
 * those. A group without committed offsets has missed nothing.
 *
 * What is counted are offsets, so it is an upper bound: markers that were deleted with the records count as well, and so
 * does a marker whose neighbours were fetched just before they were deleted.
 */
export function missedRecordsFinder(
  consumer: Pick<InputConsumer, 'watermarks' | 'statistics'>,
  reset: OffsetReset,
): MissedRecordsFinder {
  /** Where the next record of a partition is expected, of those that were read from. */
  const expected = new Map<string, number>();
  /** Up to where it was told, which a batch that is done again must not repeat. */
  const toldTo = new Map<string, number>();
  let gaps: Gap[] = [];

  const logStartOf = (partition: TopicPartition): number | null => {
    // The client forgets it for a moment with each "out of range".
    const low = consumer.watermarks(partition)?.low ?? -1;
    return low < 0 ? null : low;
  };
  const tell = ([missed]: MissedRecords[]): MissedRecords[] => {
    if (!missed) return [];
    const name = partitionName(missed);
    const from = Math.max(missed.from, toldTo.get(name) ?? 0);
    if (from >= missed.to) return [];
    toldTo.set(name, missed.to);
    return [{ ...missed, from }];
  };

  return {
    polled: records => {
      for (const { topic, partition, offset } of records) {
        const name = partitionName({ topic, partition });
        const from = expected.get(name) ?? null;
        expected.set(name, offset + 1);
        if (offset !== from) {
          gaps.push({ topic, partition, from, to: offset, logStart: logStartOf({ topic, partition }) });
        }
      }
    },
    putBack: position => {
      const name = partitionName(position);
      expected.set(name, position.offset);
      gaps = gaps.filter(gap => partitionName(gap) !== name || gap.to <= position.offset);
    },
    forget: partitions => {
      const names = new Set(partitions.map(partitionName));
      for (const name of names) {
        expected.delete(name);
        toldTo.delete(name);
      }
      gaps = gaps.filter(gap => !names.has(partitionName(gap)));
    },
    begin: at => {
      if (!expected.has(partitionName(at))) expected.set(partitionName(at), at.offset);
    },
    committed: (offsets, begins) => {
      const upTo = new Map(offsets.map(at => [partitionName(at), at.offset]));
      const found: MissedRecords[] = [];
      const left: Gap[] = [];
      for (const gap of gaps) {
        const from = gap.from ?? begins.nextOffset(gap) ?? 0;
        const logStart = gap.logStart ?? logStartOf(gap);
        if (gap.to >= (upTo.get(partitionName(gap)) ?? 0)) left.push(gap);
        // Not known yet: the next commit asks again, but where the group had committed before this one is known now only.
        else if (logStart === null) left.push({ ...gap, from });
        else if (from > 0) found.push(...tell(missedBetween(gap, { from, to: gap.to, logStart, reset })));
      }
      gaps = left;
      return found;
    },
    idle: owned => {
      const statistics = consumer.statistics();
      return owned.flatMap(partition => {
        const name = partitionName(partition);
        const from = expected.get(name);
        const logStart = logStartOf(partition);
        // Known when nothing waits to be read: what was fetched before it was deleted still comes.
        const nextFetch = statistics?.nextFetch(partition) ?? null;
        if (!from || logStart === null || nextFetch === null || nextFetch <= from) return [];
        // Fetching has passed over markers: deleting them later takes no record away.
        if (logStart > nextFetch) return [];
        expected.set(name, nextFetch);
        return tell(missedBetween(partition, { from, to: nextFetch, logStart, reset }));
      });
    },
  };
}

/**
 * What was deleted of the offsets between two records: one entry, or none.
 *
 * With `earliest` reading went on where the log began; what follows up to the next record was never one. With `latest` it
 * went on at the end, past records that are kept and that this group will not read either.
 */
export function missedBetween(
  { topic, partition }: TopicPartition,
  { from, to, logStart, reset }: { from: number; to: number; logStart: number; reset: OffsetReset },
): MissedRecords[] {
  if (to <= from || logStart <= from) return [];
  return [{ topic, partition, from, to: reset === 'earliest' ? Math.min(to, logStart) : to }];
}
