import { KafkaFailure } from '../failure.js';
import type { CreationProbe } from '../ports.js';
import { promised } from './classify.js';
import { type ClientProperties, connectOnce, type NativeProducer, newAdmin, newProducer } from './native.js';

const CALL_TIMEOUT_MS = 10_000;
/** Refused as invalid by every broker, but only after the right to create the topic was looked at. */
const NO_PARTITIONS = 0;

/**
 * The client cannot ask for a creation to be validated only, nor for the rights on the cluster.
 *
 * @throws KafkaFailure when no broker answers, and from its methods.
 */
export async function connectCreationProbe(properties: ClientProperties): Promise<CreationProbe> {
  const producer: NativeProducer = newProducer(properties);
  producer.on('event.error', () => undefined);
  const failed = await connectOnce(producer, CALL_TIMEOUT_MS);
  if (failed) throw new KafkaFailure('indefinite', 'connect', failed.message, failed.code);
  const admin = newAdmin(properties);
  return {
    brokerCount: async () => {
      const { brokers } = await promised<{ brokers: readonly unknown[] }>('count the brokers', done =>
        producer.getMetadata({ allTopics: false, timeout: CALL_TIMEOUT_MS }, done),
      );
      return brokers.length;
    },
    mayCreate: async topic => {
      try {
        await promised(`create topic ${topic}`, done =>
          admin.createTopic(
            { topic, num_partitions: NO_PARTITIONS, replication_factor: 1, config: {} },
            CALL_TIMEOUT_MS,
            done,
          ),
        );
      } catch (error) {
        if (!(error instanceof KafkaFailure)) throw error;
        return error.kind !== 'denied';
      }
      return true;
    },
    disconnect: async () => {
      admin.disconnect();
      await promised('disconnect', done => producer.disconnect(CALL_TIMEOUT_MS, done)).catch(() => undefined);
    },
  };
}
