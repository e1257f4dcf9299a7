import type { ColumnValue } from '../../encodings/added-columns.js';
import type { ItemView } from './view.js';

/** A header of a Kafka record or message. */
export interface RecordHeader {
  readonly key: string;
  readonly value: Buffer;
}

/** The record that items are of. */
export interface RecordContext {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** In milliseconds since 1970; null when the record does not say. */
  readonly timestampMs: number | null;
  readonly headers: readonly RecordHeader[];
  /** The number of the first item that is looked at, where only a part of the record is. */
  readonly firstItem?: number;
}

/** Of a request that is in no topic. */
export const NO_RECORD: RecordContext = {
  topic: '',
  partition: 0,
  offset: 0,
  timestampMs: null,
  headers: [],
};

/** What a step is told of an item beside what it holds, and what it can ask for beside changes of that. */
export interface ItemContext {
  readonly record: RecordContext;
  /** Counted from 0 over the whole record. */
  readonly itemIndex: number;
  /** Sends the item's row to this topic. */
  route(topic: string): void;
  /** Gives the message of the item's row this key; null or nothing for none. */
  key(key: string | null): void;
  /** Gives the message of the item's row a header, beside those that all rows of the record have. */
  header(name: string, value: string | Uint8Array): void;
  /** Counts something of the step's own, once the record is committed. */
  count(name: string, amount: number): void;
  /**
   * Another item, which is as this one is now, and goes where its row goes. It makes a row if the step's verdict names it.
   *
   * @throws SeveralRows in an engine that makes one row of each item: the plain engine then makes those of the record.
   */
  copy(): ItemView;
  /** The value of one of the columns that steps add to rows of the item's kind, by its place among them. */
  column(index: number): ColumnValue;
  setColumn(index: number, value: ColumnValue): void;
}
