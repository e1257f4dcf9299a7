import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectOptions } from '../connection.js';
import { ERRORS } from '../error-codes.js';
import { KafkaFailure } from '../failure.js';
import type {
  ConsumerStatistics,
  Header,
  InputConsumer,
  InputRecord,
  RebalanceEvent,
  TopicPartition,
} from '../ports.js';
import { promised } from './classify.js';
import { committedOffsets } from './committed-offsets.js';
import { connectAndWait } from './connect.js';
import { leaveGroup } from './leave-group.js';
import {
  type ClientProperties,
  type NativeConsumer,
  type NativeError,
  type NativeMessage,
  type NativeTopicMetadata,
  newConsumer,
} from './native.js';
import { readStatistics } from './statistics.js';

const CALL_TIMEOUT_MS = 10_000;
/** Closing the client waits for a question that is open. */
const ASK_TIMEOUT_MS = 3_000;
const LOG_TIMEOUT_MS = 1_000;

/** The native handle behind a port, which `sendOffsetsToTransaction` needs to read the group membership from. */
export const nativeConsumers = new WeakMap<InputConsumer, NativeConsumer>();

/** Makes a consumer and waits until a broker answers. It joins its group when `subscribe` is called. */
export async function connectConsumer(
  properties: ClientProperties,
  options: ConnectOptions,
): Promise<InputConsumer> {
  let rebalanced: (event: RebalanceEvent) => void = () => undefined;
  let isSubscribed = false;
  let isJoining = false;
  let isDenied = false;
  /** Keeps in mind that the brokers do not let it do what it asked for. */
  const noting = (error: unknown): never => {
    if (error instanceof KafkaFailure && error.kind === 'denied') isDenied = true;
    throw error;
  };

  const make = () => {
    const made: NativeConsumer = newConsumer({
      ...properties,
      // A callback of our own, for its effect on the order of things: the group waits for `accept`, so a transaction
      // can end before its partitions are given up. With the client's own callback a paused worker rejoined by itself
      // and committed, as the new member, offsets it had read as the old one.
      rebalance_cb: (error: NativeError, partitions: TopicPartition[]) => {
        if (error.code === ERRORS.ERR__ASSIGN_PARTITIONS) {
          isJoining = false;
          rebalanced({ kind: 'assigned', partitions });
        } else {
          isJoining = true; // It gives partitions up to join again.
          rebalanced({ kind: 'revoked', partitions, lost: made.assignmentLost() });
        }
      },
    });
    return made;
  };
  const native = await connectAndWait(make, options);
  // Without this the time-out of `consume` counts again for every record, and a batch of 100 could take 100 time-outs.
  native.setDefaultIsTimeoutOnlyForFirstMessage(true);
  const fatal = followFatalError(native);
  let statistics: ConsumerStatistics | null = null;
  native.on('event.stats', ({ message }) => {
    statistics = readStatistics(message);
  });

  const askRange = async ({ topic, partition }: TopicPartition) => {
    const { lowOffset, highOffset } = await promised<{ lowOffset: number; highOffset: number }>(
      'ask for the ends of a partition',
      done => native.queryWatermarkOffsets(topic, partition, ASK_TIMEOUT_MS, done),
    );
    return { low: lowOffset, high: highOffset };
  };
  const consumer: InputConsumer = {
    subscribe: topics => {
      // The client writes a RegExp to standard error, amid the lines of the log. A text that begins with ^ is the same to it.
      native.subscribe(topics.map(topic => (typeof topic === 'string' ? topic : topic.source)));
      isSubscribed = isJoining = true;
    },
    poll: async (recordsMax, timeoutMs) => {
      native.setDefaultConsumeTimeout(timeoutMs);
      const messages = await promised<NativeMessage[]>('fetch records', done =>
        native.consume(recordsMax, done),
      ).catch(async error => noting(error.kind === 'fenced' ? await fatal.causeOf(error) : error));
      const failure = fatal.failure();
      if (failure && messages.length === 0) throw failure;
      return messages.map(toRecord);
    },
    onRebalance: listener => {
      rebalanced = listener;
    },
    accept: event => {
      const cooperative = native.rebalanceProtocol() === 'COOPERATIVE';
      if (event.kind === 'assigned') {
        if (cooperative) native.incrementalAssign(event.partitions);
        else native.assign(event.partitions);
      } else if (cooperative) {
        native.incrementalUnassign(event.partitions);
      } else {
        native.unassign();
      }
    },
    assignmentLost: () => native.assignmentLost(),
    committed: partitions => committedOffsets(native, partitions).catch(noting),
    seek: position => promised('seek', done => native.seek(position, CALL_TIMEOUT_MS, done)),
    commit: offsets => promised('commit offsets', done => native.commitCb(offsets, done)),
    positions: partitions =>
      native
        .position(partitions)
        .flatMap(({ topic, partition, offset }) =>
          offset === undefined || offset < 0 ? [] : [{ topic, partition, offset }],
        ),
    watermarks: ({ topic, partition }) => {
      try {
        const { lowOffset, highOffset } = native.getWatermarkOffsets(topic, partition);
        return lowOffset < 0 && highOffset < 0 ? null : { low: lowOffset, high: highOffset };
      } catch {
        return null; // nothing was fetched from it yet
      }
    },
    askEnd: async partition => (await askRange(partition)).high,
    askRange,
    askTopics: async names => {
      const ask = async (options: { topic?: string; allTopics: boolean }) => {
        const { topics } = await promised<{ topics: NativeTopicMetadata[] }>('ask for topics', done =>
          native.getMetadata({ ...options, timeout: ASK_TIMEOUT_MS }, done),
        );
        return topics;
      };
      const found: NativeTopicMetadata[] = [];
      if (names === 'all') found.push(...(await ask({ allTopics: true })));
      else for (const topic of names) found.push(...(await ask({ topic, allTopics: false })));
      return new Map(
        found.flatMap(({ name, partitions }) => (partitions.length > 0 ? [[name, partitions.length]] : [])),
      );
    },
    statistics: () => statistics,
    disconnect: async () => {
      const { 'group.instance.id': instanceId, 'group.protocol': protocol } = properties;
      const mayBeMember = isSubscribed && !isDenied && !fatal.failure();
      if (instanceId !== undefined && protocol !== 'consumer' && mayBeMember) {
        await leaveGroup({ native, isJoining: () => isJoining }).catch(() => undefined);
      }
      await promised('leave the group', done => native.disconnect(done));
    },
  };
  nativeConsumers.set(consumer, native);
  return consumer;
}

/**
 * After a fatal error a consumer never reads again, but polling it may look like a quiet topic for ever: the error is
 * told by one poll at most, without its cause, and by none when that poll had something else to tell. The client's log
 * has it always.
 */
function followFatalError(native: NativeConsumer) {
  let failure: KafkaFailure | null = null;
  const logged = new Promise<KafkaFailure>(resolve => {
    native.on('event.log', ({ message }) => {
      const [, cause] = /Fatal error: ((?:\w+: )?[^:]*)/.exec(message) ?? [];
      if (cause === undefined) return;
      failure ??= cause.includes('instance ID is still used by another member')
        ? new KafkaFailure('name_in_use', 'join the group', INSTANCE_ID_IN_USE, ERRORS.ERR__FATAL)
        : new KafkaFailure('fenced', 'fetch records', cause, ERRORS.ERR__FATAL);
      resolve(failure);
    });
  });
  return {
    failure: () => failure,
    /** The poll may tell of the error a moment before the log does. */
    causeOf: (error: KafkaFailure) => Promise.race([logged, sleep(LOG_TIMEOUT_MS, error, { ref: false })]),
  };
}

const INSTANCE_ID_IN_USE =
  'the brokers hold this consumer.instance_id for a worker whose session has not ended yet';

export function toRecord({
  topic,
  partition,
  offset,
  key,
  value,
  headers,
  timestamp,
}: NativeMessage): InputRecord {
  return {
    topic,
    partition,
    offset,
    key: key ?? null,
    value,
    headers: headers?.flatMap(toHeaders) ?? [],
    timestampMs: timestamp === undefined || timestamp < 0 ? null : timestamp,
  };
}

function toHeaders(header: Record<string, Buffer>): Header[] {
  return Object.entries(header).map(([key, value]) => ({ key, value }));
}
