/**
 * What we need of Kafka, in our own words. `confluent/` implements it with the native client; nothing else imports that client,
 * and what runs is put together with it at the edge: main.ts, worker-main.ts, create-processor.ts. Every method that fails throws a
 * `KafkaFailure`.
 */
import type { ApiVersions } from './broker-release.js';
import type { ClientOptions } from './client-options.js';
import type { ConnectOptions } from './connection.js';
import type { ConnectionTrouble } from './connection-trouble.js';

/** A partition of a topic. */
export interface TopicPartition {
  topic: string;
  partition: number;
}

/** `offset` is where reading starts next: one past the last record that was read. */
export interface NextOffset extends TopicPartition {
  offset: number;
  /** A text that the group coordinator keeps beside a committed offset; brokers take up to 4096 bytes. */
  metadata?: string;
}

/** What the group coordinator has for a partition; `null` = no offset was committed yet. */
export interface CommittedOffset extends TopicPartition {
  offset: number | null;
  metadata?: string;
}

export interface Header {
  key: string;
  value: Buffer;
}

/** Where a record is. */
export interface Coordinates extends TopicPartition {
  offset: number;
}

/** A Kafka message in: one raw OTLP export request, as some exporter wrote it. */
export interface InputRecord extends Coordinates {
  key: Buffer | null;
  value: Buffer | null;
  headers: readonly Header[];
  /** Milliseconds since 1970, from the exporter or the broker. */
  timestampMs: number | null;
}

export type RebalanceEvent =
  /** `partitions` are added to what is owned (cooperative) or are all that is owned (eager). */
  | { kind: 'assigned'; partitions: readonly TopicPartition[] }
  /** `partitions` are to be given up; `lost` means that another member may own them already. */
  | { kind: 'revoked'; partitions: readonly TopicPartition[]; lost: boolean };

export interface InputConsumer {
  /** Joins the group and subscribes. Events arrive through `onRebalance` while `poll` runs. */
  subscribe(topics: readonly (string | RegExp)[]): void;
  /**
   * The next records of the owned partitions, in offset order per partition: at most `recordsMax`, none after
   * `timeoutMs` without any.
   */
  poll(recordsMax: number, timeoutMs: number): Promise<InputRecord[]>;
  /** The group waits until an event is answered by `accept`: until then nothing is given up and nothing begins. */
  onRebalance(listener: (event: RebalanceEvent) => void): void;
  /** Answers a rebalance event: takes or gives up its partitions. */
  accept(event: RebalanceEvent): void;
  /** True from the moment the group has thrown this member out until the revoke event is accepted. */
  assignmentLost(): boolean;
  /** Committed next offsets as the group coordinator has them, once no transaction is pending on them; `null` = none yet. */
  committed(partitions: readonly TopicPartition[]): Promise<CommittedOffset[]>;
  seek(position: NextOffset): Promise<void>;
  /** For `delivery: at_least_once` only: exactly-once commits through `OutputProducer.sendOffsets`. */
  commit(offsets: readonly NextOffset[]): Promise<void>;
  /** Where reading goes on, of the partitions that have been read from. */
  positions(partitions: readonly TopicPartition[]): NextOffset[];
  /** Lowest and next offset of a partition that has been fetched from, as last seen. */
  watermarks(partition: TopicPartition): { low: number; high: number } | null;
  /** Asks a broker for the next offset of a partition: not what fetching has seen of it. @throws KafkaFailure */
  askEnd(partition: TopicPartition): Promise<number>;
  /** The same, and the lowest offset that is kept. @throws KafkaFailure */
  askRange(partition: TopicPartition): Promise<{ low: number; high: number }>;
  /**
   * Asks a broker which of these topics there are, or all topics: their numbers of partitions, by name. Creates none. When
   * all are asked for, the client joins its group again for what has changed among those that it subscribes to.
   * @throws KafkaFailure
   */
  askTopics(names: readonly string[] | 'all'): Promise<Map<string, number>>;
  /** What the client knew a few seconds ago; `null` until it has told for the first time. */
  statistics(): ConsumerStatistics | null;
  /** Leaves the group, also as a static member, and closes the connections. */
  disconnect(): Promise<void>;
}

/** What a poll of a reader brought. */
export interface ReadRecords {
  records: InputRecord[];
  /** Partitions that were read to their end of now, which is this offset: markers of transactions count as well. */
  ends: NextOffset[];
}

/** Reads committed records of given partitions without being a member of a group, so it disturbs nobody. */
export interface TopicReader {
  /**
   * Reads these partitions and no others, each from its offset; where that is gone already, from the lowest that is kept.
   */
  assign(positions: readonly NextOffset[]): void;
  /** The next records, in offset order per partition: at most `recordsMax`, none after `timeoutMs` without any. */
  poll(recordsMax: number, timeoutMs: number): Promise<ReadRecords>;
  /** Reads no more of these partitions until the next `assign`. Records that were fetched already may still come. */
  release(partitions: readonly TopicPartition[]): void;
  /** As `InputConsumer.committed`, of the group that the reader was made for. */
  committed(partitions: readonly TopicPartition[]): Promise<(TopicPartition & { offset: number | null })[]>;
  disconnect(): Promise<void>;
}

/** A consumer of partitions that it was given. It commits offsets under the name of a group that it never joins. */
export interface AssignedConsumer extends InputConsumer {
  /** Begins to read these partitions, each from its offset. */
  begin(positions: readonly NextOffset[]): void;
  /** Ends reading these partitions. */
  end(partitions: readonly TopicPartition[]): void;
  /**
   * Sets the committed offsets of the group from outside: all of them, or none.
   * @throws KafkaFailure of the kind `group_active` while the group has members.
   */
  commitFromOutside(offsets: readonly NextOffset[]): Promise<void>;
}

export interface ConsumerStatistics {
  /** Whether a connection to any broker stands. */
  brokersUp: boolean;
  /** Where fetching goes on; `null` while something that was fetched has not been read. */
  nextFetch(partition: TopicPartition): number | null;
  /** How many records of a partition were fetched and not read. */
  fetchedCount(partition: TopicPartition): number;
  /** Up to where a reader of committed records gets: the first open transaction, or the end; `null` when not known. */
  stableEnd(partition: TopicPartition): number | null;
}

export interface OutputProducer {
  /**
   * Hands a message to the client's send queue. Returns false when the queue is full: wait with `drain` and call again.
   *
   * @param partition left out, the message goes where `producer.partitioner` sends its key.
   */
  send(
    topic: string,
    key: Buffer | null,
    value: Buffer | null,
    headers?: readonly Header[],
    partition?: number,
  ): boolean;
  /**
   * How many partitions a topic has: as a broker has told within `kafka.metadata.refresh_interval_ms`, as long as the client
   * itself goes by what it knows.
   *
   * @throws KafkaFailure also for a topic that does not exist, or that this user may not see.
   */
  partitionCount(topic: string): Promise<number>;
  /** Waits about a second for the broker's answers; true once the send queue is empty. */
  drain(): Promise<boolean>;
  /**
   * Whether every partition of these topics takes a small message without a value within the time. For a transaction that
   * is aborted afterwards: nobody shall ever read it.
   */
  reaches(topics: readonly string[], timeoutMs: number): Promise<boolean>;
  /**
   * How many messages failed since the last call, and how many of them as larger than their topic takes. Counted with
   * `delivery: at_least_once` only.
   */
  takeFailures(): { failedCount: number; tooLargeCount: number };
  /** How often something went wrong with a connection so far. The client then sends again what was not answered. */
  connectionErrors(): number;
  initTransactions(): Promise<void>;
  beginTransaction(): Promise<void>;
  /** Adds the consumer's next offsets, with its group membership, to the transaction. */
  sendOffsets(offsets: readonly NextOffset[], consumer: InputConsumer): Promise<void>;
  commitTransaction(): Promise<void>;
  abortTransaction(): Promise<void>;
  disconnect(): Promise<void>;
}

/** Tries what a topic takes. Nothing that it sends is ever committed. */
export interface LimitProbe {
  /** Whether the topic takes a message of so many bytes: key, value and headers before compression, and what frames them. */
  accepts(topic: string, bytes: number): Promise<boolean>;
  close(): Promise<void>;
}

export interface PartitionInfo {
  partition: number;
  /** -1 = no leader: the partition cannot be read or written now. */
  leader: number;
  replicas: number;
  inSyncReplicas: number;
}

export interface TopicInfo {
  topic: string;
  partitions: PartitionInfo[];
  /** What the connected user may do, where the broker tells: `read`, `write`, `describe`, `create`, … */
  allowed: string[] | null;
}

export interface NewTopic {
  topic: string;
  /** -1 = the broker's default. */
  partitions: number;
  /** -1 = the broker's default. */
  replicationFactor: number;
  /** Topic configs, such as `cleanup.policy`; what is not here is as the broker has it. */
  config: Readonly<Record<string, string>>;
}

/**
 * A place in a partition: `earliest`, the lowest offset that is kept; `end`, one past the last record, those of open
 * transactions included; `stable_end`, as far as a reader of committed records gets now; or the first record, of open
 * transactions too, that is not older than a time in milliseconds since 1970.
 */
export type Place = 'earliest' | 'end' | 'stable_end' | { sinceMs: number };

export interface KafkaAdmin {
  topicNames(): Promise<string[]>;
  /** `null` for a topic that does not exist. Never creates one. */
  describeTopic(topic: string): Promise<TopicInfo | null>;
  /** @returns false when the topic was there already. */
  createTopic(topic: NewTopic): Promise<boolean>;
  /** The offset of a place in each partition; `null` where no record is as new as a time. */
  offsetsAt(
    place: Place,
    partitions: readonly TopicPartition[],
  ): Promise<(TopicPartition & { offset: number | null })[]>;
  /** Whether a group has members now. False also for one that this user may not see. */
  hasMembers(group: string): Promise<boolean>;
  disconnect(): void;
}

/**
 * What makes clients. Those that connect wait until a broker answers, as `ConnectOptions` says.
 * @throws Fatal where waiting would not help: credentials that are refused, settings that the client does not take.
 */
export interface KafkaClients {
  /** It joins its group when `subscribe` is called. */
  connectConsumer(properties: ClientOptions, options: ConnectOptions): Promise<InputConsumer>;
  /** @param properties those of `readerOptions`, under the name of the group whose offsets are read and committed. */
  connectAssignedConsumer(properties: ClientOptions, options: ConnectOptions): Promise<AssignedConsumer>;
  connectReader(properties: ClientOptions, options: ConnectOptions): Promise<TopicReader>;
  /**
   * @param options.deliveryReports asks the broker's answer for each message, which `takeFailures` counts. A transaction
   * does not need them: its commit fails when a message did.
   */
  connectProducer(
    properties: ClientOptions,
    options: ConnectOptions & { deliveryReports: boolean },
  ): Promise<OutputProducer>;
  connectAdmin(properties: ClientOptions): KafkaAdmin;
  connectLimitProbe(properties: ClientOptions, options: ConnectOptions): Promise<LimitProbe>;
}

/** What decides whether a topic can be created, asked without creating one. */
export interface CreationProbe {
  brokerCount(): Promise<number>;
  /** Whether this user may create that topic. True also where the brokers do not say. */
  mayCreate(topic: string): Promise<boolean>;
  disconnect(): Promise<void>;
}

/** What only those who look at brokers ask, and nobody who works with them: `otelrows check`. */
export interface KafkaProbes {
  /**
   * Asks the first broker that answers which requests it understands.
   *
   * @returns no versions when no broker answered within the time, and what went wrong first with each address.
   */
  askApiVersions(
    properties: ClientOptions,
    timeoutMs: number,
  ): Promise<{ versions: ApiVersions; troubles: ConnectionTrouble[] }>;
  /** @throws KafkaFailure when no broker answers. */
  connectCreationProbe(properties: ClientOptions): Promise<CreationProbe>;
  /**
   * Which of the topics are compacted.
   *
   * @param properties of a transactional producer, under a name that no worker has.
   * @throws KafkaFailure when this user may not write transactions.
   */
  findCompacted(
    properties: ClientOptions,
    topics: readonly string[],
    options: ConnectOptions,
  ): Promise<string[]>;
}

/** A stand-in for brokers, in this process. */
export interface MockCluster {
  /** `host:port`, joined by commas. */
  brokers: string;
  /** It answers no request to create topics; it makes them when a producer first asks about them. */
  createTopic(topic: string): Promise<void>;
  stop(): Promise<void>;
}

/** All that the client library does for us. */
export interface Kafka extends KafkaClients, KafkaProbes {
  startMockCluster(): Promise<MockCluster>;
}
