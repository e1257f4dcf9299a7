import type { AddedColumns } from '../encodings/added-columns.js';
import type { EncodingName } from '../encodings/settings.js';
import type { MetricTime, RowKind } from '../tables/columns.js';
import type { RowFormat, TimeFormat } from '../tables/row.js';
import type { HandlerTable } from '../transform/functions/define.js';

/**
 * Whose tables keep the rows. `exporter`: ours, equal to those of the collector's clickhouseexporter. `clickstack`:
 * ClickStack's, and `none`: any others with the exporter's names and columns; both are there already, so that only what
 * reads from Kafka into them is printed.
 */
export const FLAVORS = ['exporter', 'clickstack', 'none'] as const;

/** Whose tables keep the rows: `exporter`, `clickstack` or `none`. */
export type Flavor = (typeof FLAVORS)[number];

/** Of a storage policy of the server: rows of an age go to another volume. */
export interface Tiers {
  storagePolicy?: string;
  move?: { afterSeconds: number; toVolume: string };
}

/** How ClickHouse reads from Kafka. */
export interface Reading {
  /** Of each table. */
  consumers: number;
  /** Rows are stored when there are this many, or after `flushMs`. */
  blockRows: number;
  flushMs: number;
}

export const READING: Reading = { consumers: 1, blockRows: 131_072, flushMs: 2000 };

/** How the names of consumer groups begin unless told otherwise. */
export const GROUP_PREFIX = 'clickhouse';

/** What the printed tables depend on. */
export interface SchemaOptions {
  /** Kafka brokers as ClickHouse reaches them, `host:port` each. */
  brokers: readonly string[];
  /** ClickHouse fills each table in a consumer group of its own, whose name begins with this: see `consumerGroup`. */
  groupPrefix: string;
  /** The topic of each row kind. A kind without a topic gets no tables. */
  topics: Partial<Record<RowKind, string>>;
  database: string;
  /** Without it, `exporter`. */
  flavor?: Flavor;
  /** The server's version, as `26.2`; without it, what every version takes is printed. */
  serverVersion?: string;
  /** How long rows are kept; without it, for ever. */
  retentionSeconds?: number;
  /** The lengths of time that rows are counted by, as `5m`: see `ROLLUP_SECONDS`. Without it, none. */
  rollups?: readonly string[];
  /** How long rollups are kept; without it, for ever. */
  rollupRetentionSeconds?: number;
  /** Where rows are moved when they are old; without it, nowhere. */
  tiers?: Tiers;
  /** The servers that shall have the tables: statements say `ON CLUSTER`. */
  cluster?: string;
  /** Replicated engines, with a path in Keeper where the server does not choose one. */
  replicated?: { path?: string };
  /** How ClickHouse reads from Kafka; what is left out is as `READING`. */
  reading?: Partial<Reading>;
  /** How the rows of each kind are written; without it, as JSON. */
  encodings?: Partial<Record<RowKind, EncodingName>>;
  /** The columns that rules add to the rows of each kind; without it, none. */
  added?: Partial<Record<RowKind, AddedColumns>>;
  /** The table for rows that are of a user's own making, by a handler; then `topics` are those that it writes to. */
  handlerTable?: HandlerTable;
  rowFormat: RowFormat;
  timeFormat: TimeFormat;
  metricTime: MetricTime;
  /** Where messages have the ids of their rows; without it, nowhere. With ids, the tables collapse equal ones. */
  rowId?: 'none' | 'column' | 'header';
  /** Rows that tell the same become one, however often their senders have sent them: see `identity` in `target-tables.ts`. */
  collapseRetries?: boolean;
}

/** Whether the tables collapse rows that are equal because a sender has sent the same again. */
export function collapsesRetries({ collapseRetries = false, flavor = 'exporter' }: SchemaOptions): boolean {
  return collapseRetries && flavor === 'exporter';
}

/** Whether messages have ids of their rows. */
export function hasRowIds({ rowId = 'none' }: Pick<SchemaOptions, 'rowId'>): boolean {
  return rowId !== 'none';
}

/** Whether the tables of the rows have their ids, and become free of those that are there twice. */
export function collapsesRows(options: Pick<SchemaOptions, 'rowId' | 'flavor'>): boolean {
  return hasRowIds(options) && (options.flavor ?? 'exporter') === 'exporter';
}
