import type { DeadLetterReason } from '../dead-letter-reasons.js';
import type { InputRecord } from '../kafka/ports.js';

/** What a worker has done since it started. Only committed batches count, but for the troubles at the end. */
export interface Counters {
  records: number;
  /** Spans, log records and data points. Always `rows + filtered + deadLetteredItems`. */
  items: number;
  rows: number;
  /** Of the rows' values, before compression. */
  rowBytes: number;
  /** Rows that are shorter than their item, to fit into a message. */
  truncated: number;
  /** Items of a kind that is switched off. */
  filtered: number;
  /** Records whose rows the plain transform made, because the kernel does not take such. */
  plainRecords: number;
  /** Items whose row could not be sent. */
  deadLetteredItems: number;
  /** The same, by reason. */
  deadLetteredItemsBy: ByReason;
  /** Records that could not be decoded; their items are unknown. */
  deadLetteredRecords: number;
  /** The same, by reason. */
  deadLetteredRecordsBy: ByReason;
  /** Spent making rows of records. */
  transformMs: number;
  batches: number;
  aborts: number;
  producersReplaced: number;
  pollFailures: number;
  /** Records for which the plain transform took the place of the kernel, because that failed. */
  kernelFailures: number;
  /** Records that their topic had deleted before they were read. */
  missedRecords: number;
  rebalances: number;
  /** Times the group took this worker for dead. */
  timesLost: number;
}

export type ByReason = Partial<Record<DeadLetterReason, number>>;

/** What every batch adds to. */
const SUMMED = [
  'records',
  'items',
  'rows',
  'rowBytes',
  'truncated',
  'filtered',
  'plainRecords',
  'deadLetteredItems',
  'deadLetteredRecords',
  'transformMs',
] as const satisfies readonly (keyof Counters)[];

/** What one batch adds. */
export interface BatchTally extends Pick<Counters, (typeof SUMMED)[number]> {
  /** When the oldest record of the batch was written, in milliseconds since 1970; `null` when no record says. */
  oldestMs: number | null;
  /** Told of once they are committed: a batch that is done again sends them again. */
  deadLetters: DeadLetterNote[];
}

/** A dead letter that was sent. */
export interface DeadLetterNote {
  record: InputRecord;
  /** With `itemIndexes` it is some items of the record, otherwise the whole. */
  problem: { stage: string; reason: DeadLetterReason; message: string; itemIndexes?: readonly number[] };
  /** The record was too large even for its dead letter, which therefore has no value. */
  valueLeftOut: boolean;
}

export function zeroCounters(): Counters {
  const { oldestMs: _, deadLetters: __, ...sums } = zeroTally();
  return {
    ...sums,
    deadLetteredItemsBy: {},
    deadLetteredRecordsBy: {},
    batches: 0,
    aborts: 0,
    producersReplaced: 0,
    pollFailures: 0,
    kernelFailures: 0,
    missedRecords: 0,
    rebalances: 0,
    timesLost: 0,
  };
}

export function zeroTally(): BatchTally {
  return {
    records: 0,
    items: 0,
    rows: 0,
    rowBytes: 0,
    truncated: 0,
    filtered: 0,
    plainRecords: 0,
    deadLetteredItems: 0,
    deadLetteredRecords: 0,
    transformMs: 0,
    oldestMs: null,
    deadLetters: [],
  };
}

/** Notes a record of the batch. */
export function countRecord(tally: BatchTally, timestampMs: number | null): void {
  tally.records += 1;
  if (timestampMs !== null && (tally.oldestMs === null || timestampMs < tally.oldestMs))
    tally.oldestMs = timestampMs;
}

/** Adds a batch that was committed. */
export function countBatch(counters: Counters, tally: BatchTally): void {
  counters.batches += 1;
  for (const name of SUMMED) counters[name] += tally[name];
  for (const { problem } of tally.deadLetters) {
    const { reason, itemIndexes } = problem;
    if (itemIndexes) add(counters.deadLetteredItemsBy, reason, itemIndexes.length);
    else add(counters.deadLetteredRecordsBy, reason, 1);
  }
}

function add(sums: ByReason, reason: DeadLetterReason, count: number): void {
  sums[reason] = (sums[reason] ?? 0) + count;
}
