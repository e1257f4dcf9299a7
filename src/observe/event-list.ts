import type { Coordinates, TopicPartition } from '../kafka/ports.js';
import type { BatchTally, Counters } from './counters.js';

/**
 * The one list of what happens to a worker: the names of events, and the fields that each has in its log line and as an object.
 * `events.ts` can tell of no other.
 */
export interface EventFields {
  /** The worker is connected and asks for its place in the group. */
  started: {
    group: string;
    instance: string;
    inputs: readonly string[];
    delivery: string;
    rowFormat: string;
  };
  /** No broker answers, and it still tries. */
  brokers_away: { client: string; waitedSeconds: number };
  connected: { client: string; waitedSeconds?: number };
  /** Something went wrong with a connection; the client recovers by itself. */
  connection_error: { client: string };
  topic_created: { topic: string; partitions: number; replicas: number };
  /** It goes on without having checked the topics. */
  topics_unchecked: object;
  /** An input that does not exist, or a pattern that matches none. */
  input_missing: { input: string };
  /** One that was missing, and the topics that are there now. */
  input_found: { input: string; topics: readonly string[] };
  /** The group has no committed offset for partitions that hold records. */
  offsets_missing: {
    topic: string;
    partitions: readonly number[];
    records: number;
    /** How many of the partitions of the topic that came with them have one. */
    othersKnown: number;
  };
  /** The group gave it partitions; `owned` is how many it has now. */
  assigned: { owned: number };
  /** It gave partitions up. */
  revoked: { owned: number };
  /** The group took it for dead, and its partitions are those of others. */
  lost: { owned: number };
  /** A record, or items of it, became a dead letter, which is committed. */
  dead_lettered: Coordinates & { stage: string; reason: string };
  /** otelrows failed at a record, which became a dead letter. */
  defect: Coordinates & { err: Error };
  /** A dead letter has no value, since that is too large or was too slow. */
  dead_letter_value_left_out: Coordinates & { bytes: number };
  /** Records hold something, and yet no item. Told at once, and then every ten minutes at most with how many they were. */
  suspicious_records: Coordinates & { records: number };
  /** A topic takes only smaller messages than `producer.max_message_bytes`. */
  topic_limit_found: { topic: string; bytesMax: number };
  /** What the topics take could not be found out. */
  topic_limit_unknown: object;
  /** Rows, dead letters and offsets of a batch are kept. */
  committed: ToldCounts<Omit<BatchTally, 'deadLetters' | 'suspicious'>> & { tookMs: number };
  /** Nothing of a batch was kept, and it is done again. */
  aborted: { retryMs: number };
  /** A batch was not done in its time. Either the next ones are smaller, or the record that was alone is tried again. */
  batch_timed_out: { records: number; rowBytes: number; tookMs: number; timeMaxMs: number } & (
    | Coordinates
    | { recordsMax: number; rowBytesMax: number }
  );
  /** The committed offsets cannot be read, and nothing is processed before they can. */
  offsets_unknown: { retryMs: number };
  producer_replaced: { retryMs: number };
  poll_failed: { retryMs: number };
  /** Records were deleted by their topic before they were read, so they have no rows. */
  records_missed: TopicPartition & { from: number; to: number };
  /** The fast transform failed at a record, and the plain one took its place. */
  kernel_failed: Coordinates;
  /** A function of `transform.module` says something: fields of its own, and where the record is. */
  transform_said: Readonly<Record<string, unknown>>;
  /** What was done since the last one. Silent when nothing was. */
  progress: {
    records: number;
    rows: number;
    rowsPerSecond: number;
    truncated: number;
    filtered: number;
    deadLettered: number;
    lag?: number;
  };
  /** The worker has left the group; what it has done in all. */
  stopped: ToldCounts<Counters>;
}

/** The name of an event. */
export type EventName = keyof EventFields;

/** How loud an event is told. */
export type EventLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * Something that happened to a worker: what its log line has. Names and fields are kept in minor versions, in which new ones
 * come; the words of `message` and the level may change in any.
 */
export type WorkerEvent = {
  [Name in EventName]: EventFields[Name] & {
    readonly event: Name;
    readonly level: EventLevel;
    readonly message: string;
  };
}[EventName];

/** What counters have as maps. */
export type ByName = 'withoutItemsBy' | 'functionCounts' | 'functionDrops';

/** Counts without what is by topic, and with objects instead of maps. */
export type ToldCounts<Counts> = Omit<Counts, ByName | 'transformMs'> & {
  transformMs: number;
  functionCounts: Readonly<Record<string, number>>;
  functionDrops: Readonly<Record<string, number>>;
};
