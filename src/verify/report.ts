import type { Identity } from './identities.js';
import type { Fault } from './settle.js';

/** What `otelrows verify --json` prints. Numbers of rows unless said otherwise. */
export interface VerifyReport {
  /** Something was compared, every item has its row or a reason, every row its item. */
  balanced: boolean;
  /** Why nothing was compared, as the end of a sentence; null when something was. */
  nothingCompared: string | null;
  /** Names and patterns of what the config reads or writes, or was asked for, and does not exist. */
  missingTopics: string[];
  identity: Identity;
  /** Whose committed offsets end what must have rows; null when it is the end of the inputs. */
  group: string | null;
  input: {
    topics: string[];
    /** That were read and must have rows, or a dead letter. */
    records: number;
    /** Spans, log records and data points of those that could be decoded. */
    items: number;
    /** Items that make no row because their kind is switched off. */
    filtered: number;
    /** Items whose rows go to topics that are not compared. */
    elsewhere: number;
    /** Records that cannot be decoded, and have a dead letter. */
    undecodable: number;
    /** Records that hold nothing: tombstones, empty values, empty requests. */
    empty: number;
    /** Records that hold something, but no item that could have a row. */
    suspicious: number;
    /** Offsets behind those that the group has committed: not looked at. */
    notConsumed: number;
  };
  output: {
    topics: string[];
    rows: number;
    /** Of the compared records, in the dead-letter topic. */
    deadLetters: number;
  };
  matched: number;
  missing: number;
  /** Items without a row that are older than what the output still keeps: their rows may have been deleted. */
  maybeDeleted: number;
  duplicate: number;
  unexpected: number;
  /** Right by their identity, but not what the config makes of the item. They are among the matched. */
  changed: number;
  /** Of those, the ones of which only the key differs. */
  changedKeyOnly: number;
  /** Spans whose rows differ, but say themselves that their texts were cut (`oversize.policy`). */
  truncated: number;
  /** Items without a row that a dead letter names. */
  deadLettered: number;
  /** Items with a row that a dead letter names. */
  replayed: number;
  /** Rows whose own coordinates lead to records that the input topic has deleted. */
  sourceDeleted: number;
  /** Records that cannot be decoded and have no dead letter either. */
  lostRecords: number;
  /** What else a reader of the numbers must know, a sentence each. */
  notes: string[];
  examples: Record<Fault, ReportedExample[]> & { lostRecords: ReportedPlace[] };
}

export interface ReportedExample {
  rows: number;
  /** Columns by which people know a row: ids, names, time. Empty where it could not be read again. */
  row: Record<string, string>;
  sources: ReportedPlace[];
  written: ReportedPlace[];
}

export interface ReportedPlace {
  topic: string;
  partition: number;
  offset: number;
  /** Which item of the record, from 0; absent for rows. */
  itemIndex?: number;
  /** Which row of the message, from 0; absent for records. */
  rowIndex?: number;
}
