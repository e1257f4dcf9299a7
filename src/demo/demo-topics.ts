import { setTimeout as sleep } from 'node:timers/promises';
import { outputTopics } from '../config/output-topics.js';
import type { Config } from '../config/schema.js';
import { Fatal } from '../errors.js';
import { connectionOptions } from '../kafka/client-options.js';
import { KafkaFailure } from '../kafka/failure.js';
import type { KafkaAdmin, KafkaClients } from '../kafka/ports.js';
import type { DemoBroker } from './broker/start-best-broker.js';

/** More than one, so that a record's partition matters; few, so that a group forms at once. */
const INPUT_PARTITIONS = 4;
const POLL_INTERVAL_MS = 50;

/** Creates the topics that collectors would write to. */
export async function createInputTopics(
  config: Config,
  kafka: KafkaClients,
  { createTopic }: Pick<DemoBroker, 'createTopic'>,
): Promise<void> {
  const names = config.inputs.map(({ topic }) => topic);
  if (createTopic) {
    // Nor can the worker create its own there.
    for (const topic of [...names, ...outputTopics(config).map(({ name }) => name)]) await createTopic(topic);
    return;
  }
  await withAdmin(config, kafka, async admin => {
    for (const topic of names)
      await admin.createTopic({ topic, partitions: INPUT_PARTITIONS, replicationFactor: -1, config: {} });
  });
}

/** Resolves when the worker has created its output topics. */
export async function untilOutputTopics(
  config: Config,
  kafka: KafkaClients,
  signal: AbortSignal,
): Promise<void> {
  const wanted = outputTopics(config).map(({ name }) => name);
  await withAdmin(config, kafka, async admin => {
    for (;;) {
      signal.throwIfAborted();
      const there = new Set(await admin.topicNames());
      if (wanted.every(topic => there.has(topic))) return;
      await sleep(POLL_INTERVAL_MS);
    }
  });
}

async function withAdmin(
  config: Config,
  kafka: KafkaClients,
  use: (admin: KafkaAdmin) => Promise<void>,
): Promise<void> {
  const admin = kafka.connectAdmin(connectionOptions(config.kafka));
  try {
    await use(admin);
  } catch (error) {
    if (!(error instanceof KafkaFailure)) throw error;
    throw new Fatal(
      `${error.message}. Does a broker listen at ${config.kafka.brokers.join(', ')}, without login?`,
    );
  } finally {
    admin.disconnect();
  }
}
