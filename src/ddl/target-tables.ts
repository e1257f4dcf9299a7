import { type Column, columnsOf, ROW_ID, type RowKind, TABLES } from '../tables/columns.js';
import { expiryOf, identifier, literal } from '../tables/sql.js';
import type { SchemaOptions } from './schema-options.js';

/** The table that keeps the rows of one kind. */
export function targetTable(kind: RowKind, options: SchemaOptions): string {
  const { time, orderBy, indexes } = LAYOUTS[kind];
  const identified = hasRowIds(options);
  const listed = [...columnsOf(kind, options.metricTime), ...(identified ? [ROW_ID] : [])];
  const columns = listed.map(column =>
    [
      identifier(column.name),
      column.type,
      `COMMENT ${literal(column.meaning)}`,
      `CODEC(${codec(column)})`,
    ].join(' '),
  );
  return [
    `CREATE TABLE IF NOT EXISTS ${tableName(TABLES[kind].name, options)}`,
    '(',
    [...columns, ...indexes].map(line => `    ${line}`).join(',\n'),
    ')',
    // Rows that are equal in all of ORDER BY become one when parts are merged, or when queries say FINAL.
    identified ? 'ENGINE = ReplacingMergeTree' : 'ENGINE = MergeTree',
    `PARTITION BY toDate(${time})`,
    `ORDER BY (${orderBy}${identified ? `, ${ROW_ID.name}` : ''})`,
    ...retention({ name: time, type: listed.find(({ name }) => name === time)?.type ?? 'DateTime' }, options),
  ].join('\n');
}

/**
 * Where in time each trace lies. Looking a trace up by its id is slow in a table that is sorted by service; Grafana and
 * others ask this table first.
 */
export function traceTimesTable(options: SchemaOptions): string {
  return [
    `CREATE TABLE IF NOT EXISTS ${tableName('otel_traces_trace_id_ts', options)}`,
    '(',
    '    TraceId String CODEC(ZSTD(1)),',
    '    Start DateTime CODEC(Delta, ZSTD(1)),',
    '    End DateTime CODEC(Delta, ZSTD(1)),',
    '    INDEX idx_trace_id TraceId TYPE bloom_filter(0.01) GRANULARITY 1',
    ')',
    'ENGINE = MergeTree',
    'PARTITION BY toDate(Start)',
    'ORDER BY (TraceId, Start)',
    ...retention({ name: 'Start', type: 'DateTime' }, options),
  ].join('\n');
}

/** Fills `traceTimesTable` from the spans that arrive. */
export function traceTimesView(options: SchemaOptions): string {
  return [
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${tableName('otel_traces_trace_id_ts_mv', options)}`,
    `TO ${tableName('otel_traces_trace_id_ts', options)}`,
    'AS SELECT TraceId, min(Timestamp) AS Start, max(Timestamp) AS End',
    `FROM ${tableName(TABLES.traces.name, options)}`,
    // Both row formats: no trace id is an empty one in clickhouse and zeros in glassflow.
    `WHERE TraceId NOT IN ('', '${'0'.repeat(32)}')`,
    'GROUP BY TraceId',
  ].join('\n');
}

function hasRowIds({ rowId = 'none' }: Pick<SchemaOptions, 'rowId'>): boolean {
  return rowId !== 'none';
}

/** A table's name with its database. */
export function tableName(name: string, { database }: Pick<SchemaOptions, 'database'>): string {
  return `${identifier(database)}.${identifier(name)}`;
}

interface Layout {
  /** The column that says how old a row is. */
  time: string;
  orderBy: string;
  /** Skip indexes for what is searched by and is not in the order. */
  indexes: readonly string[];
}

const LAYOUTS: Record<RowKind, Layout> = {
  traces: {
    time: 'Timestamp',
    orderBy: 'ServiceName, SpanName, toDateTime(Timestamp)',
    indexes: [
      'INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1',
      ...mapIndexes('res_attr', 'ResourceAttributes'),
      ...mapIndexes('span_attr', 'SpanAttributes'),
      'INDEX idx_duration Duration TYPE minmax GRANULARITY 1',
    ],
  },
  logs: {
    time: 'Timestamp',
    orderBy: 'ServiceName, toDateTime(Timestamp), Timestamp',
    indexes: [
      'INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1',
      ...mapIndexes('res_attr', 'ResourceAttributes'),
      ...mapIndexes('scope_attr', 'ScopeAttributes'),
      ...mapIndexes('log_attr', 'LogAttributes'),
      'INDEX idx_body Body TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 8',
    ],
  },
  gauge: metricLayout(),
  sum: metricLayout(),
  histogram: metricLayout(),
  exponential_histogram: metricLayout(),
  summary: metricLayout(),
};

function metricLayout(): Layout {
  return {
    time: 'TimeUnix',
    // The attributes keep the points of one time series together: they compress best and are read together.
    orderBy: 'ServiceName, MetricName, Attributes, TimeUnix',
    indexes: [
      ...mapIndexes('res_attr', 'ResourceAttributes'),
      ...mapIndexes('scope_attr', 'ScopeAttributes'),
      ...mapIndexes('attr', 'Attributes'),
    ],
  };
}

function mapIndexes(name: string, column: string): string[] {
  return [
    `INDEX idx_${name}_key mapKeys(${column}) TYPE bloom_filter(0.01) GRANULARITY 1`,
    `INDEX idx_${name}_value mapValues(${column}) TYPE bloom_filter(0.01) GRANULARITY 1`,
  ];
}

/** Times that follow one another differ by little, which is what Delta stores. */
function codec({ type }: Column): string {
  return type === 'DateTime' || type === 'DateTime64(9)' ? 'Delta, ZSTD(1)' : 'ZSTD(1)';
}

/** Old rows go a whole part at a time: a part holds one day, so nothing is rewritten. */
function retention(time: { name: string; type: string }, { retentionDays }: SchemaOptions): string[] {
  if (retentionDays === undefined) return [];
  return [`TTL ${expiryOf(time, retentionDays)}`, 'SETTINGS ttl_only_drop_parts = 1'];
}
