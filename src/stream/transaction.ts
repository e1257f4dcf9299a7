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
 * After a transaction in which the client may have asked twice for the offsets or the end, `send` does the same before it
 * begins the next one.
 *
 * The transactional id is stable, so a new producer with the same id ends what its predecessor left open, at once.
 */
type State =
  | { name: 'closed' }
  /**
   * `mayComeLate`: a request of the last transaction may reach a coordinator once more. In the next one it would add the
   * offsets of other records, or end it before its time.
   */
  | { name: 'idle'; producer: OutputProducer; mayComeLate: boolean }
  | {
      name: 'open';
      producer: OutputProducer;
      mayComeLate: boolean;
      /** By the clock of `now`. */
      begunAt: number;
      /** Connection errors of the producer before the first request that may come late; `null` until there is one. */
      errorsBefore: number | null;
    };

/**
 * How much of its time a transaction has for its rows. What is left is for its end, which takes a few round trips; one that
 * the brokers would have ended meanwhile leaves its outcome in doubt.
 */
const ROWS_SHARE = 0.8;

/** Brokers that take longer than this share for a transaction without rows are slow with any record. */
const ANSWER_SHARE = 0.25;

export interface TransactionParts {
  makeProducer(): Promise<OutputProducer>;
  /** `producer.transaction_timeout_ms`: after so long the brokers abort a transaction. */
  timeMaxMs: number;
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
  now?: () => number;
}

export function transactionalDelivery({
  makeProducer,
  timeMaxMs,
  asksAgainAfterMs,
  limits,
  consumer,
  assignment,
  opened,
  now = () => performance.now(),
}: TransactionParts): Delivery {
  let state: State = { name: 'closed' };

  const drop = async (producer: OutputProducer): Promise<void> => {
    state = { name: 'closed' };
    await producer.disconnect().catch(() => undefined);
  };

  /** A failure that leaves the outcome or the producer's state in doubt is never guessed about: a new producer tells. */
  const react = async (producer: OutputProducer, error: unknown): Promise<never> => {
    // The next producer is made for what the topics take, and tells the rows that are too large for them.
    if (error instanceof KafkaFailure && error.kind === 'batch_refused') limits.refused();
    const keepsProducer =
      error instanceof KafkaFailure ? error.kind === 'abortable' : !(error instanceof Fenced);
    if (!keepsProducer) await drop(producer);
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
    state = { name: 'idle', producer, mayComeLate: false };
    return producer;
  };

  /** @returns a producer with an open transaction. */
  const begun = async (): Promise<OutputProducer> => {
    if (state.name === 'closed') throw new Fenced('the producer is closed');
    if (state.name === 'open') return state.producer;
    let { producer } = state;
    if (state.mayComeLate) {
      await drop(producer);
      producer = await open();
    }
    const begunAt = now();
    try {
      await producer.beginTransaction();
    } catch (error) {
      return react(producer, error);
    }
    state = { name: 'open', producer, mayComeLate: false, begunAt, errorsBefore: null };
    return producer;
  };

  /**
   * Makes a request of a transaction's end, and notes whether the client may have made it twice, also when it fails: the
   * first can still be on its way to a coordinator that stood still, and reach it during the next transaction. A new
   * producer has another epoch, by which the coordinator refuses it (KIP-890 is about the same).
   */
  const ask = async (producer: OutputProducer, request: () => Promise<void>): Promise<void> => {
    if (state.name !== 'open') return request();
    state.errorsBefore ??= producer.connectionErrors();
    const started = now();
    try {
      await request();
    } finally {
      const tookLong = now() - started >= asksAgainAfterMs;
      state.mayComeLate ||= tookLong || producer.connectionErrors() !== state.errorsBefore;
    }
  };

  const ended = (producer: OutputProducer): void => {
    state = { name: 'idle', producer, mayComeLate: state.name === 'open' && state.mayComeLate };
  };

  /** @throws Fenced: rows that the brokers have not taken yet would hold up an abort as well. */
  const checkTime = (): void => {
    const tookMs = state.name === 'open' ? now() - state.begunAt : 0;
    if (tookMs < timeMaxMs * ROWS_SHARE) return;
    throw new Fenced(
      `the brokers had not taken all rows of a transaction after ${Math.round(tookMs)} ms; it may take ${timeMaxMs} ms ` +
        '(producer.transaction_timeout_ms)',
    );
  };

  const checkStillOwned = (when: string): void => {
    if (assignment.lost()) {
      throw new AbortBatch(`the group gave this worker's partitions to others ${when}`);
    }
  };

  return {
    timeMaxMs,

    open: async () => {
      if (state.name === 'closed') await open();
    },

    send: async (messages, headers) => {
      const producer = await begun();
      try {
        return await sendAll(producer, messages, headers, async () => {
          await producer.drain();
          checkTime();
        });
      } catch (error) {
        return react(producer, await causeOf(producer, error));
      }
    },

    partitionCount: async topic => {
      if (state.name === 'closed') throw new Fenced('the producer is closed');
      const { producer } = state;
      return producer.partitionCount(topic).catch((error: unknown) => react(producer, error));
    },

    commit: async nextOffsets => {
      checkStillOwned('before the commit');
      const producer = await begun();
      try {
        await ask(producer, () => producer.sendOffsets(nextOffsets, consumer));
        // Again, because a member that was thrown out has no generation, and offsets without one are not checked by
        // the broker: they were taken, and only this abort keeps the rows from being written twice.
        checkStillOwned('while its offsets were added');
        // Before the commit, which would wait for them too, but no longer know in time that it is too late.
        while (!(await producer.drain())) checkTime();
        await ask(producer, () => producer.commitTransaction());
        ended(producer);
      } catch (error) {
        await react(producer, error);
      }
    },

    abort: async () => {
      if (state.name !== 'open') return;
      const { producer } = state;
      try {
        await ask(producer, () => producer.abortTransaction());
        ended(producer);
      } catch (error) {
        // Not even the abort is certain; an abortable error here would only ask for the abort that has just failed.
        await drop(producer);
        throw new Fenced((error as Error).message, { cause: error });
      }
    },

    brokersAnswer: async (topics, at) => {
      checkStillOwned('before the brokers were asked');
      const producer = await begun();
      const started = now();
      try {
        await ask(producer, () => producer.sendOffsets([at], consumer));
        if (!(await producer.reaches(topics, timeMaxMs * ANSWER_SHARE))) {
          throw new Fenced(`not every partition of ${topics.join(', ')} takes messages`);
        }
        await ask(producer, () => producer.abortTransaction());
        ended(producer);
        return now() - started <= timeMaxMs * ANSWER_SHARE;
      } catch (error) {
        return react(producer, error);
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
