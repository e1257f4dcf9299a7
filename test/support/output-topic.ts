import type { OutputTopic } from '../../src/config/output-topics.js';
import type { TopicInfo } from '../../src/kafka/ports.js';

/** Where spans go by default, when the topic has to be there. */
export const OUTPUT: OutputTopic = {
  section: 'traces.topic',
  namedBy: 'traces.topic.name',
  name: 'otel-traces',
  signal: 'traces',
  create: false,
  num_partitions: -1,
  replication_factor: -1,
  config: { 'cleanup.policy': 'delete' },
  decidedBy: {
    create: 'traces.topic.create',
    num_partitions: 'traces.topic.num_partitions',
    replication_factor: 'traces.topic.replication_factor',
  },
};

/** What brokers know of it, with so many partitions. */
export function found(partitionCount: number, more: Partial<TopicInfo> = {}): TopicInfo {
  return {
    topic: OUTPUT.name,
    partitions: Array.from({ length: partitionCount }, (_, partition) => ({
      partition,
      leader: 1,
      replicas: 1,
      inSyncReplicas: 1,
    })),
    allowed: null,
    ...more,
  };
}
