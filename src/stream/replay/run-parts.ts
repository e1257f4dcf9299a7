import { batchMaxBytes } from '../../config/memory-shares.js';
import { outputTopics } from '../../config/output-topics.js';
import type { Config } from '../../config/schema.js';
import {
  adminOptions,
  limitProbeOptions,
  producerOptions,
  readerOptions,
} from '../../kafka/client-options.js';
import { connectAdmin } from '../../kafka/confluent/admin.js';
import { connectAssignedConsumer } from '../../kafka/confluent/assigned-consumer.js';
import { connectLimitProbe } from '../../kafka/confluent/limit-probe.js';
import { connectProducer } from '../../kafka/confluent/producer.js';
import type { AssignedConsumer, KafkaAdmin } from '../../kafka/ports.js';
import type { Events } from '../../observe/events.js';
import { createTransform } from '../../transform/transform-record.js';
import { exponentialBackoff } from '../backoff.js';
import { boundedHeap } from '../bounded-heap.js';
import { inputFinder } from '../inputs.js';
import { linesPacker } from '../pack-lines.js';
import type { ProcessorParts } from '../processor.js';
import { recordSender } from '../send-record.js';
import { topicLimits } from '../topic-limits.js';
import { prepareTopics } from '../topics.js';
import { transactionalDelivery } from '../transaction.js';
import { fixedAssignment } from './fixed-assignment.js';

/** Who writes: one producer per group, so that the transactional id keeps two runs under one group apart. */
const INSTANCE = 'replay';

/** The config under which a run of its own works: always exactly once, whatever the worker does. */
export function runConfig(config: Config, group: string): Config {
  return {
    ...config,
    delivery: 'exactly_once',
    consumer: { ...config.consumer, group_id: group },
    producer: { ...config.producer, required_acks: -1 },
  };
}

export interface Clients {
  admin: KafkaAdmin;
  /** Reads partitions, and the offsets of `group`. */
  consumer: AssignedConsumer;
}

/** Connects, lets `use` work, and disconnects. */
export async function withClients<T>(
  config: Config,
  group: string,
  events: Events,
  stop: AbortSignal,
  use: (clients: Clients) => Promise<T>,
): Promise<T> {
  const properties = readerOptions(runConfig(config, group));
  const consumer = await connectAssignedConsumer(properties, { client: 'consumer', events, signal: stop });
  const admin = connectAdmin(adminOptions(config));
  try {
    return await use({ admin, consumer });
  } finally {
    admin.disconnect();
    await consumer.disconnect();
  }
}

/** Makes sure of the output topics, as a worker does at its start. */
export async function prepareOutputs(admin: KafkaAdmin, config: Config, events: Events): Promise<void> {
  await prepareTopics(admin, { inputs: [], outputs: outputTopics(config) }, events);
}

/**
 * All that the processor needs beside the consumer, as the worker has it. The delivery is transactional, and commits its
 * offsets as those of nobody: the group has no members.
 */
export function runParts(
  config: Config,
  consumer: AssignedConsumer,
  events: Events,
  stop: AbortSignal,
): Omit<ProcessorParts, 'consumer' | 'assignment'> {
  const limits = topicLimits(
    {
      topics: outputTopics(config).map(({ name }) => name),
      messageBytesMax: config.producer.max_message_bytes,
    },
    events,
  );
  const options = { client: 'producer', events, signal: stop };
  const makeProducer = async () => {
    await limits.learn(() => connectLimitProbe(limitProbeOptions(config, INSTANCE), options));
    const properties = producerOptions(config, INSTANCE);
    return connectProducer(
      { ...properties, 'batch.size': limits.batchBytesMax(Number(properties['batch.size'])) },
      { ...options, deliveryReports: false },
    );
  };
  const waits = { initialMs: config.retry.initial_interval_ms, maxMs: config.retry.max_interval_ms };
  return {
    delivery: transactionalDelivery({ makeProducer, limits, consumer, assignment: fixedAssignment([]) }),
    inputOf: inputFinder(config.inputs),
    // As in the worker: the client copies the rows of a record before the next one is transformed.
    transform: boundedHeap(createTransform(config, 'until_next_call')),
    sendRecord: recordSender(
      {
        deadLetterTopic: config.dead_letter.topic.name,
        headers: config.headers,
        rowFormat: config.row_format,
        oversizePolicy: config.oversize.policy,
        rowId: config.row_id,
      },
      limits,
      linesPacker(config),
    ),
    bounds: {
      recordsMax: config.batch.max_records,
      bytesMax: batchMaxBytes(config),
      rowBytesMax: config.batch.max_row_bytes,
      ageMsMax: config.batch.max_age_ms,
    },
    backoff: exponentialBackoff(waits),
    pollBackoff: exponentialBackoff(waits),
    retryElapsedMsMax: config.retry.max_elapsed_ms,
    events,
    stop,
  };
}
