import type { ConsumerStatistics } from '../ports.js';

/** The few of librdkafka's statistics (STATISTICS.md) that are used here. */
interface Statistics {
  brokers: Record<string, { state: string }>;
  topics: Record<
    string,
    { partitions: Record<string, { next_offset: number; fetchq_cnt: number; fetch_state: string }> }
  >;
}

/** @param json the message of an `event.stats`. */
export function readStatistics(json: string): ConsumerStatistics {
  const { brokers, topics }: Statistics = JSON.parse(json);
  return {
    brokersUp: Object.values(brokers).some(({ state }) => state === 'UP'),
    nextFetch: ({ topic, partition }) => {
      const found = topics[topic]?.partitions[partition];
      const known = found?.fetch_state === 'active' && found.fetchq_cnt === 0 && found.next_offset >= 0;
      return known ? found.next_offset : null;
    },
  };
}
