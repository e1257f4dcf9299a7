import { AbortBatch, Fatal, Fenced } from '../errors.js';
import { KafkaFailure } from '../kafka/failure.js';
import type { InputConsumer, OutputProducer } from '../kafka/ports.js';
import type { Assignment } from './assignment.js';
import type { Delivery } from './delivery.js';
import { sendAll } from './send.js';
import type { TopicLimits } from './topic-limits.js';

/**
 * Exactly-once: the messages of a batch and its next offsets in one Kafka transaction. The only file that speaks
 * transactions.
 *
 *          open            send              commit
 *   closed ────▶ idle ────────────▶ open ───────────────▶ idle
 *     ▲                              │ abort
 *     │                              └───────────────────▶ idle
 *     └── every Fenced: the producer is dropped, `open` makes a new one
 *
 * After an end that the client may have asked for twice, `send` does the same before it begins the next transaction.
 *
 * The transactional id is stable, so a new producer with the same id ends what its predecessor left open, at once.
 */
type State =
  | { name: 'closed' }
  /** `endedTwice`: the last end may reach the coordinator once more, and would end a transaction that is open then. */
  | { name: 'idle'; producer: OutputProducer; endedTwice: boolean }
  | { name: 'open'; producer: OutputProducer };

export interface TransactionParts {
  makeProducer(): Promise<OutputProducer>;
  /** After how long the client may have asked again for what was not answered. */
  asksAgainAfterMs: number;
  limits: Pick<TopicLimits, 'refused'>;
  consumer: InputConsumer;
  assignment: Assignment;
  /**
   * Told of each producer, and waited for before anything is sent by it: a new one has fenced any other under the same
   * transactional id. When it fails, that producer is dropped.
   */
  opened?: (() => Promise<void>) | undefined;
}

export function transactionalDelivery({
  makeProducer,
  asksAgainAfterMs,
  limits,
  consumer,
  assignment,
  opened,
}: TransactionParts): Delivery {
  let state: State = { name: 'closed' };

  const drop = async (producer: OutputProducer): Promise<void> => {
    state = { name: 'closed' };
    await producer.disconnect().catch(() => undefined);
  };

  /** A failure that leaves the outcome or the producer's state in doubt is never guessed about: a new producer tells. */
  const react = async (producer: OutputProducer, failure: unknown): Promise<never> => {
    const error = await causeOf(producer, failure);
    // The next producer is made for what the topics take, and tells the rows that are too large for them.
    if (error instanceof KafkaFailure && error.kind === 'batch_refused') limits.refused();
    if (error instanceof KafkaFailure && error.kind !== 'abortable') await drop(producer);
    throw meaningOf(error);
  };

  const open = async (): Promise<OutputProducer> => {
    const producer = await makeProducer();
    try {
      await producer.initTransactions();
      await opened?.();
    } catch (error) {
      // Whatever it was: the next `open` makes another producer, and this one would stay connected for ever.
      await drop(producer);
      throw meaningOf(error);
    }
    state = { name: 'idle', producer, endedTwice: false };
    return producer;
  };

  /** @returns a producer with an open transaction. */
  const begun = async (): Promise<OutputProducer> => {
    if (state.name === 'closed') throw new Fenced('the producer is closed');
    if (state.name === 'open') return state.producer;
    let { producer } = state;
    if (state.endedTwice) {
      await drop(producer);
      producer = await open();
    }
    try {
      await producer.beginTransaction();
    } catch (error) {
      return react(producer, error);
    }
    state = { name: 'open', producer };
    return producer;
  };

  /**
   * Ends a transaction, and notes whether the client may have asked for that twice: the first request can still be on its
   * way to a coordinator that stood still, and end the next transaction before its time. A new producer has another epoch,
   * by which the coordinator refuses it (KIP-890 is about the same).
   */
  const end = async (producer: OutputProducer, steps: () => Promise<void>): Promise<void> => {
    const started = performance.now();
    const errorsBefore = producer.connectionErrors();
    await steps();
    const endedTwice =
      performance.now() - started >= asksAgainAfterMs || producer.connectionErrors() !== errorsBefore;
    state = { name: 'idle', producer, endedTwice };
  };

  const checkStillOwned = (when: string): void => {
    if (assignment.lost()) {
      throw new AbortBatch(`the group gave this worker's partitions to others ${when}`);
    }
  };

  return {
    open: async () => {
      if (state.name === 'closed') await open();
    },

    send: async (messages, headers) => {
      const producer = await begun();
      try {
        return await sendAll(producer, messages, headers);
      } catch (error) {
        return react(producer, error);
      }
    },

    commit: async nextOffsets => {
      checkStillOwned('before the commit');
      const producer = await begun();
      try {
        await end(producer, async () => {
          await producer.sendOffsets(nextOffsets, consumer);
          // Again, because a member that was thrown out has no generation, and offsets without one are not checked by
          // the broker: they were taken, and only this abort keeps the rows from being written twice.
          checkStillOwned('while its offsets were added');
          await producer.commitTransaction();
        });
      } catch (error) {
        await react(producer, error);
      }
    },

    abort: async () => {
      if (state.name !== 'open') return;
      const { producer } = state;
      try {
        await end(producer, () => producer.abortTransaction());
      } catch (error) {
        // Not even the abort is certain; an abortable error here would only ask for the abort that has just failed.
        await drop(producer);
        throw new Fenced((error as Error).message, { cause: error });
      }
    },

    close: async () => {
      if (state.name === 'closed') return;
      const { producer } = state;
      // Left open, it would hold up readers, and whoever takes over the offsets, until it has timed out.
      if (state.name === 'open') await producer.abortTransaction().catch(() => undefined);
      await drop(producer);
    },
  };
}

/**
 * A transaction that has failed takes no more messages, but says why only when it shall end. Asking for the commit is
 * safe: the client carries it out for no transaction that has failed.
 */
async function causeOf(producer: OutputProducer, error: unknown): Promise<unknown> {
  if (!(error instanceof KafkaFailure && error.kind === 'transaction_failed')) return error;
  return producer.commitTransaction().then(
    () => error,
    cause => cause,
  );
}

function meaningOf(error: unknown): unknown {
  if (!(error instanceof KafkaFailure)) return error;
  switch (error.kind) {
    case 'abortable':
      return new AbortBatch(error.message, { cause: error });
    case 'denied':
      return new Fatal(
        `${error.message}. Give this user the right to write and to use the transactional id.`,
      );
    case 'transaction_timeout_too_long':
      return new Fatal(
        'producer.transaction_timeout_ms is longer than the brokers allow (their transaction.max.timeout.ms).',
      );
    case 'fenced':
      return new Fenced(`${error.message}. ${TAKEN_OVER}`, { cause: error });
    default:
      return new Fenced(error.message, { cause: error });
  }
}

/** What the client calls a fatal error or an old epoch. */
const TAKEN_OVER =
  'Most likely another worker under the same consumer.instance_id took over, or a transaction took longer than ' +
  'producer.transaction_timeout_ms';
