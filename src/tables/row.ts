import type { RowKind, TABLES } from './columns.js';

/** Whose values and text forms rows have: those of clickhouseexporter or of glassflowexporter. */
export type RowFormat = 'clickhouse' | 'glassflow';

/**
 * How times are written in JSON.
 *
 * - `exact`: decimal seconds in quotes and, for columns of seconds, ten digits in quotes. docs/clickhouse.md
 *   has what each ClickHouse makes of them. Not bare numbers: nanoseconds up to 26.7, seconds from 26.8 on.
 * - `text`, `rfc3339`: for people and other readers; columns of seconds too have all nine digits.
 */
export type TimeFormat = 'exact' | 'text' | 'rfc3339';

/**
 * Attributes as text, sorted by the bytes of their keys. A list and not an object: a key may occur twice, and may be
 * `__proto__`.
 */
export type AttributeMap = readonly (readonly [key: string, value: string])[];

/** The JavaScript value of a ClickHouse type. Times are signed nanoseconds since 1970, whatever the column's precision. */
export type ValueOf<Type extends string> = Type extends `Array(${infer Element})`
  ? readonly ValueOf<Element>[]
  : Type extends 'String' | 'LowCardinality(String)'
    ? string
    : Type extends 'DateTime' | 'DateTime64(9)' | 'UInt64'
      ? bigint
      : Type extends 'UInt32' | 'UInt8' | 'Int32' | 'Float64'
        ? number
        : Type extends 'Bool'
          ? boolean
          : Type extends `Map(${string}`
            ? AttributeMap
            : never;

/** A row of the table of one row kind: each column's name with its value. The same in both row formats. */
export type RowOf<Kind extends RowKind> = {
  readonly [Column in (typeof TABLES)[Kind]['columns'][number] as Column['name']]: ValueOf<Column['type']>;
};

/** A row of any table. */
export type Row = { [Kind in RowKind]: RowOf<Kind> }[RowKind];
