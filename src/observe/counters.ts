import type { InputRecord } from '../kafka/ports.js';

/** What a worker has done since it started. Only committed batches count, but for the aborts. */
export interface Counters {
  records: number;
  /** Spans, log records and data points. Always `rows + filtered + deadLetteredItems`. */
  items: number;
  rows: number;
  /** Of the rows' values, before compression. */
  rowBytes: number;
  /** Rows among these whose longest texts were cut, with `oversize.policy: truncate`. */
  truncated: number;
  /** Items of a kind that is switched off. */
  filtered: number;
  /** Items whose row could not be sent. */
  deadLetteredItems: number;
  /** Records that could not be decoded; their items are unknown. */
  deadLetteredRecords: number;
  batches: number;
  aborts: number;
  producersReplaced: number;
}

export interface BatchTally extends Omit<Counters, 'batches' | 'aborts' | 'producersReplaced'> {
  /** Told of once they are committed: a batch that is done again sends them again. */
  deadLetters: DeadLetterNote[];
}

/** A dead letter that was sent. */
export interface DeadLetterNote {
  record: InputRecord;
  problem: { stage: string; reason: string; message: string };
  /** The record was too large even for its dead letter, which therefore has no value. */
  valueLeftOut: boolean;
}

export function zeroCounters(): Counters {
  const { deadLetters: _, ...sums } = zeroTally();
  return { ...sums, batches: 0, aborts: 0, producersReplaced: 0 };
}

export function zeroTally(): BatchTally {
  return {
    records: 0,
    items: 0,
    rows: 0,
    rowBytes: 0,
    truncated: 0,
    filtered: 0,
    deadLetteredItems: 0,
    deadLetteredRecords: 0,
    deadLetters: [],
  };
}
