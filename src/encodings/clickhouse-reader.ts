import type { MetricTime, RowKind } from '../tables/columns.js';
import type { RowFormat, TimeFormat } from '../tables/row.js';
import type { AddedColumns } from './added-columns.js';

/** How ClickHouse reads the rows of one kind from Kafka: what the printed tables say of it. */
export interface ClickhouseReader {
  /** Of the Kafka engine: `kafka_format`. */
  readonly format: string;
  /** Settings that reading these rows needs beside it, as lines of the statement: `name = value` or a comment. */
  readonly settings: readonly string[];
  /** The columns that rows have, in table order, without their ids. */
  readonly columns: readonly IncomingColumn[];
  /** The column that a row's id is, with `row_id: column`. */
  readonly rowIdColumn: IncomingColumn;
}

export interface IncomingColumn {
  readonly name: string;
  /** The type that messages are read as. */
  readonly type: string;
  /** SQL that makes the value of the target column. */
  readonly expression: string;
}

/** What of the config decides how rows are read. */
export interface ReadOptions {
  readonly rowFormat: RowFormat;
  readonly timeFormat: TimeFormat;
  readonly metricTime: MetricTime;
  /** The columns that rules add to rows of each kind; without it, none. */
  readonly added?: Partial<Record<RowKind, AddedColumns>>;
}

export type ClickhouseReaderOf = (kind: RowKind, options: ReadOptions) => ClickhouseReader;
