/**
 * The only import of the Kafka client: its low-level, callback-style half. It is CommonJS and loads a native add-on,
 * once per process. The interfaces say what of it is used; the client's own declarations miss several of these methods.
 */
import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import type * as RdKafka from '@confluentinc/kafka-javascript';
import { listedSettings } from '../../config/schema.js';
import { Fatal } from '../../errors.js';
import { mskRegionOf } from '../client-options.js';
import { ERRORS } from '../error-codes.js';
import type { NextOffset, TopicPartition } from '../ports.js';
import { mskTokens } from './msk-token.js';
import type { NativeHeaders } from './native-headers.js';

/** librdkafka properties by their own names, and the callbacks that the client takes among them. */
export type ClientProperties = Record<string, unknown>;

export interface NativeError {
  message: string;
  code: number;
  /** Where the client takes it to be from: `local`, `kafka`, `unknown`; else what stood before the first colon of its text. */
  origin?: string;
  isFatal?: boolean;
  isRetriable?: boolean;
  isTxnRequiresAbort?: boolean;
}

type Done<T = never> = (error: NativeError | null | undefined, value?: T) => void;

/** A line of librdkafka's log; severity as syslog's, 3 = error. */
export interface NativeLogLine {
  severity: number;
  message: string;
}

export interface NativeClient {
  on(event: 'event.error', listener: (error: NativeError) => void): void;
  on(event: 'event.log', listener: (line: NativeLogLine) => void): void;
  removeListener(event: 'event.log', listener: (line: NativeLogLine) => void): void;
  getMetadata(
    options: { topic?: string; allTopics: boolean; timeout: number },
    done: Done<{ brokers: readonly unknown[]; topics: NativeTopicMetadata[] }>,
  ): void;
  connect(options: { timeout: number }, done: Done): void;
}

/** A topic that does not exist, or that this user may not see, has no partitions. */
export interface NativeTopicMetadata {
  name: string;
  partitions: { id: number }[];
}

export interface NativeMessage {
  topic: string;
  partition: number;
  offset: number;
  key?: Buffer | null;
  value: Buffer | null;
  headers?: Record<string, Buffer>[];
  timestamp?: number;
}

/** Without an offset, or a negative one, when none is committed. */
export type CommittedAnswer = TopicPartition & { offset?: number; metadata?: string };

export interface NativeConsumer extends NativeClient {
  on(event: 'event.error', listener: (error: NativeError) => void): void;
  on(event: 'event.log', listener: (line: NativeLogLine) => void): void;
  on(event: 'partition.eof', listener: (end: NextOffset) => void): void;
  /** `message` is JSON, as librdkafka's STATISTICS.md describes it. */
  on(event: 'event.stats', listener: (event: { message: string }) => void): void;
  subscribe(topics: string[]): void;
  unsubscribe(): void;
  assignments(): TopicPartition[];
  setDefaultConsumeTimeout(timeoutMs: number): void;
  setDefaultIsTimeoutOnlyForFirstMessage(only: boolean): void;
  consume(countMax: number, done: Done<NativeMessage[]>): void;
  rebalanceProtocol(): 'NONE' | 'EAGER' | 'COOPERATIVE';
  assign(partitions: readonly (TopicPartition & { offset?: number })[]): void;
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  unassign(): void;
  incrementalAssign(partitions: readonly (TopicPartition & { offset?: number })[]): void;
  incrementalUnassign(partitions: readonly TopicPartition[]): void;
  assignmentLost(): boolean;
  committed(
    partitions: readonly TopicPartition[],
    timeoutMs: number,
    // An error in the place of a partition is told of that partition only; the call has worked all the same.
    done: Done<(CommittedAnswer | NativeError)[]>,
  ): void;
  seek(position: NextOffset, timeoutMs: number, done: Done): void;
  commitCb(offsets: readonly NextOffset[], done: Done): void;
  commitSync(offsets: readonly NextOffset[]): void;
  position(partitions: readonly TopicPartition[]): (TopicPartition & { offset?: number })[];
  getWatermarkOffsets(topic: string, partition: number): { lowOffset: number; highOffset: number };
  queryWatermarkOffsets(
    topic: string,
    partition: number,
    timeoutMs: number,
    done: Done<{ lowOffset: number; highOffset: number }>,
  ): void;
  disconnect(done: Done): void;
}

export interface NativeProducer extends NativeClient {
  on(event: 'event.error', listener: (error: NativeError) => void): void;
  on(event: 'event.log', listener: (line: NativeLogLine) => void): void;
  on(event: 'delivery-report', listener: (error: NativeError | null) => void): void;
  produce(
    topic: string,
    /** `null` = where the partitioner sends the key. */
    partition: number | null,
    value: Buffer | null,
    key: Buffer | null,
    timestamp: null,
    opaque: undefined,
    headers: NativeHeaders | undefined,
  ): void;
  poll(): void;
  setPollInterval(intervalMs: number): void;
  flush(timeoutMs: number, done: Done): void;
  initTransactions(timeoutMs: number, done: Done): void;
  beginTransaction(done: Done): void;
  sendOffsetsToTransaction(
    offsets: readonly NextOffset[],
    consumer: NativeConsumer,
    timeoutMs: number,
    done: Done,
  ): void;
  commitTransaction(timeoutMs: number, done: Done): void;
  abortTransaction(timeoutMs: number, done: Done): void;
  disconnect(timeoutMs: number, done: Done): void;
}

export interface NativeTopic {
  name: string;
  error?: { code: number; message: string };
  partitions: { partition: number; leader?: { id: number } | null; replicas: unknown[]; isr: unknown[] }[];
  authorizedOperations?: number[];
}

export interface NativeAdmin {
  createTopic(
    topic: {
      topic: string;
      num_partitions: number;
      replication_factor: number;
      config: Readonly<Record<string, string>>;
    },
    timeoutMs: number,
    done: Done,
  ): void;
  listTopics(options: { timeout: number }, done: Done<string[]>): void;
  describeTopics(
    topics: string[],
    options: { timeout: number; includeAuthorizedOperations: boolean },
    done: Done<NativeTopic[]>,
  ): void;
  listOffsets(
    places: readonly (TopicPartition & { offset: { timestamp: number } })[],
    options: { timeout: number; isolationLevel: 0 | 1 },
    done: Done<NativeOffset[]>,
  ): void;
  listGroups(options: { timeout: number }, done: Done<{ groups: NativeGroup[] }>): void;
  disconnect(): void;
}

export interface NativeGroup {
  groupId: string;
  state: number;
}

export interface NativeOffset extends TopicPartition {
  /** -1 = no record is as new as the time that was asked for. */
  offset: number;
  error?: NativeError;
}

// No second argument, not even {}: a topic configuration, once given, hides the topic-level properties among the first
// (auto.offset.reset, partitioner, acks, message.timeout.ms, compression.codec), and their defaults apply unnoticed.

export const newConsumer = (properties: ClientProperties): NativeConsumer =>
  construct(client => new client.KafkaConsumer(withTokens(properties))) as unknown as NativeConsumer;

export const newProducer = (properties: ClientProperties): NativeProducer =>
  construct(client => new client.Producer(withTokens(properties))) as unknown as NativeProducer;

export const newAdmin = (properties: ClientProperties): NativeAdmin =>
  construct(client => client.AdminClient.create(withTokens(properties))) as unknown as NativeAdmin;

/** With what makes the tokens of a login to Amazon MSK, where the properties ask for that. */
function withTokens(properties: ClientProperties): ClientProperties {
  const region = mskRegionOf(properties);
  return region === null ? properties : { ...properties, oauthbearer_token_refresh_cb: mskTokens(region) };
}

/** @throws Fatal for properties that the client does not know, or a value that one cannot have. */
function construct<T>(make: (client: typeof RdKafka) => T): T {
  const client = loadClient();
  try {
    const made = make(client);
    tellTokenFailures(made);
    return made;
  } catch (error) {
    if (error instanceof Fatal) throw error;
    throw settingsRefused((error as Error).message.trim());
  }
}

/** How the log line of a token begins that cannot be made. */
export const NO_TOKEN = 'no token to log in with: ';

/**
 * A token that cannot be made, for which the client asks again after ten seconds. Without a listener this error would end the
 * process; and librdkafka itself logs nothing of it.
 */
function tellTokenFailures(made: unknown): void {
  const client = made as EventEmitter;
  client.on?.('error', (error: Error) => {
    const reason = error.message.replace(/^oauthbearer_token_refresh_cb: /, '');
    client.emit('event.log', { severity: 3, message: `${NO_TOKEN}${reason}` });
  });
}

/**
 * Files that cannot be used and properties that contradict each other are noticed only when a client connects. A producer
 * says so by one code, a consumer by the other; brokers that do not answer have codes of their own.
 */
const REFUSED_AT_CONNECT: ReadonlySet<number> = new Set([ERRORS.ERR__STATE, ERRORS.ERR_UNKNOWN]);

/**
 * @returns why no broker has answered within the time; `null` when one has.
 * @throws Fatal when the client refuses its settings.
 */
export async function connectOnce(client: NativeClient, timeoutMs: number): Promise<NativeError | null> {
  const error = await new Promise<NativeError | null>(resolve =>
    client.connect({ timeout: timeoutMs }, failed => resolve(failed ?? null)),
  );
  if (error === null || !REFUSED_AT_CONNECT.has(error.code)) return error;
  const { message, origin } = error;
  throw settingsRefused(
    /^(local|kafka|unknown|undefined)$/.test(`${origin}`) ? message : `${origin}: ${message}`,
  );
}

function settingsRefused(problem: string): Fatal {
  return new Fatal(`The Kafka client refuses its settings: ${problem}. Look at ${whereToLook(problem)}.`);
}

/** The client names these properties by their older names. */
const OLDER_NAMES: Readonly<Record<string, string>> = {
  'metadata.broker.list': 'bootstrap.servers',
  'queue.buffering.max.ms': 'linger.ms',
  'request.required.acks': 'acks',
  'message.send.max.retries': 'retries',
  'max.in.flight.requests.per.connection': 'max.in.flight',
};

/** The setting that decides the property which the client names; it names none where files or combinations are wrong. */
function whereToLook(problem: string): string {
  const named = /configuration property:? "([^"]+)"/i.exec(problem)?.[1];
  if (named === undefined) return 'kafka.custom and kafka.tls';
  const property = Object.hasOwn(OLDER_NAMES, named) ? OLDER_NAMES[named] : named;
  const settings = listedSettings.filter(({ setting }) => setting.librdkafka === property);
  return [...settings.map(({ path }) => path), 'kafka.custom'].join(' and ');
}

/** Loads the client when it is first needed: a package manager that runs no install scripts leaves it without its add-on. */
function loadClient(): typeof RdKafka {
  try {
    return createRequire(import.meta.url)('@confluentinc/kafka-javascript');
  } catch (error) {
    throw new Fatal(
      `The Kafka client does not load: ${String((error as Error).message).split('. Tried')[0]}\n` +
        'Its native add-on is made when the package is installed. Allow its install script (npm 11 and newer: ' +
        '"allowScripts" in package.json) and run: npm rebuild @confluentinc/kafka-javascript\n' +
        'Where no prebuilt add-on can be downloaded, set CKJS_LINKING=dynamic for that, with a C++ compiler and the ' +
        'development files of OpenSSL, SASL, curl, zstd, lz4 and zlib installed.',
    );
  }
}
