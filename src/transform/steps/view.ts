import type { RowKind, ScalarType, TABLES } from '../../tables/columns.js';
import type { ValueOf } from '../../tables/row.js';

/**
 * An item as steps see it: a property for each column of its row, by the column's name, in both row formats the values that
 * clickhouse format has. Nothing is decoded before it is asked for.
 *
 * What is set is in the row, and in what else is made of it: `ServiceName` is the attribute `service.name` of the resource,
 * and `Duration` counts from `Timestamp`, so it stays when that is moved. A change is to this item alone, also one of what it
 * shares with others: its resource, its scope, its metric.
 */
export type ItemView<Kinds extends RowKind = RowKind> = { [Kind in Kinds]: ViewOf<Kind> }[Kinds];

type ViewOf<Kind extends RowKind> = { readonly kind: Kind } & (Kind extends 'logs' ? LogValues : unknown) & {
    [Column in ColumnsOf<Kind> as Column['type'] extends Settable ? Column['name'] : never]: ValueOf<
      Column['type']
    >;
  } & {
    readonly [Column in ColumnsOf<Kind> as Column['type'] extends Settable
      ? never
      : Column['name']]: ViewedOf<Column['type']>;
  };

/** What logs have beside their columns. */
export interface LogValues {
  /** The body as it was sent, of which `Body` is the text. */
  get BodyValue(): SentValue;
  set BodyValue(value: SettableValue);
}

export type ColumnsOf<Kind extends RowKind> = (typeof TABLES)[Kind]['columns'][number];

/** Types of columns that can be set. Maps are changed by what their view offers, lists not at all. */
export type Settable = Exclude<ScalarType, `Map(${string}`>;

/** What the view has for a column's type. */
export type ViewedOf<Type extends string> = Type extends `Map(${string}`
  ? AttributesView
  : Type extends `Array(Map(${string}`
    ? readonly AttributesView[]
    : ValueOf<Type>;

/** The value of an attribute as it was sent: bigints are integers of 64 bits with a sign, numbers doubles. */
export type SentValue = SettableValue | undefined;

/** What an attribute can be set to: anything but the empty value, which may be within it all the same. */
export type SettableValue =
  | string
  | bigint
  | number
  | boolean
  | Uint8Array
  | readonly SentValue[]
  | ReadonlyMap<string, SentValue>;

/** Attributes of an item or of what it belongs to, in the order in which they were sent. A key may occur twice. */
export interface AttributesView {
  readonly size: number;
  /**
   * Tells lists of attributes apart: neighbours that share one, such as that of their resource, have the same source, as long
   * as it is not changed. Good until the engine goes on with the next record.
   */
  readonly source: unknown;
  keys(): string[];
  /** The value of the first one with this key as text, as rows of clickhouse format have it; undefined when there is none. */
  get(key: string): string | undefined;
  /** The value of the first one with this key, as it was sent. */
  value(key: string): SentValue;
  has(key: string): boolean;
  /**
   * Those of the keys that are there, found in one pass.
   *
   * @param keys the same list each time: what is made ready of it is kept.
   */
  present(keys: readonly string[]): readonly string[];
  /** The keys of values that are lists or maps. */
  nestedKeys(): string[];
  /**
   * Gives the key this one value: in the place of the first one that has it, or else at the end.
   *
   * @throws RangeError for an integer that has more than 64 bits.
   */
  set(key: string, value: SettableValue): void;
  /** Takes away all with this key. Returns whether there was one. */
  delete(key: string): boolean;
}
