import { AbortBatch, Fenced } from '../errors.js';
import type { InputRecord, NextOffset } from '../kafka/ports.js';
import type { DeadLetterContent } from '../messages/process-record.js';
import type { BatchTally } from '../observe/counters.js';
import type { TimedOut } from '../observe/timed-out.js';
import { batchSize } from './batch-size.js';
import { ATTEMPTS_MAX, slowRecords } from './slow-records.js';

/** After this share of a batch's time no record is added: what was sent is committed. */
const ADD_SHARE = 0.25;

/** A batch that has failed after this share of its time has probably failed for want of it. */
const FAILED_SHARE = 0.5;

/** The transform of a larger record can take so long that a transaction that was begun before is over. */
const SMALL_RECORD_BYTES = 4 * 1024 * 1024;

/** The group takes a member for dead that does not poll for `consumer.max_poll_interval_ms`, 5 minutes by default. */
const POLL_GAP_MS = 1_000;

/**
 * Sees to it that batches are done in the time that they have: how much goes into one, what is tried again, and how. Time
 * counts from the first message that is handed over, as the brokers count it.
 */
export interface Pace {
  /** How many records are worth polling for the next batch. */
  recordsMax(): number;
  /** Records were polled, or would have been. */
  polled(): void;
  /** Whether it is time to poll for the group's sake, though records are left. */
  mustPoll(): boolean;
  /** Another batch begins, or the same one again. */
  begin(): void;
  /** Whether a record may be added to a batch that has others. */
  hasRoomFor(record: InputRecord, tally: BatchTally): boolean;
  timeIsUp(): boolean;
  /** The first message is about to be handed over. */
  sending(): void;
  committed(tally: BatchTally, nextOffsets: readonly NextOffset[]): void;
  /** @returns what there is to tell, when it was time that the batch lacked. */
  failed(error: unknown, records: readonly InputRecord[], tally: BatchTally): TimedOut | null;
  /** Whether it shall be found out first if it was the record, or the brokers, that made it fail alone. */
  doubts(record: InputRecord): boolean;
  /**
   * How long the brokers are left alone before they are asked, in milliseconds: `calmMs`, and twice as long after each
   * question that they did not answer in time. The lower a quota is, the longer it holds a client up for what it has sent, each
   * time anew.
   */
  calmMs(record: InputRecord): number;
  settle(record: InputRecord, brokersAnswered: boolean): void;
  /** Why a record shall become a dead letter, and how much of it; `null` = its rows are tried. */
  givesUp(record: InputRecord): { keep: DeadLetterContent; message: string } | null;
}

export interface PaceTimes {
  /** Within which a batch must be final, from its first message on. */
  timeMaxMs: number;
  /** How long brokers are left alone before they are asked about a record that was slow: at first, and at most. */
  calmMs: number;
  calmMsMax: number;
}

/**
 * @param configured the bounds of the config, never exceeded.
 */
export function keepPace(
  configured: { recordsMax: number; rowBytesMax: number },
  { timeMaxMs, calmMs, calmMsMax }: PaceTimes,
  now: () => number = () => performance.now(),
): Pace {
  const size = batchSize({ records: configured.recordsMax, rowBytes: configured.rowBytesMax }, timeMaxMs);
  const slow = slowRecords();
  let begunAt: number | null = null;
  let polledAt = now();
  /** The batch is one slow record: nothing is added to it. */
  let alone = false;

  const tookMs = (): number => (begunAt === null ? 0 : now() - begunAt);
  const timeIsUp = (): boolean => tookMs() >= timeMaxMs * ADD_SHARE;

  return {
    recordsMax: () => size.max().records,
    polled: () => {
      polledAt = now();
    },
    mustPoll: () => now() - polledAt >= POLL_GAP_MS,
    begin: () => {
      begunAt = null;
      alone = false;
    },
    hasRoomFor: (record, { records, rowBytes }) => {
      const max = size.max();
      return (
        records < max.records &&
        rowBytes < max.rowBytes &&
        !alone &&
        !slow.has(record) &&
        (record.value?.length ?? 0) <= SMALL_RECORD_BYTES &&
        !timeIsUp()
      );
    },
    timeIsUp,
    sending: () => {
      begunAt ??= now();
    },
    committed: ({ records, rowBytes }, nextOffsets) => {
      // One slow record says nothing of the others, and how long its dead letter took says nothing of rows.
      if (!alone) size.committed({ records, rowBytes }, tookMs());
      slow.committed(nextOffsets);
    },
    failed: (error, records, tally) => {
      const took = tookMs();
      const [first] = records;
      if (!(error instanceof Fenced || error instanceof AbortBatch)) return null;
      if (first === undefined || begunAt === null || took < timeMaxMs * FAILED_SHARE) return null;
      const batch = { records: tally.records, rowBytes: tally.rowBytes };
      const about = { batch, tookMs: took, timeMaxMs };
      if (batch.records > 1) return { ...about, next: size.timedOut(batch) };
      slow.failedAlone(first);
      return { ...about, next: { record: first, attemptsMax: ATTEMPTS_MAX } };
    },
    doubts: record => {
      alone ||= slow.has(record);
      return slow.inDoubt(record);
    },
    calmMs: record => Math.min(calmMs * 2 ** slow.unanswered(record), calmMsMax),
    settle: (record, brokersAnswered) => void slow.settle(record, brokersAnswered),
    givesUp: record => {
      const worth = slow.worth(record);
      if (worth === 'rows') return null;
      const message =
        `its rows were not written within ${timeMaxMs} ms (producer.transaction_timeout_ms), ` +
        `${ATTEMPTS_MAX} times in a row, while the brokers answered in time`;
      return { keep: KEPT[worth], message };
    },
  };
}

const KEPT = {
  dead_letter: 'all',
  dead_letter_without_value: 'no_value',
  coordinates: 'nothing',
} as const;
