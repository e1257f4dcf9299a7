import { type FailureKind, KafkaFailure } from '../../src/kafka/failure.js';
import type {
  InputConsumer,
  InputRecord,
  NextOffset,
  OutputProducer,
  RebalanceEvent,
  TopicPartition,
} from '../../src/kafka/ports.js';

// Stand-ins for the ports of the Kafka client that do what a test tells them, so that a test can put a failure exactly
// where it wants one. Every call that changes something is noted in one list, which is what tests look at.

export function failure(kind: FailureKind, call = 'call'): KafkaFailure {
  return new KafkaFailure(kind, call, kind, 0);
}

/** What the next calls of a method do: each entry is used once, in order. `null` = succeed. After the last: succeed. */
export type Script<Method extends string> = Partial<Record<Method, (Error | null)[]>>;

function scripted<Method extends string>(script: Script<Method>) {
  return (method: Method): void => {
    const error = script[method]?.shift();
    if (error) throw error;
  };
}

export interface ScriptedProducer extends OutputProducer {
  connected: boolean;
}

type ProducerMethod =
  | 'send'
  | 'drain'
  | 'reaches'
  | 'partitionCount'
  | 'initTransactions'
  | 'beginTransaction'
  | 'sendOffsets'
  | 'commitTransaction'
  | 'abortTransaction'
  | 'disconnect';

/**
 * @param calls gets the name of each call: `send otel-traces`, `sendOffsets in-0@7`, `commitTransaction`.
 * @param options.queueSize how many messages it takes before `drain` is needed.
 * @param options.failedCounts what `takeFailures` tells, call by call; of these too large: `options.tooLargeCounts`.
 */
export function scriptedProducer(
  calls: string[],
  script: Script<ProducerMethod> = {},
  options: {
    queueSize?: number;
    failedCounts?: number[];
    tooLargeCounts?: number[];
    onSendOffsets?: () => void;
    connectionErrors?: () => number;
    /** How long the brokers take for a message, and the clock that `drain` moves on by up to a second. */
    slow?: { clock: { ms: number }; takesMs: (topic: string, value: Buffer | null) => number };
    partitionCount?: number;
    /** What `reaches` answers. */
    reached?: (withinMs: number) => boolean;
  } = {},
): ScriptedProducer {
  const next = scripted(script);
  let queued = 0;
  const called = async (method: ProducerMethod, about = ''): Promise<void> => {
    calls.push(`${method}${about}`);
    next(method);
  };
  let inTransaction = false;
  let leftMs = 0;
  const producer: ScriptedProducer = {
    connected: true,
    send: (topic, _key, value) => {
      if (queued === (options.queueSize ?? Number.POSITIVE_INFINITY)) return false;
      queued += 1;
      calls.push(`send ${topic}`);
      next('send');
      leftMs += options.slow?.takesMs(topic, value) ?? 0;
      return true;
    },
    drain: async () => {
      if (options.slow) {
        const passesMs = Math.min(leftMs, 1_000);
        options.slow.clock.ms += passesMs;
        leftMs -= passesMs;
        if (leftMs > 0) return false;
      }
      // Of a commit, which waits for nothing as a rule, it is no step of its own.
      if (!inTransaction || queued === options.queueSize) await called('drain');
      queued = 0;
      return true;
    },
    partitionCount: async topic => {
      await called('partitionCount', ` ${topic}`);
      return options.partitionCount ?? 1;
    },
    reaches: async (topics, withinMs) => {
      await called('reaches', ` ${topics.join(' ')}`);
      return options.reached?.(withinMs) ?? true;
    },
    takeFailures: () => ({
      failedCount: options.failedCounts?.shift() ?? 0,
      tooLargeCount: options.tooLargeCounts?.shift() ?? 0,
    }),
    connectionErrors: () => options.connectionErrors?.() ?? 0,
    initTransactions: () => called('initTransactions'),
    beginTransaction: async () => {
      await called('beginTransaction');
      inTransaction = true;
    },
    sendOffsets: async offsets => {
      await called('sendOffsets', ` ${offsets.map(offsetText).join(' ')}`);
      options.onSendOffsets?.();
    },
    commitTransaction: () => called('commitTransaction'),
    abortTransaction: () => called('abortTransaction'),
    disconnect: async () => {
      producer.connected = false;
      await called('disconnect');
    },
  };
  return producer;
}

type ConsumerMethod = 'poll' | 'committed' | 'seek' | 'commit' | 'accept';

export interface ScriptedConsumer extends InputConsumer {
  /** What the group does to this member; it reaches the listener as during a poll. */
  rebalance(event: RebalanceEvent): void;
  /** Whether the group has thrown this member out. */
  lost: boolean;
  /** The coordinator's committed offsets, by `topic-partition`; tests change them. */
  readonly committedOffsets: Map<string, number>;
}

/**
 * A consumer that owns whatever it has accepted and reads a list of records: each partition from where it was last put.
 *
 * @param records of all partitions, in the order in which they are read. A partition begins with its first.
 * @param onIdle called by the third poll in a row that finds nothing, which is where a test can end what runs. The first
 * one only ends the batch that is being collected, the second is ahead of its commit.
 */
export function scriptedConsumer(
  calls: string[],
  {
    records = [],
    script = {},
    onIdle = () => undefined,
  }: { records?: readonly InputRecord[]; script?: Script<ConsumerMethod>; onIdle?: () => void } = {},
): ScriptedConsumer {
  const next = scripted(script);
  const positions = new Map<string, number>();
  const committedOffsets = new Map<string, number>();
  let listener: (event: RebalanceEvent) => void = () => undefined;
  let emptyPolls = 0;

  const consumer: ScriptedConsumer = {
    lost: false,
    committedOffsets,
    rebalance: event => listener(event),
    subscribe: topics => void calls.push(`subscribe ${topics.join(' ')}`),
    poll: async recordsMax => {
      next('poll');
      const polled = records
        .filter(record => record.offset >= (positions.get(nameOf(record)) ?? 0))
        .slice(0, recordsMax);
      for (const record of polled) positions.set(nameOf(record), record.offset + 1);
      if (polled.length > 0) calls.push(`poll ${polled.map(offsetText).join(' ')}`);
      emptyPolls = polled.length === 0 ? emptyPolls + 1 : 0;
      if (emptyPolls === 3) onIdle();
      return polled;
    },
    onRebalance: heard => {
      listener = heard;
    },
    accept: event => {
      calls.push(`accept ${event.kind} ${event.partitions.map(nameOf).join(' ')}`.trimEnd());
      next('accept');
      if (event.kind === 'revoked') consumer.lost = false;
    },
    assignmentLost: () => consumer.lost,
    committed: async partitions => {
      calls.push(`committed ${partitions.map(nameOf).join(' ')}`);
      next('committed');
      return partitions.map(({ topic, partition }) => ({
        topic,
        partition,
        offset: committedOffsets.get(nameOf({ topic, partition })) ?? null,
      }));
    },
    seek: async position => {
      calls.push(`seek ${offsetText(position)}`);
      next('seek');
      positions.set(nameOf(position), position.offset);
    },
    commit: async offsets => {
      calls.push(`commit ${offsets.map(offsetText).join(' ')}`);
      next('commit');
      for (const at of offsets) committedOffsets.set(nameOf(at), at.offset);
    },
    positions: partitions =>
      partitions.flatMap(({ topic, partition }) => {
        const offset = positions.get(nameOf({ topic, partition }));
        return offset === undefined ? [] : [{ topic, partition, offset }];
      }),
    watermarks: () => null,
    askEnd: async () => 0,
    askRange: async () => ({ low: 0, high: 0 }),
    askTopics: async () => new Map(),
    statistics: () => null,
    disconnect: async () => void calls.push('disconnect consumer'),
  };
  return consumer;
}

/** A record of the topic `in`, with whatever else matters to the test. */
export function record(partition: number, offset: number, more: Partial<InputRecord> = {}): InputRecord {
  return {
    topic: 'in',
    partition,
    offset,
    key: null,
    value: Buffer.from(`${partition}@${offset}`),
    headers: [],
    timestampMs: null,
    ...more,
  };
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}

/** `in-0@7`: the next offset of partition 0 of `in` is 7. */
function offsetText(at: NextOffset): string {
  return `${nameOf(at)}@${at.offset}`;
}
