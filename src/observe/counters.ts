/** What a worker has done since it started. Only committed batches count, but for the aborts. */
export interface Counters {
  records: number;
  /** Spans, log records and data points. Always `rows + filtered + deadLetteredItems`. */
  items: number;
  rows: number;
  /** Of the rows' values, before compression. */
  rowBytes: number;
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

export type BatchTally = Omit<Counters, 'batches' | 'aborts' | 'producersReplaced'>;

export function zeroCounters(): Counters {
  return { ...zeroTally(), batches: 0, aborts: 0, producersReplaced: 0 };
}

export function zeroTally(): BatchTally {
  return {
    records: 0,
    items: 0,
    rows: 0,
    rowBytes: 0,
    filtered: 0,
    deadLetteredItems: 0,
    deadLetteredRecords: 0,
  };
}
