import { withExactlyOnce } from '../../config/exactly-once.js';
import { outputTopics } from '../../config/output-topics.js';
import type { Config } from '../../config/schema.js';
import { adminOptions, readerOptions } from '../../kafka/client-options.js';
import type { AssignedConsumer, KafkaAdmin } from '../../kafka/ports.js';
import { loadTransform } from '../../load-transform.js';
import type { Events } from '../../observe/events.js';
import { prepareOutputTopics } from '../create-topics.js';
import type { ProcessorParts } from '../processor.js';
import { processorParts } from '../processor-parts.js';
import type { Run } from '../run.js';
import type { Hold } from './claim.js';
import { fixedAssignment } from './fixed-assignment.js';

/** Who writes: one producer per group, so that the transactional id keeps two runs under one group apart. */
const INSTANCE = 'replay';

/** The config under which a run of its own works: always exactly once, whatever the worker does. */
export function runConfig(config: Config, group: string): Config {
  return { ...withExactlyOnce(config), dry_run: false, consumer: { ...config.consumer, group_id: group } };
}

export interface Clients {
  admin: KafkaAdmin;
  /** Reads partitions, and the offsets of `group`. */
  consumer: AssignedConsumer;
}

/** Connects, lets `use` work, and disconnects. */
export async function withClients<T>(
  { config, kafka, events, stop }: Run,
  group: string,
  use: (clients: Clients) => Promise<T>,
): Promise<T> {
  const properties = readerOptions(runConfig(config, group));
  const consumer = await kafka.connectAssignedConsumer(properties, {
    client: 'consumer',
    events,
    signal: stop,
  });
  const admin = kafka.connectAdmin(adminOptions(config));
  try {
    return await use({ admin, consumer });
  } finally {
    admin.disconnect();
    await consumer.disconnect();
  }
}

/** Makes sure of the output topics of the config's inputs, as a worker does at its start. */
export async function prepareOutputs(admin: KafkaAdmin, config: Config, events: Events): Promise<void> {
  await prepareOutputTopics(admin, { inputs: config.inputs, outputs: outputTopics(config) }, events);
}

/**
 * All that the processor needs beside the consumer, as the worker has it. The delivery is transactional, and commits its
 * offsets as those of nobody: the group has no members. So it asks `hold` about each producer before it sends by it.
 */
export async function runParts(
  run: Run,
  consumer: AssignedConsumer,
  hold: Hold,
): Promise<Omit<ProcessorParts, 'consumer' | 'assignment'>> {
  return processorParts({
    ...run,
    transform: await loadTransform(run.config, 'until_next_call', run.events.transformSaid),
    instanceId: INSTANCE,
    consumer,
    assignment: fixedAssignment([]),
    opened: hold.producerOpened,
  });
}
