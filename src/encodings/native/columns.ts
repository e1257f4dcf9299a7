import { type Column, columnsOf, type MetricTime, ROW_ID, type RowKind } from '../../tables/columns.js';
import { isGlassflowColumn } from '../../tables/glassflow-fields.js';
import type { RowFormat } from '../../tables/row.js';
import { type AddedColumns, CLICKHOUSE_TYPES } from '../added-columns.js';

/**
 * One run of equal things in the data of a column: of all rows of a block, or of the one row of a one-row form.
 *
 * - `ends`: for each list where its elements end, as UInt64; they are counted from the first row on
 * - `texts`: each a varuint length and the bytes. Keys of maps and row ids are never cut to make a row small.
 * - `numbers`: little-endian, `bytes` each
 *
 * `depth` counts the lists around them: a row has one thing of depth 0, and as many of depth 1 as the ends before it say.
 */
export type Part =
  | { readonly form: 'ends'; readonly depth: number }
  | { readonly form: 'texts'; readonly depth: number; readonly holds: 'values' | 'keys' | 'row_id' }
  | { readonly form: 'numbers'; readonly depth: number; readonly bytes: 1 | 4 | 8 };

/** A column as a block declares and lays it out. */
export interface NativeColumn {
  readonly name: string;
  /** ClickHouse type without LowCardinality, whose dictionaries would have to be made for each block. */
  readonly type: string;
  readonly parts: readonly Part[];
}

/** What all blocks of one kind of row have in common. */
export interface NativeLayout {
  readonly kind: RowKind;
  readonly rowFormat: RowFormat;
  readonly metricTime: MetricTime;
  /** Whether the first column is the row's id. */
  readonly hasRowId: boolean;
  /** In the order in which they stand in blocks and rows. */
  readonly columns: readonly NativeColumn[];
  /** Of all columns, in order. */
  readonly parts: readonly Part[];
}

/**
 * The layout of a kind's blocks: the columns of its table, in table order, with `row_format: glassflow` those that glassflow
 * has; in front of them the row id, where there is one, and behind them the columns that rules add.
 */
export function nativeLayout(
  kind: RowKind,
  settings: { readonly row_format: RowFormat; readonly metric_time: MetricTime },
  hasRowId: boolean,
  added: AddedColumns = [],
): NativeLayout {
  const { row_format: rowFormat, metric_time: metricTime } = settings;
  const columns = [
    ...(hasRowId ? [ROW_ID_COLUMN] : []),
    ...nativeTableColumns(kind, rowFormat, metricTime).map(({ name, type }) => nativeColumn(name, type)),
    ...added.map(({ name, type }) => nativeColumn(name, CLICKHOUSE_TYPES[type])),
  ];
  return { kind, rowFormat, metricTime, hasRowId, columns, parts: columns.flatMap(({ parts }) => parts) };
}

function nativeColumn(name: string, tableType: string): NativeColumn {
  const type = nativeTypeOf(tableType);
  return { name, type, parts: partsOf(type) };
}

const ROW_ID_COLUMN: NativeColumn = {
  name: ROW_ID.name,
  type: ROW_ID.type,
  parts: [{ form: 'texts', depth: 0, holds: 'row_id' }],
};

/** The table's columns that native rows hold, without a row id. */
export function nativeTableColumns(
  kind: RowKind,
  rowFormat: RowFormat,
  metricTime: MetricTime,
): readonly Column[] {
  const columns = columnsOf(kind, metricTime);
  return rowFormat === 'glassflow' ? columns.filter(isGlassflowColumn) : columns;
}

/** ClickHouse converts a column that it reads to the type that its table has. */
export function nativeTypeOf(type: string): string {
  return type.replace(/LowCardinality\((String|Nullable\(String\))\)/g, '$1');
}

function partsOf(type: string, depth = 0): Part[] {
  const element = /^Array\((.*)\)$/.exec(type)?.[1];
  if (element !== undefined) return [{ form: 'ends', depth }, ...partsOf(element, depth + 1)];
  const nullable = /^Nullable\((.*)\)$/.exec(type)?.[1];
  if (nullable !== undefined) return [{ form: 'numbers', depth, bytes: 1 }, ...partsOf(nullable, depth)];
  switch (type) {
    case 'String':
      return [{ form: 'texts', depth, holds: 'values' }];
    case 'Map(String, String)':
      return [
        { form: 'ends', depth },
        { form: 'texts', depth: depth + 1, holds: 'keys' },
        { form: 'texts', depth: depth + 1, holds: 'values' },
      ];
    case 'DateTime64(9)':
    case 'UInt64':
    case 'Int64':
    case 'Float64':
      return [{ form: 'numbers', depth, bytes: 8 }];
    case 'DateTime':
    case 'UInt32':
    case 'Int32':
      return [{ form: 'numbers', depth, bytes: 4 }];
    case 'UInt8':
    case 'Bool':
      return [{ form: 'numbers', depth, bytes: 1 }];
    default:
      throw new Error(`no native form is known for columns of the type ${type}`);
  }
}
