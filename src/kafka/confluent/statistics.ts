import type { ConsumerStatistics, TopicPartition } from '../ports.js';

/** The few of librdkafka's statistics (STATISTICS.md) that are used here. */
interface Statistics {
  brokers: Record<string, { state: string }>;
  topics: Record<string, { partitions: Record<string, PartitionStatistics> }>;
}

interface PartitionStatistics {
  next_offset: number;
  fetchq_cnt: number;
  fetch_state: string;
  ls_offset: number;
}

/** @param json the message of an `event.stats`. */
export function readStatistics(json: string): ConsumerStatistics {
  const { brokers, topics }: Statistics = JSON.parse(json);
  const find = ({ topic, partition }: TopicPartition): PartitionStatistics | undefined =>
    // A topic may be called `constructor`.
    Object.hasOwn(topics, topic) ? topics[topic]?.partitions[partition] : undefined;
  return {
    brokersUp: Object.values(brokers).some(({ state }) => state === 'UP'),
    nextFetch: partition => {
      const found = find(partition);
      const known = found?.fetch_state === 'active' && found.fetchq_cnt === 0 && found.next_offset >= 0;
      return known ? found.next_offset : null;
    },
    fetchedCount: partition => find(partition)?.fetchq_cnt ?? 0,
    stableEnd: partition => {
      const end = find(partition)?.ls_offset ?? -1;
      return end < 0 ? null : end;
    },
  };
}
