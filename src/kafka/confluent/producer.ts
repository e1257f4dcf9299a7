import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { ConnectionEvents, ConnectOptions } from '../connection.js';
import { ERRORS } from '../error-codes.js';
import { KafkaFailure } from '../failure.js';
import type { OutputProducer } from '../ports.js';
import { promised, TOO_LARGE, toFailure } from './classify.js';
import { connectAndWait } from './connect.js';
import { nativeConsumers } from './consumer.js';
import {
  type ClientProperties,
  type NativeError,
  type NativeProducer,
  type NativeTopicMetadata,
  newProducer,
} from './native.js';
import { headersConverter } from './native-headers.js';

/**
 * "Without a time-out of our own": librdkafka then takes what is left of the transaction's. A shorter one would leave
 * the client and the coordinator disagreeing about the state of the transaction.
 */
const UNTIL_TRANSACTION_TIMEOUT = -1;
const DRAIN_TIMEOUT_MS = 1_000;
const POLL_INTERVAL_MS = 50;
const METADATA_TIMEOUT_MS = 10_000;
/** librdkafka's own default. */
const REFRESH_INTERVAL_MS = 300_000;
const NO_PARTITIONS =
  'its partitions are not known: there is no such topic, or this user may not see it. Create it, or give the right to describe and write it';
/** Marks what brokers are tried with, for whoever reads uncommitted messages. */
const TRIAL_KEY = Buffer.from('otelrows.trial');
/** Random, so that it stays so large: a network can lose large packets and let small ones pass. */
const TRIAL_BYTES = 2_000;

/**
 * Makes a producer and waits until a broker answers.
 *
 * @param options.deliveryReports asks the broker's answer for each message, which `takeFailures` counts. A transaction
 * does not need them: its commit fails when a message did.
 */
export async function connectProducer(
  properties: ClientProperties,
  options: ConnectOptions & { deliveryReports: boolean },
): Promise<OutputProducer> {
  let failures = { failedCount: 0, tooLargeCount: 0 };
  /** Messages whose answer has not been told yet. */
  let unanswered = 0;
  let connectionErrors = 0;
  const events: ConnectionEvents = {
    ...options.events,
    connectionError: (client, reason) => {
      connectionErrors += 1;
      options.events.connectionError(client, reason);
    },
  };
  const native = await connectAndWait(
    () => {
      const made = newProducer({ ...properties, dr_cb: options.deliveryReports });
      if (options.deliveryReports) {
        made.on('delivery-report', error => {
          unanswered -= 1;
          if (error) failures.failedCount += 1;
          if (error && TOO_LARGE.has(error.code)) failures.tooLargeCount += 1;
        });
      }
      return made;
    },
    { ...options, events },
  );
  native.setPollInterval(POLL_INTERVAL_MS);
  const convertHeaders = headersConverter();
  const refreshMs = Number(properties['topic.metadata.refresh.interval.ms'] ?? REFRESH_INTERVAL_MS);
  const partitionCounts = new Map<string, { count: number; askedAt: number }>();

  return {
    send: (topic, key, value, headers, partition) => {
      try {
        native.produce(
          topic,
          partition ?? null,
          value,
          key,
          null,
          // Not even `null`: any opaque is kept until a delivery report frees it, and none comes.
          undefined,
          convertHeaders(headers),
        );
        if (options.deliveryReports) unanswered += 1;
        return true;
      } catch (error) {
        if ((error as NativeError).code === ERRORS.ERR__QUEUE_FULL) return false;
        throw toFailure(`send to ${topic}`, error as NativeError);
      }
    },
    partitionCount: async topic => {
      const known = partitionCounts.get(topic);
      if (known && performance.now() - known.askedAt < refreshMs) return known.count;
      const { length: count } = await partitionsOf(native, topic, METADATA_TIMEOUT_MS);
      if (count === 0) throw new KafkaFailure('abortable', `send to ${topic}`, NO_PARTITIONS, 0);
      partitionCounts.set(topic, { count, askedAt: performance.now() });
      return count;
    },
    drain: async () => {
      try {
        await promised('flush', done => native.flush(DRAIN_TIMEOUT_MS, done));
        // The client has all answers, but tells of 100 in a turn of the event loop: offsets that are committed before the
        // last one could be those of a row that was refused.
        while (unanswered > 0) await setImmediate();
        return true;
      } catch (error) {
        if (error instanceof KafkaFailure && error.kind === 'indefinite') return false;
        throw error;
      }
    },
    reaches: async (topics, timeoutMs) => {
      const deadline = performance.now() + timeoutMs;
      const leftMs = () => Math.max(1, Math.ceil(deadline - performance.now()));
      const tryOut = (topic: string, partition: number): void =>
        native.produce(topic, partition, null, TRIAL_KEY, null, undefined, [
          { padding: randomBytes(TRIAL_BYTES) },
        ]);
      try {
        for (const topic of topics) {
          const partitions = await partitionsOf(native, topic, leftMs());
          if (partitions.length === 0) return false;
          for (const partition of partitions) tryOut(topic, partition);
        }
        await promised('flush', done => native.flush(leftMs(), done));
        // The queue is empty also when messages have failed; but then the transaction takes no more of them.
        if (topics[0] !== undefined) tryOut(topics[0], 0);
        return true;
      } catch {
        return false;
      }
    },
    takeFailures: () => {
      const taken = failures;
      failures = { failedCount: 0, tooLargeCount: 0 };
      return taken;
    },
    connectionErrors: () => connectionErrors,
    initTransactions: () =>
      promised('take over the transactional id', done =>
        native.initTransactions(UNTIL_TRANSACTION_TIMEOUT, done),
      ),
    beginTransaction: () => promised('begin a transaction', done => native.beginTransaction(done)),
    sendOffsets: (offsets, consumer) => {
      const nativeConsumer = nativeConsumers.get(consumer);
      if (!nativeConsumer) throw new TypeError('sendOffsets needs a consumer made by connectConsumer');
      return promised('add offsets to the transaction', done =>
        native.sendOffsetsToTransaction(offsets, nativeConsumer, UNTIL_TRANSACTION_TIMEOUT, done),
      );
    },
    commitTransaction: () =>
      promised('commit the transaction', done => native.commitTransaction(UNTIL_TRANSACTION_TIMEOUT, done)),
    abortTransaction: () =>
      promised('abort the transaction', done => native.abortTransaction(UNTIL_TRANSACTION_TIMEOUT, done)),
    // A producer that is dropped with an open transaction must not wait for its messages.
    disconnect: () => promised('close the producer', done => native.disconnect(DRAIN_TIMEOUT_MS, done)),
  };
}

async function partitionsOf(native: NativeProducer, topic: string, timeoutMs: number): Promise<number[]> {
  const found = await promised<{ topics: NativeTopicMetadata[] }>(
    `ask for the partitions of ${topic}`,
    done => native.getMetadata({ topic, allTopics: false, timeout: timeoutMs }, done),
  );
  return found.topics.find(({ name }) => name === topic)?.partitions.map(({ id }) => id) ?? [];
}
