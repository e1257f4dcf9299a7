import { partitionName } from '../kafka/names.js';
import type { InputRecord, TopicPartition } from '../kafka/ports.js';

/** How much of a record is still tried to be written. */
export type Worth =
  | 'rows'
  /** Its rows cannot be done in their time: a dead letter. */
  | 'dead_letter'
  /** Nor can that, with the value. */
  | 'dead_letter_without_value'
  /** Nor with key and headers. */
  | 'coordinates';

/**
 * Remembers the records that were not done in their time though each was a batch of its own, until they are committed.
 *
 * A record is given up only when brokers have shown each time that it is the record: a batch without rows was done, right
 * after the failure, in a part of the time. So an outage makes no dead letters, however long it takes: while it lasts
 * nothing else is done in time either, and what it has failed before counts no more.
 */
export interface SlowRecords {
  /** Whether it has failed alone before, so that nothing else should be in its batch. */
  has(record: InputRecord): boolean;
  /** It was a batch of its own, and not done in its time. */
  failedAlone(record: InputRecord): void;
  /** Whether the brokers have to show something about its last failure before it is tried again. */
  inDoubt(record: InputRecord): boolean;
  /** How many questions that were asked for the record's sake were not answered in time. */
  unanswered(record: InputRecord): number;
  /** What they have shown. @returns how many failures in a row were the record's. */
  settle(record: InputRecord, brokersAnswered: boolean): number;
  worth(record: InputRecord): Worth;
  /** These partitions have got past what was remembered. */
  committed(partitions: readonly TopicPartition[]): void;
}

/** How often the rows of a record are tried. */
export const ATTEMPTS_MAX = 3;

export function slowRecords(): SlowRecords {
  const byPartition = new Map<
    string,
    { offset: number; failures: number; unanswered: number; inDoubt: boolean }
  >();

  const find = (record: InputRecord) => {
    const found = byPartition.get(partitionName(record));
    return found?.offset === record.offset ? found : undefined;
  };

  return {
    has: record => find(record) !== undefined,
    failedAlone: record => {
      const { offset } = record;
      byPartition.set(partitionName(record), {
        offset,
        failures: find(record)?.failures ?? 0,
        unanswered: find(record)?.unanswered ?? 0,
        inDoubt: true,
      });
    },
    inDoubt: record => find(record)?.inDoubt ?? false,
    unanswered: record => find(record)?.unanswered ?? 0,
    settle: (record, brokersAnswered) => {
      const found = find(record);
      if (!found) return 0;
      found.inDoubt = false;
      found.failures = brokersAnswered ? found.failures + 1 : 0;
      // Not from the beginning after an answer: each attempt uses the quota up as the one before did.
      if (!brokersAnswered) found.unanswered += 1;
      return found.failures;
    },
    worth: record => {
      const failures = find(record)?.failures ?? 0;
      if (failures < ATTEMPTS_MAX) return 'rows';
      if (failures === ATTEMPTS_MAX) return 'dead_letter';
      return failures === ATTEMPTS_MAX + 1 ? 'dead_letter_without_value' : 'coordinates';
    },
    committed: partitions => {
      for (const partition of partitions) byPartition.delete(partitionName(partition));
    },
  };
}
