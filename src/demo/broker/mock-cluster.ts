import { newProducer } from '../../kafka/confluent/native.js';

/**
 * The Kafka client's own mock cluster, inside this process. It takes and gives records, but keeps no transactions: what
 * is written in one is visible at once and stays when it is aborted, and committed offsets are not kept.
 */
export async function startMockCluster(): Promise<{ brokers: string; stop(): Promise<void> }> {
  const host = newProducer({ 'test.mock.num.brokers': 1, 'bootstrap.servers': 'replaced-by-the-mock' });
  const brokers = await new Promise<string>((resolve, reject) => {
    host.connect({ timeout: 10_000 }, (error, metadata) => {
      if (error) return reject(error);
      const { brokers } = metadata as unknown as { brokers: { host: string; port: number }[] };
      resolve(brokers.map(broker => `${broker.host}:${broker.port}`).join(','));
    });
  });
  return {
    brokers,
    stop: () => new Promise(resolve => host.disconnect(1_000, () => resolve())),
  };
}
