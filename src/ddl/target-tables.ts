import { addedTableColumns } from '../encodings/added-columns.js';
import { type Column, columnsOf, ROW_ID, type RowKind, TABLES } from '../tables/columns.js';
import { expiryOf, literal } from '../tables/sql.js';
import { type SkipIndex, type Table, type TableColumn, tableName, type View } from './objects.js';
import { collapsesRetries, hasRowIds, type SchemaOptions } from './schema-options.js';
import { isAtLeast } from './server-version.js';

/**
 * The table that keeps the rows of one kind: that of clickhouseexporter v0.165.1, but for comments, and for what row ids,
 * `metric_time` and retention add.
 */
export function targetTable(kind: RowKind, options: SchemaOptions): Table {
  const { time, orderBy, identity, indexes, materialized = [] } = LAYOUTS[kind];
  const identified = hasRowIds(options);
  const listed = [...columnsOf(kind, options.metricTime), ...(identified ? [ROW_ID] : [])];
  const collapsed = collapsesRetries(options);
  // What was sent twice has two ids, and what was processed twice is as equal as what was sent twice.
  const told = collapsed ? identity : identified ? [ROW_ID.name] : [];
  return {
    kind: 'table',
    name: TABLES[kind].name,
    columns: [
      ...listed.map(column => storedColumn(kind, column)),
      ...addedTableColumns(options.added?.[kind]).map(addedColumn),
      ...materialized.map(materializedAttribute),
    ],
    indexes: indexes(options),
    // Rows that are equal in all of ORDER BY become one when parts are merged, or when queries say FINAL.
    engine: identified || collapsed ? 'ReplacingMergeTree' : 'MergeTree',
    partitionBy: `toDate(${time})`,
    orderBy: `(${[...orderBy, ...told].join(', ')})`,
    ...retention({ name: time, type: listed.find(({ name }) => name === time)?.type ?? 'DateTime' }, options),
  };
}

const TRACE_TIMES = 'otel_traces_trace_id_ts';

/**
 * Where in time each trace lies. Looking a trace up by its id is slow in a table that is sorted by service; Grafana and
 * others ask this table first.
 */
export function traceTimesTable(options: SchemaOptions): Table {
  return {
    kind: 'table',
    name: TRACE_TIMES,
    columns: [
      { name: 'TraceId', type: 'String', codec: 'ZSTD(3)' },
      { name: 'Start', type: 'DateTime', codec: 'Delta, ZSTD(3)' },
      { name: 'End', type: 'DateTime', codec: 'Delta, ZSTD(3)' },
    ],
    indexes: [bloomFilter('trace_id', 'TraceId', 0.01)],
    engine: 'MergeTree',
    partitionBy: 'toDate(Start)',
    orderBy: '(TraceId, Start)',
    ...retention({ name: 'Start', type: 'DateTime' }, options),
  };
}

/** Fills `traceTimesTable` from the spans that arrive. */
export function traceTimesView(options: SchemaOptions): View {
  return {
    kind: 'view',
    name: `${TRACE_TIMES}_mv`,
    to: TRACE_TIMES,
    select: [
      'SELECT TraceId, min(Timestamp) AS Start, max(Timestamp) AS End',
      `FROM ${tableName(TABLES.traces.name, options)}`,
      // Both row formats: no trace id is an empty one in clickhouse and zeros in glassflow.
      `WHERE TraceId NOT IN ('', '${'0'.repeat(32)}')`,
      'GROUP BY TraceId',
    ].join('\n'),
  };
}

interface Layout {
  /** The column that says how old a row is. */
  time: string;
  orderBy: readonly string[];
  /** With `orderBy`, what no two rows have in common that a sender meant to be two. */
  identity: readonly string[];
  indexes: (options: SchemaOptions) => readonly SkipIndex[];
  /** Attributes of the resource that have a column of their own, which ClickHouse computes. */
  materialized?: readonly string[];
}

const LAYOUTS: Record<RowKind, Layout> = {
  traces: {
    time: 'Timestamp',
    orderBy: ['ServiceName', 'SpanName', 'toDateTime(Timestamp)'],
    // Of spans without ids, the times.
    identity: ['TraceId', 'SpanId', 'Timestamp', 'Duration'],
    indexes: () => [
      bloomFilter('trace_id', 'TraceId', 0.001),
      ...mapIndexes('res_attr', 'ResourceAttributes'),
      ...mapIndexes('span_attr', 'SpanAttributes'),
      minmax('duration', 'Duration'),
    ],
  },
  logs: {
    time: 'Timestamp',
    orderBy: ['toStartOfFiveMinutes(Timestamp)', 'ServiceName', 'Timestamp'],
    identity: [
      'TraceId',
      'SpanId',
      hashOf('Body', 'SeverityNumber', ...['ResourceAttributes', 'LogAttributes'].flatMap(partsOfMap)),
    ],
    indexes: options => (hasTextIndexes(options) ? logTextIndexes() : logBloomFilters()),
    materialized: [
      'k8s.cluster.name',
      'k8s.container.name',
      'k8s.deployment.name',
      'k8s.namespace.name',
      'k8s.node.name',
      'k8s.pod.name',
      'k8s.pod.uid',
      'deployment.environment.name',
    ],
  },
  gauge: metricLayout('Value'),
  sum: metricLayout('Value'),
  histogram: metricLayout('Count', 'Sum'),
  exponential_histogram: metricLayout('Count', 'Sum'),
  summary: metricLayout('Count', 'Sum'),
};

function hashOf(...expressions: string[]): string {
  return `cityHash64(${expressions.join(', ')})`;
}

function partsOfMap(column: string): string[] {
  return [`mapKeys(${column})`, `mapValues(${column})`];
}

/** @param values that tell two points of one second apart. */
function metricLayout(...values: string[]): Layout {
  return {
    time: 'TimeUnix',
    // The hash keeps the points of one time series together, which compress best and are read together, and is compared
    // faster than the attributes. Hours in front of it keep a question about an hour from reading the whole day.
    orderBy: ['ServiceName', 'MetricName', 'toStartOfHour(TimeUnix)', 'cityHash64(Attributes)', 'TimeUnix'],
    identity: [
      'StartTimeUnix',
      hashOf('ScopeName', ...['ResourceAttributes', 'Attributes'].flatMap(partsOfMap)),
      ...values,
    ],
    indexes: () => [
      ...mapIndexes('res_attr', 'ResourceAttributes'),
      ...mapIndexes('scope_attr', 'ScopeAttributes'),
      ...mapIndexes('attr', 'Attributes'),
      minmax('time_minmax', 'TimeUnix'),
    ],
  };
}

/** The exporter makes text indexes from this version on, where they are no experiment any more. */
function hasTextIndexes({ serverVersion }: SchemaOptions): boolean {
  return serverVersion !== undefined && isAtLeast(serverVersion, [26, 2]);
}

const LOG_MAPS = [
  ['res_attr', 'ResourceAttributes'],
  ['scope_attr', 'ScopeAttributes'],
  ['log_attr', 'LogAttributes'],
] as const;

function logTextIndexes(): SkipIndex[] {
  return [
    textIndex('trace_id', 'TraceId', 'array'),
    ...LOG_MAPS.flatMap(([name, column]) => [
      textIndex(`${name}_key`, `mapKeys(${column})`, 'array'),
      textIndex(`${name}_value`, `mapValues(${column})`, 'array'),
    ]),
    textIndex('lower_body', 'lower(Body)', 'splitByNonAlpha'),
  ];
}

function logBloomFilters(): SkipIndex[] {
  return [
    bloomFilter('trace_id', 'TraceId', 0.001),
    ...LOG_MAPS.flatMap(([name, column]) => mapIndexes(name, column)),
    { name: 'idx_lower_body', expression: 'lower(Body)', type: 'tokenbf_v1(32768, 3, 0)', granularity: 8 },
    bloomFilter('event_name', 'EventName', 0.01),
  ];
}

function mapIndexes(name: string, column: string): SkipIndex[] {
  return [
    bloomFilter(`${name}_key`, `mapKeys(${column})`, 0.01),
    bloomFilter(`${name}_value`, `mapValues(${column})`, 0.01),
  ];
}

function bloomFilter(name: string, expression: string, falsePositives: number): SkipIndex {
  return { name: `idx_${name}`, expression, type: `bloom_filter(${falsePositives})`, granularity: 1 };
}

function textIndex(name: string, expression: string, tokenizer: string): SkipIndex {
  return { name: `idx_${name}`, expression, type: `text(tokenizer = ${literal(tokenizer)})` };
}

function minmax(name: string, expression: string): SkipIndex {
  return { name: `idx_${name}`, expression, type: 'minmax', granularity: 1 };
}

function storedColumn(kind: RowKind, column: Column): TableColumn {
  const codec = codecOf(kind, column);
  return {
    name: column.name,
    type: column.type,
    comment: column.meaning,
    ...(codec === undefined ? {} : { codec }),
  };
}

/** Numbers that follow one another and differ by little are stored as their differences. */
const DELTA_TYPES = ['DateTime', 'DateTime64(9)', 'Bool'];

function codecOf(kind: RowKind, { name, type }: Column): string | undefined {
  if (kind === 'logs' && type === 'UInt8') return undefined;
  return DELTA_TYPES.includes(type) || name === 'Count' ? 'Delta, ZSTD(3)' : 'ZSTD(3)';
}

function addedColumn({ name, type }: { name: string; type: string }): TableColumn {
  return {
    name,
    type,
    comment: 'Promoted by a rule of otelrows; null where it was not sent',
    codec: 'ZSTD(3)',
  };
}

function materializedAttribute(attribute: string): TableColumn {
  return {
    name: `__otel_materialized_${attribute}`,
    type: 'LowCardinality(String)',
    materialized: `ResourceAttributes[${literal(attribute)}]`,
    codec: 'ZSTD(3)',
  };
}

/** Old rows go a whole part at a time, to another volume or for good: a part holds one day, so nothing is rewritten. */
function retention(
  time: { name: string; type: string },
  { retentionSeconds, tiers }: SchemaOptions,
): Pick<Table, 'ttl' | 'settings'> {
  const { storagePolicy, move } = tiers ?? {};
  return {
    ttl: [
      ...(move === undefined
        ? []
        : [`${expiryOf(time, move.afterSeconds)} TO VOLUME ${literal(move.toVolume)}`]),
      ...(retentionSeconds === undefined ? [] : [expiryOf(time, retentionSeconds)]),
    ],
    settings: [
      'ttl_only_drop_parts = 1',
      ...(storagePolicy === undefined ? [] : [`storage_policy = ${literal(storagePolicy)}`]),
    ],
  };
}
