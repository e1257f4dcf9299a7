import { setTimeout as sleep } from 'node:timers/promises';
import type { MockCluster } from '../ports.js';
import { newProducer } from './native.js';

/** What the client's declarations miss of the producer that holds the cluster. */
interface MetadataSource {
  getMetadata(
    options: { topic?: string; timeout: number },
    done: (error: unknown, metadata: Metadata) => void,
  ): void;
}

interface Metadata {
  brokers: { host: string; port: number }[];
  topics: { partitions: unknown[] }[];
}

const TIMEOUT_MS = 10_000;
const POLL_INTERVAL_MS = 20;

/**
 * Starts the Kafka client's own mock cluster, inside this process. It takes and gives records, but keeps no
 * transactions: what is written in one is visible at once and stays when it is aborted, and committed offsets are lost.
 */
export async function startMockCluster(): Promise<MockCluster> {
  const host = newProducer({ 'test.mock.num.brokers': 1, 'bootstrap.servers': 'replaced-by-the-mock' });
  await new Promise<void>((resolve, reject) => {
    host.connect({ timeout: TIMEOUT_MS }, error => (error ? reject(error) : resolve()));
  });
  const metadata = (topic?: string) =>
    new Promise<Metadata>((resolve, reject) => {
      (host as unknown as MetadataSource).getMetadata(
        { timeout: TIMEOUT_MS, ...(topic === undefined ? {} : { topic }) },
        (error, found) => (error ? reject(error) : resolve(found)),
      );
    });
  const { brokers } = await metadata();
  return {
    brokers: brokers.map(broker => `${broker.host}:${broker.port}`).join(','),
    createTopic: async topic => {
      while (((await metadata(topic)).topics[0]?.partitions.length ?? 0) === 0) await sleep(POLL_INTERVAL_MS);
    },
    stop: () => new Promise(resolve => host.disconnect(1_000, () => resolve())),
  };
}
