import { setTimeout as sleep } from 'node:timers/promises';
import { batchMaxBytes } from '../config/memory-shares.js';
import { outputTopics } from '../config/output-topics.js';
import type { Config } from '../config/schema.js';
import { Fatal, Rejoin } from '../errors.js';
import {
  adminOptions,
  consumerOptions,
  limitProbeOptions,
  producerOptions,
} from '../kafka/client-options.js';
import { connectAdmin } from '../kafka/confluent/admin.js';
import { connectConsumer } from '../kafka/confluent/consumer.js';
import { connectLimitProbe } from '../kafka/confluent/limit-probe.js';
import { connectProducer } from '../kafka/confluent/producer.js';
import { KafkaFailure } from '../kafka/failure.js';
import type { InputConsumer } from '../kafka/ports.js';
import type { Events } from '../observe/events.js';
import { createTransform } from '../transform/transform-record.js';
import { type Assignment, followAssignment } from './assignment.js';
import { atLeastOnceDelivery } from './at-least-once.js';
import { exponentialBackoff } from './backoff.js';
import { boundedHeap } from './bounded-heap.js';
import type { Delivery } from './delivery.js';
import { dryRunDelivery } from './dry-run.js';
import { inputFinder, subscriptionOf } from './inputs.js';
import { claimInstanceId } from './instance-id.js';
import { trackLag } from './lag.js';
import { linesPacker } from './pack-lines.js';
import { openDelivery, type ProcessorParts, runProcessor } from './processor.js';
import { recordSender } from './send-record.js';
import { type TopicLimits, topicLimits } from './topic-limits.js';
import { prepareTopics } from './topics.js';
import { transactionalDelivery } from './transaction.js';

const MEASURE_INTERVAL_MS = 1_000;
const PROGRESS_INTERVAL_MS = 10_000;
const REJOIN_WAIT_MS = 1_000;
/** A worker that is replaced more often than this within the time shares its name with another one that also comes back. */
const REPLACED_MAX = 3;
const REPLACED_WITHIN_MS = 60_000;

/**
 * Runs one worker: connects, joins the consumer group, and processes records until `stop` is aborted; then finishes the
 * running batch and leaves the group.
 *
 * @throws Fatal when it cannot work at all: credentials, rights, output topics, settings that the brokers refuse.
 */
export async function runWorker(config: Config, events: Events, stop: AbortSignal): Promise<void> {
  const claimed = await claimInstanceId(config.consumer.group_id);
  const instanceId = config.consumer.instance_id ?? claimed.id;
  try {
    await workAndRejoin(config, events, stop, instanceId);
  } catch (error) {
    // Stopped while it waited for brokers: there is nothing to finish.
    if (error !== stop.reason) throw error;
  } finally {
    claimed.release();
  }
  events.stopped();
}

/**
 * Works with one consumer after the other, for as long as each loses its place in the group:
 * - The group holds this worker's name for its dead self. Only static members of the `consumer` protocol meet that, until
 *   the session has ended.
 * - Another consumer took its place. That can be this worker itself: a static member whose coordinator was away for a
 *   session asks twice to join again, and the group takes the second question for a newcomer that replaces the first.
 *
 * @throws Fatal when its place is taken again and again: by another worker of the same name, which also comes back.
 */
async function workAndRejoin(
  config: Config,
  events: Events,
  stop: AbortSignal,
  instanceId: string,
): Promise<void> {
  let replacedAt: number[] = [];
  while (!stop.aborted) {
    const consumer = await connectConsumer(consumerOptions(config, instanceId), {
      client: 'consumer',
      events,
      signal: stop,
    });
    try {
      await workUntilStopped(config, events, stop, consumer, instanceId);
    } catch (error) {
      if (!(error instanceof Rejoin)) throw error;
      if (error.replaced) {
        const now = performance.now();
        replacedAt = [...replacedAt.filter(at => now - at < REPLACED_WITHIN_MS), now];
      }
      if (replacedAt.length > REPLACED_MAX) {
        throw new Fatal(
          `${error.message}. Another worker runs under the same consumer.instance_id, ${instanceId}.`,
        );
      }
      events.pollFailed(error.message, REJOIN_WAIT_MS);
      await sleep(REJOIN_WAIT_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}

async function workUntilStopped(
  config: Config,
  events: Events,
  stop: AbortSignal,
  consumer: InputConsumer,
  instanceId: string,
): Promise<void> {
  const assignment: Assignment = followAssignment(consumer, (event, owned) => {
    if (event.kind === 'revoked') lag.revoked(event.partitions);
    events.rebalanced(event, owned);
  });
  const lag = trackLag(consumer, () => assignment.partitions);
  const limits = topicLimits(
    {
      topics: outputTopics(config).map(({ name }) => name),
      messageBytesMax: config.producer.max_message_bytes,
    },
    events,
  );
  const delivery = deliveryFor(config, events, stop, consumer, assignment, limits, instanceId);
  const measuring = setInterval(
    () => events.measured(lag.measure(), consumer.statistics()?.brokersUp ?? true),
    MEASURE_INTERVAL_MS,
  );
  const progress = setInterval(events.progress, PROGRESS_INTERVAL_MS);
  try {
    if (!config.dry_run) await lookAtTopics(config, events);
    const waits = { initialMs: config.retry.initial_interval_ms, maxMs: config.retry.max_interval_ms };
    const parts: ProcessorParts = {
      consumer,
      assignment,
      delivery,
      inputOf: inputFinder(config.inputs),
      // The rows of a record are handed to the client, which copies them, before the next record is transformed.
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
      lag,
      events,
      stop,
    };
    await openDelivery(parts);
    consumer.subscribe(subscriptionOf(config.inputs));
    events.started({
      group: config.consumer.group_id,
      instance: instanceId,
      inputs: config.inputs.map(({ topic }) => topic),
      delivery: config.dry_run ? 'dry_run' : config.delivery,
      rowFormat: config.row_format,
    });
    await runProcessor(parts);
  } finally {
    clearInterval(measuring);
    clearInterval(progress);
    assignment.release();
    // The producer first: its open transaction ends at the broker no later than with the next worker of this name.
    await delivery.close();
    await consumer.disconnect();
    events.progress();
  }
}

function deliveryFor(
  config: Config,
  events: Events,
  stop: AbortSignal,
  consumer: InputConsumer,
  assignment: Assignment,
  limits: TopicLimits,
  instanceId: string,
): Delivery {
  if (config.dry_run) return dryRunDelivery();
  const exactlyOnce = config.delivery === 'exactly_once';
  const options = { client: 'producer', events, signal: stop };
  const makeProducer = async () => {
    await limits.learn(() => connectLimitProbe(limitProbeOptions(config, instanceId), options));
    const properties = producerOptions(config, instanceId);
    return connectProducer(
      { ...properties, 'batch.size': limits.batchBytesMax(Number(properties['batch.size'])) },
      { ...options, deliveryReports: !exactlyOnce },
    );
  };
  return exactlyOnce
    ? transactionalDelivery({ makeProducer, limits, consumer, assignment })
    : atLeastOnceDelivery({ makeProducer, limits, consumer, assignment });
}

async function lookAtTopics(config: Config, events: Events): Promise<void> {
  const admin = connectAdmin(adminOptions(config));
  try {
    await prepareTopics(admin, { inputs: config.inputs, outputs: outputTopics(config) }, events);
  } catch (error) {
    // Brokers that are away for a moment, or that know no such requests. Sending will tell of a topic that is missing.
    if (!(error instanceof KafkaFailure && error.kind === 'indefinite')) throw error;
    events.topicsUnchecked(error.message);
  } finally {
    admin.disconnect();
  }
}
