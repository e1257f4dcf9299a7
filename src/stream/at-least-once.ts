import { AbortBatch, Fenced } from '../errors.js';
import { KafkaFailure } from '../kafka/failure.js';
import type { InputConsumer, OutputProducer } from '../kafka/ports.js';
import type { Assignment } from './assignment.js';
import type { Delivery } from './delivery.js';
import { sendAll } from './send.js';
import type { TopicLimits } from './topic-limits.js';

/**
 * `delivery: at_least_once`: the messages are on the brokers before the offsets are committed, so nothing is lost; a
 * crash between the two writes the batch again.
 */
export function atLeastOnceDelivery({
  makeProducer,
  timeMaxMs,
  limits,
  consumer,
  assignment,
}: {
  makeProducer(): Promise<OutputProducer>;
  /** After how long the client gives up a message. */
  timeMaxMs: number;
  limits: Pick<TopicLimits, 'refused'>;
  consumer: InputConsumer;
  assignment: Assignment;
}): Delivery {
  let producer: OutputProducer | null = null;
  let sentCount = 0;

  const opened = (): OutputProducer => {
    if (!producer) throw new Fenced('the producer is closed');
    return producer;
  };

  const close = async (): Promise<void> => {
    const closing = producer;
    producer = null;
    sentCount = 0;
    await closing?.disconnect();
  };

  const react = async (error: unknown): Promise<never> => {
    if (!(error instanceof KafkaFailure)) throw error;
    if (error.kind !== 'fenced') throw new AbortBatch(error.message, { cause: error });
    // With `enable.idempotence` in kafka.custom the client can end up refusing every further message.
    await close().catch(() => undefined);
    throw new Fenced(error.message, { cause: error });
  };

  return {
    timeMaxMs,
    open: async () => {
      producer ??= await makeProducer();
    },
    send: async (messages, headers) => {
      const tooLarge = await sendAll(opened(), messages, headers).catch(react);
      sentCount += messages.length - tooLarge.length;
      return tooLarge;
    },
    partitionCount: topic => opened().partitionCount(topic).catch(react),
    commit: async nextOffsets => {
      await drained(opened()).catch(react);
      const { failedCount, tooLargeCount } = opened().takeFailures();
      if (tooLargeCount > 0) {
        const refused = `the brokers refused ${tooLargeCount} of ${sentCount} messages as too large for their topic`;
        limits.refused();
        await close().catch(() => undefined);
        throw new Fenced(refused);
      }
      if (failedCount > 0) {
        throw new AbortBatch(`the brokers refused ${failedCount} of ${sentCount} messages`);
      }
      if (assignment.lost()) throw new AbortBatch("the group gave this worker's partitions to others");
      await consumer.commit(nextOffsets).catch((error: unknown) => {
        throw error instanceof KafkaFailure ? new AbortBatch(error.message, { cause: error }) : error;
      });
      sentCount = 0;
    },
    abort: async () => {
      // What was sent stays: that is what at-least-once means. Only its answers must not be counted for the next batch.
      if (!producer) return;
      await drained(producer).catch(react);
      producer.takeFailures();
      sentCount = 0;
    },
    // Only a transaction can ask brokers without leaving anything: no record is ever given up for its time.
    brokersAnswer: async () => false,
    close,
  };
}

async function drained(producer: OutputProducer): Promise<void> {
  while (!(await producer.drain()));
}
