import type { Row } from '../tables/row.js';
import type { ColumnValue } from './added-columns.js';

/**
 * How the rows of one kind are written, and all that is asked of a written row: nothing else knows what its bytes mean.
 * Made once per row kind, from the config (`encodings-of.ts`). All functions are pure, and take one row at a time unless they
 * say otherwise.
 *
 * A *row* here is what `encode` makes, with the columns that rules add, where there are some: `addColumns` puts them behind
 * the others, and all other functions take rows that have them. Once `addRowId` has put its id into it (`row_id: column`), it is a row *with id*:
 * `shorten`, `describe` and `packing.join` are given those when the config says so, since they are asked after that.
 * `spanIds` and `toJson` take rows without their ids.
 */
export interface RowEncoding {
  /**
   * Writes a row.
   *
   * @throws RowTooLarge when it would have more bytes than any row may have (`row-bytes-max.ts`).
   */
  encode(row: Row): Buffer;

  /** How the columns that rules add to rows of the kind are written. */
  readonly addColumns: AddColumns;

  /** What `addRowId` adds to a row at most, in bytes, beside the id itself. */
  readonly rowIdBytesMax: number;

  /**
   * Writes a row with its id, as one more column in front of all others, so that nothing is encoded twice.
   *
   * @param rowId ASCII without anything that needs to be escaped.
   * @param into has room for the row, the id and `rowIdBytesMax` more from `at` on.
   * @returns where the row ends in `into`.
   */
  addRowId(row: Buffer, rowId: string, into: Buffer, at: number): number;

  /** Undoes `addRowId`. A row that has no id, as far as can be seen, is answered as it is. */
  splitRowId(row: Buffer): ReadRow;

  /**
   * Makes a row small enough by cutting its longest texts, all to the same length. A cut text ends in a mark that names how
   * much is missing, and the attributes of the item say it too: see `truncation.ts`.
   *
   * @param bytesMax what the row may have then.
   * @returns null when that is not enough: a row of very many attributes, for example.
   */
  shorten(row: Buffer, bytesMax: number): Buffer | null;

  /**
   * What makes a row large, for a person who must find where it came from: its ids and its longest texts, as the end of a
   * sentence. Empty when it has neither.
   */
  describe(row: Buffer): string;

  /** How several rows become one message; null where each row is a message as it is. */
  readonly packing: Packing | null;

  /**
   * The rows of a message, in their order and without their ids: the bytes that `encode` made. A message that is none of
   * this encoding is one row, with all its bytes: nothing is like it, so it stands out.
   */
  rowsIn(message: Buffer): readonly ReadRow[];

  /**
   * What identifies the row of a span, `TRACE/SPAN` in hex; null for rows of other kinds, for spans without ids and for what
   * is no row.
   */
  spanIds(row: Buffer): string | null;

  /**
   * A row for reading: the text of one JSON object, a member for each column, none of it rounded; null for what is no row of
   * this encoding.
   */
  toJson(row: Buffer): string | null;
}

/** Writes added columns behind the others of a row: values are one for each of `addedColumnsOf`, in their order. */
export interface AddColumns {
  /** What they add to a row at most, in bytes. */
  bytesMax(values: readonly ColumnValue[]): number;
  /**
   * @param into has room for the row and `bytesMax` more from `at` on.
   * @returns where the row ends in `into`.
   */
  write(row: Buffer, values: readonly ColumnValue[], into: Buffer, at: number): number;
}

/** Several rows of one kind in one message. */
export interface Packing {
  /** Rows of which a message may hold: of one record and one key, or of one batch and one output partition. */
  readonly holds: 'rows_of_key' | 'rows_of_partition';
  /** What a message has beside its rows, at most, in bytes. */
  readonly frameBytesMax: number;
  /** What stands between two rows, in bytes. */
  readonly betweenBytes: number;
  /** Bytes of the value of a message at most, but for a single row that is larger. */
  readonly bytesMax: number;
  /** Rows of a message at most. */
  readonly rowsMax: number;
  /**
   * The value of the message. Its memory may be that of the rows, and where a message holds `rows_of_partition`, the next
   * one may be made in it.
   *
   * @param rows at least one.
   */
  join(rows: readonly EncodedRow[]): Buffer;
}

/** Whether messages have the keys of their rows: not where a message holds rows of any key. */
export function hasKeys({ packing }: Pick<RowEncoding, 'packing'>): boolean {
  return packing?.holds !== 'rows_of_partition';
}

/** Anything that has a row's bytes, such as the message that it is. */
export interface EncodedRow {
  readonly value: Buffer;
}

/** A row of a message, and the id that was in it (`row_id: column`). */
export interface ReadRow {
  readonly row: Buffer;
  readonly rowId: string | null;
}

/** A row has more bytes than any row may have. */
export class RowTooLarge extends Error {
  override readonly name = 'RowTooLarge';
}
