import confluent from '@confluentinc/kafka-javascript';
import { createTopic } from '../../support/kafka-client.js';

const TIMEOUT_MS = 30_000;

/** Creates topics that are equal for every contestant. */
export async function createTopics(
  brokers: string,
  topics: readonly string[],
  partitions: number,
  config: Record<string, string> = {},
): Promise<void> {
  for (const topic of topics) await createTopic(brokers, topic, { partitions, config });
}

/** What was written by a run is of no use to the next, and would fill the disk. */
export async function deleteTopics(brokers: string, topics: readonly string[]): Promise<void> {
  const admin = confluent.RdKafka.AdminClient.create({ 'bootstrap.servers': brokers });
  try {
    for (const topic of topics) {
      await new Promise<void>((resolve, reject) => {
        admin.deleteTopic(topic, TIMEOUT_MS, error => (error ? reject(error) : resolve()));
      });
    }
  } finally {
    admin.disconnect();
  }
}
