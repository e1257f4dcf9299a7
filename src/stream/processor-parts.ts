import { inputFinder } from '../config/inputs.js';
import { batchMaxBytes, gatheredMaxBytes } from '../config/memory-shares.js';
import { messageTimeoutMs } from '../config/message-timeout.js';
import { outputTopics } from '../config/output-topics.js';
import { encodingsByTopic } from '../encodings/encodings-of.js';
import { asksAgainAfterMs, limitProbeOptions, producerOptions } from '../kafka/client-options.js';
import { PARTITIONERS } from '../kafka/partitioner.js';
import type { InputConsumer } from '../kafka/ports.js';
import { styledHeaders } from '../messages/dead-letter-styles.js';
import { rowHeaders } from '../messages/headers.js';
import type { AnyTransformRecord } from '../transform/transform-record.js';
import type { Assignment } from './assignment.js';
import { atLeastOnceDelivery } from './at-least-once.js';
import { exponentialBackoff } from './backoff.js';
import { boundedHeap } from './bounded-heap.js';
import type { Delivery } from './delivery.js';
import { dryRunDelivery } from './dry-run.js';
import { rowsGatherer } from './gather-rows.js';
import { keepPace } from './pace.js';
import { rowsPacker } from './pack-rows.js';
import type { ProcessorParts } from './processor.js';
import type { Run } from './run.js';
import { recordSender } from './send-record.js';
import { type TopicLimits, topicLimits } from './topic-limits.js';
import { transactionalDelivery } from './transaction.js';

/**
 * Brokers measure quotas over the last 11 s (`quota.window.num` and `.size.seconds`), and hold a client up for as long as it
 * is above one: what it had sent for a record before would keep them from answering.
 */
const QUOTA_WINDOW_MS = 12_000;

/** Who reads, for whom, and until when. */
export interface ProcessorRun extends Run {
  /** Part of the transactional id: two runs under one name fence each other. */
  instanceId: string;
  consumer: InputConsumer;
  assignment: Assignment;
  /** For the records of one transaction after the other: what it made is used before it is called again. */
  transform: AnyTransformRecord;
  /** See `TransactionParts.opened`. */
  opened?: () => Promise<void>;
}

/** Everything that the processor works with, as the config says. Nothing is connected before `delivery.open`. */
export function processorParts(run: ProcessorRun): ProcessorParts {
  const { config, consumer, assignment, events, stop } = run;
  const outputs = outputTopics(config);
  const topics = outputs.map(({ name }) => name);
  const rowTopics = outputs.flatMap(({ name, signal }) => (signal === null ? [] : [name]));
  const encodingOf = encodingsByTopic(config);
  const limits = topicLimits({ topics, messageBytesMax: config.producer.max_message_bytes }, events);
  const delivery = deliveryFor(run, limits);
  const bounds = {
    recordsMax: config.batch.max_records,
    bytesMax: batchMaxBytes(config),
    rowBytesMax: config.batch.max_row_bytes,
    ageMsMax: config.batch.max_age_ms,
  };
  const waits = { initialMs: config.retry.initial_interval_ms, maxMs: config.retry.max_interval_ms };
  return {
    consumer,
    assignment,
    delivery,
    inputOf: inputFinder(config.inputs),
    recordBytesMax: config.limits.max_record_bytes,
    // The rows of a record are handed to the client, or gathered, before the next record is transformed: both copy them.
    transform: boundedHeap(run.transform),
    sender: recordSender(
      {
        deadLetterTopic: config.dead_letter.topic.name,
        styledHeaders: styledHeaders(config.dead_letter.header_styles, config.consumer.group_id),
        headersOf: rowHeaders(config),
        oversizePolicy: config.oversize.policy,
        rowId: config.row_id,
        encodingOf,
      },
      limits,
      rowsPacker(rowTopics, encodingOf),
      rowsGatherer(
        rowTopics,
        encodingOf,
        PARTITIONERS[config.producer.partitioner],
        limits,
        gatheredMaxBytes(config),
      ),
    ),
    bounds,
    pace: keepPace(bounds, {
      timeMaxMs: delivery.timeMaxMs,
      calmMs: QUOTA_WINDOW_MS,
      // The group takes a member for dead that does not poll for so long, and the question takes its time as well.
      calmMsMax: config.consumer.max_poll_interval_ms / 2,
    }),
    outputTopics: topics,
    backoff: exponentialBackoff(waits),
    pollBackoff: exponentialBackoff(waits),
    retryElapsedMsMax: config.retry.max_elapsed_ms,
    events,
    stop,
  };
}

function deliveryFor(
  { config, kafka, instanceId, consumer, assignment, events, stop, opened }: ProcessorRun,
  limits: TopicLimits,
): Delivery {
  if (config.dry_run) return dryRunDelivery();
  const exactlyOnce = config.delivery === 'exactly_once';
  const options = { client: 'producer', events, signal: stop };
  const properties = producerOptions(config, instanceId);
  const makeProducer = async () => {
    await limits.learn(() => kafka.connectLimitProbe(limitProbeOptions(config, instanceId), options));
    return kafka.connectProducer(
      { ...properties, 'batch.size': limits.batchBytesMax(Number(properties['batch.size'])) },
      { ...options, deliveryReports: !exactlyOnce },
    );
  };
  return exactlyOnce
    ? transactionalDelivery({
        makeProducer,
        timeMaxMs: config.producer.transaction_timeout_ms,
        asksAgainAfterMs: asksAgainAfterMs(properties),
        limits,
        consumer,
        assignment,
        opened,
      })
    : atLeastOnceDelivery({
        makeProducer,
        timeMaxMs: messageTimeoutMs(config.producer, config.delivery),
        limits,
        consumer,
        assignment,
      });
}
