import type { RowKind } from '../../tables/columns.js';
import type { AttributesView, ItemView } from '../steps/view.js';

/**
 * What `transform.module` exports: for each kind of row a function that is called with each of its rows. Kinds without one are
 * left as they are.
 */
export type TransformFunctions = { readonly [Kind in RowKind]?: RowFunction<Kind> };

/**
 * Sees a row before it is written: a view with a property for each column of the rows in `clickhouse` format. What it sets is in the
 * row. It may be `async`.
 *
 * @param row good until the function returns: the next row is shown by the same object, unless the function is async.
 * @returns nothing to keep the row; `drop('why')`; or the rows to be made instead: of `row`, `ctx.copy()`, or both. None drops it.
 * @throws anything: then this item becomes a dead letter, and the others of its record are as before.
 */
export type RowFunction<Kind extends RowKind = RowKind> = (
  row: ItemView<Kind>,
  ctx: FunctionContext<Kind>,
) => FunctionResult<Kind> | Promise<FunctionResult<Kind>>;

/** What a function answers: nothing to keep the row, why it is dropped, or the rows that are made in its place. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing has this type, and no other
export type FunctionResult<Kind extends RowKind> = void | ItemView<Kind> | readonly ItemView<Kind>[] | Drop;

/** What a function is told of a row beside its columns, and what it can ask for. Good for as long as the row is. */
export interface FunctionContext<Kind extends RowKind = RowKind> {
  /** The Kafka record that the row is of. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Of the record, in milliseconds since 1970; null when it does not say. */
  readonly timestampMs: number | null;
  /** Of the record, as text; of several with one name the last. */
  readonly headers: ReadonlyMap<string, string>;
  /** The number of the span, log record or data point in its record, from 0. */
  readonly itemIndex: number;
  /** The attributes of the resource, which are also `row.ResourceAttributes`. */
  readonly resource: AttributesView;
  readonly scope: { readonly name: string; readonly version: string };
  /** Writes to the log of the worker, with the coordinates of the record. */
  readonly log: ContextLog;
  /** Counts in `otelrows_function_counts_total{name}`, once the record is committed. Names are few, and not made of data. */
  count(name: string, amount?: number): void;
  /** Sends the row to another topic, one that `transform.function_topics` names. */
  route(topic: string): void;
  /** Gives the row's message this key; null for none. */
  key(key: string | null): void;
  /** Gives the row's message a header. Only with `encoding` `json`, where each row is a message. */
  header(name: string, value: string | Uint8Array): void;
  /** A row that is like this one as it is now, and can be changed by itself. It is written if the function returns it. */
  copy(): ItemView<Kind>;
}

/** A line of the log; `fields` are beside it. */
export interface ContextLog {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

/** Says that a row is not to be written. */
export interface Drop {
  readonly [DROPPED]: string;
}

/** Of all copies of this module: a user's package may bring its own. */
const DROPPED: unique symbol = Symbol.for('otelrows.drop');

/**
 * What a function returns for a row that is not to be made.
 *
 * @param reason counted in `otelrows_function_drops_total{reason}`. One of a few, and not made of data.
 */
export function drop(reason: string): Drop {
  return { [DROPPED]: reason };
}

/** The reason of what `drop` made; undefined for anything else. */
export function dropReason(result: object): string | undefined {
  return (result as Partial<Drop>)[DROPPED];
}

/**
 * What `transform.module` can export instead of functions for rows: it makes rows of its own of a whole request.
 *
 * @param data the request as OTLP/JSON has it: ids in hex, integers of 64 bits as text.
 * @returns rows, as objects with a member for each column; one, a list, or nothing for none. May be a promise.
 * @throws anything: then the whole record becomes a dead letter.
 */
// biome-ignore lint/suspicious/noExplicitAny: the request and the rows have the shapes that the user's code says
export type Handler = (data: any, log: ContextLog) => any;

/** A row of a handler, with the key of its message. */
export interface KeyedRow {
  readonly [KEY]: string;
  readonly row: object;
}

const KEY: unique symbol = Symbol.for('otelrows.key');

/** Gives the message of a handler's row a key, which decides about its partition. */
export function withKey(key: string, row: object): KeyedRow {
  return { [KEY]: key, row };
}

/** The row and key of what a handler returned for one row. */
export function rowAndKey(made: unknown): { row: unknown; key: string | null } {
  const isKeyed = typeof made === 'object' && made !== null && KEY in made;
  return isKeyed ? { row: (made as KeyedRow).row, key: (made as KeyedRow)[KEY] } : { row: made, key: null };
}

/** The table for the rows of a handler, which a module exports as `table` for `otelrows schema clickhouse`. */
export interface HandlerTable {
  /** Default: `otelrows_rows`. */
  readonly name?: string;
  /** ClickHouse's types by the names of the columns. */
  readonly columns: Readonly<Record<string, string>>;
  /** Columns, or expressions of them. */
  readonly orderBy: readonly string[];
  /** Default: `MergeTree`. With `ReplacingMergeTree`, rows that are equal in all of `orderBy` become one. */
  readonly engine?: 'MergeTree' | 'ReplacingMergeTree';
  /** Of `ReplacingMergeTree`: the column whose greatest value stays. */
  readonly version?: string;
  /** An expression, such as `toDate(time)`. */
  readonly partitionBy?: string;
}

/** Gives the functions of a module their types. It returns what it is given. */
export function defineTransform<const Functions extends TransformFunctions>(functions: Functions): Functions {
  return functions;
}
