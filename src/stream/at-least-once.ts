import { AbortBatch } from '../errors.js';
import { KafkaFailure } from '../kafka/failure.js';
import type { InputConsumer, OutputProducer } from '../kafka/ports.js';
import type { Assignment } from './assignment.js';
import type { Delivery } from './delivery.js';
import { sendAll } from './send.js';

/**
 * `delivery: at_least_once`: the messages are on the brokers before the offsets are committed, so nothing is lost; a
 * crash between the two writes the batch again.
 */
export function atLeastOnceDelivery({
  makeProducer,
  consumer,
  assignment,
}: {
  makeProducer(): Promise<OutputProducer>;
  consumer: InputConsumer;
  assignment: Assignment;
}): Delivery {
  let producer: OutputProducer | null = null;
  let sentCount = 0;

  const opened = (): OutputProducer => {
    if (!producer) throw new Error('send before open');
    return producer;
  };

  return {
    open: async () => {
      producer ??= await makeProducer();
    },
    send: async (messages, headers) => {
      const tooLarge = await sendAll(opened(), messages, headers).catch(asAbort);
      sentCount += messages.length - tooLarge.length;
      return tooLarge;
    },
    commit: async nextOffsets => {
      while (!(await opened().drain()));
      const failedCount = opened().takeFailedCount();
      if (failedCount > 0) {
        throw new AbortBatch(`the brokers refused ${failedCount} of ${sentCount} messages`);
      }
      if (assignment.lost()) throw new AbortBatch("the group gave this worker's partitions to others");
      await consumer.commit(nextOffsets).catch(asAbort);
      sentCount = 0;
    },
    abort: async () => {
      // What was sent stays: that is what at-least-once means. Only its answers must not be counted for the next batch.
      while (!(await opened().drain()));
      opened().takeFailedCount();
      sentCount = 0;
    },
    close: async () => {
      await producer?.disconnect();
      producer = null;
    },
  };
}

function asAbort(error: unknown): never {
  if (error instanceof KafkaFailure) throw new AbortBatch(error.message, { cause: error });
  throw error;
}
