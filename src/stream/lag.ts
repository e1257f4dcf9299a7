import { KafkaFailure } from '../kafka/failure.js';
import { partitionName } from '../kafka/names.js';
import type { InputConsumer, InputRecord, TopicPartition } from '../kafka/ports.js';
import type { PartitionLag } from '../observe/worker-status.js';
import { firstOffsets } from './batch.js';

/** Knows how far the worker has got in each partition: what is read but not committed still lies ahead. */
export interface LagTracker {
  /**
   * These records have been read and are not committed; others before them are. After a failure they stay ahead until
   * they are read again.
   */
  onTheWay(records: readonly InputRecord[]): void;
  /** Another worker will finish what was on its way there. */
  revoked(partitions: readonly TopicPartition[]): void;
  /** Of the owned partitions whose end is known, which takes a first fetch. */
  measure(): PartitionLag[];
  /**
   * Asks brokers for the ends of the partitions in which nothing has moved since the last look, and which have nothing
   * ahead as far as fetching has seen. Of a client that fetches no more nobody would hear otherwise that records came.
   */
  lookAtEnds(): Promise<void>;
}

/**
 * Follows the lag of the owned partitions: the end, as the last fetch saw it, less where the next transaction begins.
 *
 * Not the client's own figure, which follows commits made by the consumer, and with exactly-once the producer makes them.
 * Not the last committed offset either: markers of transactions may lie behind it that are no records, and a worker that
 * is done would seem to lag for ever. The consumer's position is past those.
 */
export function trackLag(
  consumer: Pick<InputConsumer, 'askEnd' | 'positions' | 'watermarks' | 'statistics'>,
  owned: () => readonly TopicPartition[],
): LagTracker {
  let uncommitted: readonly InputRecord[] = [];
  /** Where partitions began at the last look, and their ends as brokers told them. */
  let looked = new Map<string, { begin: number; end: number }>();
  let looking = false;

  /** Of the owned partitions that have both: where the next transaction begins, and the end that fetching has seen. */
  const ranges = () => {
    const partitions = owned();
    const begins = new Map<string, number>();
    for (const at of consumer.positions(partitions)) begins.set(partitionName(at), at.offset);
    const onTheWay = new Map(firstOffsets(uncommitted).map(at => [partitionName(at), at.offset]));
    return partitions.flatMap(({ topic, partition }) => {
      const name = partitionName({ topic, partition });
      // Never read from: the client has a position for it only among its statistics.
      const next = begins.get(name) ?? consumer.statistics()?.nextFetch({ topic, partition });
      const { low, high } = consumer.watermarks({ topic, partition }) ?? { low: 0, high: -1 };
      if (next == null || high < 0) return [];
      // What was deleted lies no longer ahead. What was read before that does, until it is committed.
      return [{ topic, partition, begin: onTheWay.get(name) ?? Math.max(next, low), end: high }];
    });
  };

  /** @param end as the last fetch saw it, which has also told the stable end. */
  const waitsFor = (partition: TopicPartition, begin: number, end: number): PartitionLag['waitsFor'] => {
    const statistics = consumer.statistics();
    if (!statistics) return null;
    if (statistics.fetchedCount(partition) > 0) return 'its_turn';
    const stableEnd = statistics.stableEnd(partition);
    if (stableEnd === null || begin < stableEnd) return null;
    // A client that fetches no more knows no stable end beyond what it has read, whatever has come since.
    return end > stableEnd ? 'open_transaction' : null;
  };

  const look = async (): Promise<void> => {
    const before = looked;
    const now = new Map<string, { begin: number; end: number }>();
    for (const { topic, partition, begin, end } of ranges()) {
      const name = partitionName({ topic, partition });
      const idle = before.get(name)?.begin === begin && begin >= end;
      now.set(name, { begin, end: idle ? await consumer.askEnd({ topic, partition }) : end });
    }
    looked = now;
  };

  return {
    onTheWay: records => {
      uncommitted = records;
    },
    revoked: partitions => {
      const names = new Set(partitions.map(partitionName));
      uncommitted = uncommitted.filter(record => !names.has(partitionName(record)));
    },
    measure: () =>
      ranges().map(({ topic, partition, begin, end }) => {
        const told = looked.get(partitionName({ topic, partition }));
        const known = told?.begin === begin ? Math.max(end, told.end) : end;
        // The end that was seen last may be older than the position.
        const lag = Math.max(0, known - begin);
        return { topic, partition, lag, offset: begin, waitsFor: waitsFor({ topic, partition }, begin, end) };
      }),
    lookAtEnds: async () => {
      if (looking) return;
      looking = true;
      try {
        await look();
      } catch (error) {
        // Brokers that are away, which is told elsewhere: nothing is known then that was not known before.
        if (!(error instanceof KafkaFailure)) throw error;
      } finally {
        looking = false;
      }
    },
  };
}
