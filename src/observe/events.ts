import type { ConnectionEvents } from '../kafka/connection.js';
import { partitionName, recordName } from '../kafka/names.js';
import type { InputRecord, RebalanceEvent, TopicPartition } from '../kafka/ports.js';
import type { FunctionLog } from '../transform/functions/function-log.js';
import { type BatchTally, type Counters, countBatch, zeroCounters } from './counters.js';
import type { ByName, EventFields, EventLevel, EventName, ToldCounts, WorkerEvent } from './event-list.js';
import type { EventLog } from './log.js';
import { nowAndThen } from './now-and-then.js';
import type { TimedOut } from './timed-out.js';
import { keepStatus, missingInput, type PartitionLag, totalLag, type WorkerStatus } from './worker-status.js';

/**
 * Everything that happens to a worker and that someone should be able to see. Each event is one log line, with its name
 * in the field `event`, and moves its counter, so nothing is dropped without a trace.
 */
export interface Events extends ConnectionEvents {
  readonly counters: Readonly<Counters>;
  /** Where the worker is, as far as events tell. */
  status(): WorkerStatus;
  started(about: {
    group: string;
    instance: string;
    inputs: string[];
    delivery: string;
    rowFormat: string;
  }): void;
  /** @param because why it got so many partitions. */
  topicCreated(topic: string, partitions: number, replicas: number, because: string): void;
  /** A topic, or a pattern that matches none. */
  inputMissing(input: string): void;
  /** One that was missing, and the topics that are there now. */
  inputFound(input: string, topics: readonly string[]): void;
  /** All inputs that are missing now: no line, only the status. */
  inputsLooked(missing: readonly string[]): void;
  /**
   * The group has no committed offset for these partitions, which hold so many records.
   * @param about.othersKnown how many of the partitions of the topic that came with them have one.
   */
  offsetsMissing(about: { topic: string; partitions: number[]; records: number; othersKnown: number }): void;
  /** The broker did not answer what topics there are. */
  topicsUnchecked(reason: string): void;
  rebalanced(event: RebalanceEvent, owned: readonly TopicPartition[]): void;
  deadLettered(record: InputRecord, problem: { stage: string; reason: string; message: string }): void;
  /** otelrows failed at this record, which became a dead letter. */
  defect(record: InputRecord, error: Error): void;
  /** The record was too large for its dead letter, or too slow with it, which therefore has no value. */
  valueLeftOut(record: InputRecord): void;
  /**
   * Records of a topic that hold something, and yet no item: every one is counted with its batch, and now and then there is
   * a line about one.
   * @param count of the batch.
   * @param description of the first of them.
   */
  suspicious(record: InputRecord, count: number, description: string): void;
  /** A topic takes only smaller messages than `producer.max_message_bytes`. */
  topicLimitFound(topic: string, bytesMax: number): void;
  /** What the topics take could not be found out. */
  topicLimitUnknown(reason: string): void;
  committed(tally: BatchTally, tookMs: number): void;
  aborted(reason: string, retryMs: number): void;
  /** A batch was too large for the time that it has; the failure itself is told as what it was. */
  batchTimedOut(timedOut: TimedOut): void;
  /** Neither kept nor done again yet: the coordinator has not told where reading goes on. */
  offsetsUnknown(reason: string, retryMs: number): void;
  producerReplaced(reason: string, retryMs: number): void;
  pollFailed(reason: string, retryMs: number): void;
  /** Their topic had deleted them, from one offset up to another, before they were read. */
  recordsMissed(missed: TopicPartition & { from: number; to: number }): void;
  /** A function of `transform.module` says something. @param fields of its own, and where the item is. */
  transformSaid: FunctionLog;
  /** A defect of the kernel, and the plain transform took its place for this record. */
  kernelFailed(record: InputRecord, reason: string): void;
  /** What was measured in passing: no line, only the status. */
  measured(lags: readonly PartitionLag[], brokersUp: boolean): void;
  /** A summary since the last one; silent when nothing happened. */
  progress(): void;
  stopped(): void;
}

/** A sender that is wrong is wrong in every record. */
const SUSPICIOUS_INTERVAL_MS = 10 * 60_000;

/** Wants to see every batch, not only the sums. */
export type BatchObserver = (tally: BatchTally, tookMs: number) => void;

/**
 * @param rules the names of those that the worker applies.
 * @param onEvent is told what the log is told, of every level.
 */
export function createEvents(
  log: EventLog,
  observeBatch: BatchObserver = () => undefined,
  rules: readonly string[] = [],
  onEvent: (event: WorkerEvent) => void = () => undefined,
): Events {
  const tell = <Name extends EventName>(
    level: EventLevel,
    event: Name,
    fields: EventFields[Name],
    message: string,
  ): void => {
    log[level]({ event, ...fields }, message);
    // Functions of users name their own fields.
    onEvent({ ...fields, event, level, message } as WorkerEvent);
  };
  const counters = zeroCounters(rules);
  const keeper = keepStatus();
  const suspiciousNow = nowAndThen(SUSPICIOUS_INTERVAL_MS);
  let reported = zeroCounters();
  let reportedAt = performance.now();

  return {
    counters,
    status: keeper.status,
    started: about => {
      keeper.started();
      tell('info', 'started', { ...about }, 'worker started');
    },
    brokersAway: (client, reason, waitedMs) =>
      tell(
        'warn',
        'brokers_away',
        { client, waitedSeconds: seconds(waitedMs) },
        `${client}: no broker answers, still trying: ${reason}`,
      ),
    connected: (client, waitedMs) => {
      if (waitedMs > 5_000) {
        tell('info', 'connected', { client, waitedSeconds: seconds(waitedMs) }, `${client}: connected`);
      } else {
        tell('debug', 'connected', { client }, `${client}: connected`);
      }
    },
    connectionError: (client, reason) => tell('warn', 'connection_error', { client }, `${client}: ${reason}`),
    topicCreated: (topic, partitions, replicas, because) =>
      tell(
        'info',
        'topic_created',
        { topic, partitions, replicas },
        `created topic ${topic} (partitions: ${partitions}, ${because}; replicas: ${replicas})`,
      ),
    topicsUnchecked: reason =>
      tell('warn', 'topics_unchecked', {}, `going on without having checked the topics: ${reason}`),
    inputMissing: input =>
      tell('warn', 'input_missing', { input }, `${missingInput(input)}: looking for it every few seconds`),
    inputFound: (input, topics) =>
      tell(
        'info',
        'input_found',
        { input, topics },
        `the missing input ${input} is there and will be read: ${topics.join(', ')}`,
      ),
    inputsLooked: keeper.inputsLooked,
    offsetsMissing: ({ topic, partitions, records, othersKnown }) =>
      tell(
        othersKnown > 0 ? 'error' : 'warn',
        'offsets_missing',
        { topic, partitions, records, othersKnown },
        `the group has no committed offset for ${topic}, partitions ${partitions.join(', ')}` +
          `${othersKnown > 0 ? `, but for ${othersKnown} others of it` : ''}: reading begins where consumer.auto_offset_reset ` +
          `says, and the brokers keep ${records} records of them. Expected of a new group, and of new partitions. Else its ` +
          "offsets have expired (the brokers' offsets.retention.minutes) or the topic was created again, and with earliest " +
          'what had become rows does so once more',
      ),
    rebalanced: (event, owned) => {
      counters.rebalances += 1;
      if (event.kind === 'revoked' && event.lost) counters.timesLost += 1;
      keeper.rebalanced(event, owned.length);
      tell(
        'info',
        event.kind === 'assigned' ? 'assigned' : event.lost ? 'lost' : 'revoked',
        { owned: owned.length },
        `${describe(event)}; this worker now owns ${owned.length} partitions`,
      );
    },
    deadLettered: (record, problem) =>
      tell(
        'warn',
        'dead_lettered',
        { ...coordinates(record), stage: problem.stage, reason: problem.reason },
        `dead letter: ${recordName(record)}: ${problem.message}`,
      ),
    defect: (record, error) => {
      counters.defects += 1;
      tell(
        'error',
        'defect',
        { ...coordinates(record), err: error },
        `${recordName(record)}: otelrows failed at this record, which is a bug in it; the record is a dead letter, and the ` +
          `worker goes on. Please report this: ${error.message}`,
      );
    },
    valueLeftOut: record =>
      tell(
        'error',
        'dead_letter_value_left_out',
        { ...coordinates(record), bytes: record.value?.length ?? 0 },
        'the record is larger than a message to the dead-letter topic may be, or took too long to be written there, so ' +
          'its dead letter has no value: fetch it from its coordinates before the input topic deletes it',
      ),
    suspicious: (record, count, description) => {
      const records = suspiciousNow(record.topic, count);
      if (records === 0) return;
      tell(
        'warn',
        'suspicious_records',
        { ...coordinates(record), records },
        `${recordName(record)} makes no rows: it ${description}` +
          (records === 1 ? '' : `. There are ${records} such records of this topic since the last such line`),
      );
    },
    topicLimitFound: (topic, bytesMax) =>
      tell(
        'warn',
        'topic_limit_found',
        { topic, bytesMax },
        `topic ${topic} takes messages of up to about ${bytesMax} bytes (its max.message.bytes), less than ` +
          'producer.max_message_bytes: oversize.policy decides about larger rows',
      ),
    topicLimitUnknown: reason =>
      tell(
        'warn',
        'topic_limit_unknown',
        {},
        `a batch was refused as too large, but what the topics take could not be found out: ${reason}. ` +
          'Set producer.max_message_bytes to the smallest max.message.bytes of the topics',
      ),
    committed: (tally, tookMs) => {
      countBatch(counters, tally);
      keeper.committed();
      observeBatch(tally, tookMs);
      const { deadLetters: _, suspicious: __, ...counts } = tally;
      tell('debug', 'committed', { ...told(counts), tookMs: Math.round(tookMs) }, 'committed');
    },
    aborted: (reason, retryMs) => {
      counters.aborts += 1;
      tell('warn', 'aborted', { retryMs }, `batch aborted, nothing of it was kept, trying again: ${reason}`);
    },
    batchTimedOut: timedOut => {
      counters.batchesTimedOut += 1;
      const { batch, tookMs, timeMaxMs, next } = timedOut;
      tell(
        'warn',
        'batch_timed_out',
        {
          records: batch.records,
          rowBytes: batch.rowBytes,
          tookMs: Math.round(tookMs),
          timeMaxMs,
          ...('record' in next
            ? coordinates(next.record)
            : { recordsMax: next.records, rowBytesMax: next.rowBytes }),
        },
        describeTimedOut(timedOut),
      );
    },
    offsetsUnknown: (reason, retryMs) =>
      tell(
        'warn',
        'offsets_unknown',
        { retryMs },
        `the committed offsets cannot be read, asking again before anything is processed: ${reason}`,
      ),
    producerReplaced: (reason, retryMs) => {
      counters.producersReplaced += 1;
      tell(
        'warn',
        'producer_replaced',
        { retryMs },
        `replacing the producer and going on from the committed offsets: ${reason}`,
      );
    },
    pollFailed: (reason, retryMs) => {
      counters.pollFailures += 1;
      tell('warn', 'poll_failed', { retryMs }, `cannot read: ${reason}`);
    },
    recordsMissed: ({ from, to, ...at }) => {
      counters.missedRecords += to - from;
      tell(
        'error',
        'records_missed',
        { ...at, from, to },
        `${partitionName(at)}: ${to - from} records from offset ${from} on were deleted by their topic before this group ` +
          'had read them, so they have no rows. Make its retention longer, or add workers if they cannot keep up',
      );
    },
    kernelFailed: (record, reason) => {
      counters.kernelFailures += 1;
      tell(
        'error',
        'kernel_failed',
        { ...coordinates(record) },
        `${recordName(record)}: the fast transform failed (${reason}). The plain one took its place, so what became of the ` +
          'record is right, only slower; please report this with the record',
      );
    },
    transformSaid: (level, message, fields) => tell(level, 'transform_said', fields, message),
    measured: keeper.measured,
    progress: () => {
      const { lags } = keeper.status();
      const elapsedSeconds = (performance.now() - reportedAt) / 1000;
      const records = counters.records - reported.records;
      const rows = counters.rows - reported.rows;
      if (records > 0) {
        tell(
          'info',
          'progress',
          {
            records,
            rows,
            rowsPerSecond: Math.round(rows / elapsedSeconds),
            truncated: counters.truncated - reported.truncated,
            filtered: counters.filtered - reported.filtered,
            deadLettered: deadLettered(counters) - deadLettered(reported),
            ...(lags.length === 0 ? {} : { lag: totalLag(lags) }),
          },
          'progress',
        );
      }
      reported = { ...counters };
      reportedAt = performance.now();
    },
    stopped: () => {
      keeper.stopped();
      tell('info', 'stopped', told(counters), `worker stopped: ${describeWork(counters)}`);
    },
  };
}

/** What a person wants to know of a worker that ends: its log line has the rest. */
function describeWork(counters: Counters): string {
  const { records, rows, filtered, aborts, missedRecords } = counters;
  const parts: [number, string][] = [
    [filtered, 'items filtered'],
    [deadLettered(counters), 'dead letters'],
    [missedRecords, 'records missed'],
    [aborts, 'batches aborted'],
  ];
  const others = parts.filter(([count]) => count > 0).map(([count, what]) => `, ${count} ${what}`);
  return `${records} records, ${rows} rows${others.join('')}`;
}

/** Counts as an event has them: without those by topic, of which there may be any number, and none of them a map. */
function told<Counts extends Pick<Counters, 'transformMs' | ByName>>(counts: Counts): ToldCounts<Counts> {
  const { withoutItemsBy: _, functionCounts, functionDrops, transformMs, ...others } = counts;
  return {
    ...others,
    transformMs: Math.round(transformMs),
    functionCounts: Object.fromEntries(functionCounts),
    functionDrops: Object.fromEntries(functionDrops),
  };
}

function deadLettered(counters: Counters): number {
  return counters.deadLetteredItems + counters.deadLetteredRecords;
}

function describe(event: RebalanceEvent): string {
  const count = event.partitions.length;
  if (event.kind === 'assigned') return `${count} partitions assigned`;
  return event.lost
    ? `${count} partitions lost: the group took this worker for dead`
    : `${count} partitions revoked`;
}

function describeTimedOut({ batch, tookMs, timeMaxMs, next }: TimedOut): string {
  const time = `was not done after ${Math.round(tookMs)} ms of the ${timeMaxMs} ms that it may take`;
  if ('record' in next) {
    return (
      `${recordName(next.record)}, alone in its batch, ${time}. It is tried again; after ${next.attemptsMax} attempts in a ` +
      'row, each with brokers that answer otherwise, it becomes a dead letter'
    );
  }
  return (
    `a batch of ${batch.records} records (${batch.rowBytes} bytes of rows) ${time}: too much for the brokers, the network or ` +
    `a quota. The next ones have at most ${next.records} records and ${next.rowBytes} bytes of rows, and more again when ` +
    'those are quick'
  );
}

function coordinates({ topic, partition, offset }: InputRecord) {
  return { topic, partition, offset };
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
