/**
 * The one list of columns, per table in table order. Row types (`row.ts`), the writers (`encodings/`), the
 * DDL (`ddl/`) and the docs all come from it. It is the column set of the OpenTelemetry Collector's clickhouseexporter,
 * v0.161 to v0.165.1, whose tables our rows fill.
 */

export type ScalarType =
  | 'String'
  | 'LowCardinality(String)'
  | 'DateTime64(9)'
  | 'DateTime'
  | 'UInt64'
  | 'UInt32'
  | 'UInt8'
  | 'Int32'
  | 'Float64'
  | 'Bool'
  | 'Map(LowCardinality(String), String)';

/** The ClickHouse types that our tables use. */
export type ColumnType = ScalarType | `Array(${ScalarType})`;

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly meaning: string;
}

/** What a row is made from. A kind has its own table, topic and switch. */
export const ROW_KINDS = [
  'traces',
  'logs',
  'gauge',
  'sum',
  'histogram',
  'exponential_histogram',
  'summary',
] as const;

/** `traces`, `logs`, `gauge`, `sum`, `histogram`, `exponential_histogram` or `summary`. */
export type RowKind = (typeof ROW_KINDS)[number];

/** The kinds of data points. */
export type MetricKind = Exclude<RowKind, 'traces' | 'logs'>;

const MAP = 'Map(LowCardinality(String), String)';

const TRACES = [
  { name: 'Timestamp', type: 'DateTime64(9)', meaning: 'Start of the span' },
  { name: 'TraceId', type: 'String', meaning: 'Trace id, lower-case hex' },
  { name: 'SpanId', type: 'String', meaning: 'Span id, lower-case hex' },
  { name: 'ParentSpanId', type: 'String', meaning: 'Id of the parent span; empty for a root span' },
  { name: 'TraceState', type: 'String', meaning: 'W3C trace state, as sent' },
  { name: 'SpanName', type: 'LowCardinality(String)', meaning: 'Name of the operation' },
  {
    name: 'SpanKind',
    type: 'LowCardinality(String)',
    meaning: 'Unspecified, Internal, Server, Client, Producer or Consumer; empty for an unknown number',
  },
  { name: 'ServiceName', type: 'LowCardinality(String)', meaning: 'service.name of the resource' },
  { name: 'ResourceAttributes', type: MAP, meaning: 'Attributes of the resource, as text' },
  { name: 'ScopeName', type: 'String', meaning: 'Name of the instrumentation scope' },
  { name: 'ScopeVersion', type: 'String', meaning: 'Version of the instrumentation scope' },
  { name: 'SpanAttributes', type: MAP, meaning: 'Attributes of the span, as text' },
  {
    name: 'Duration',
    type: 'UInt64',
    meaning: 'End minus start, nanoseconds; wraps around where a span ends before it starts',
  },
  {
    name: 'StatusCode',
    type: 'LowCardinality(String)',
    meaning: 'Unset, Ok or Error; empty for an unknown number',
  },
  { name: 'StatusMessage', type: 'String', meaning: 'Status description' },
  { name: 'Events.Timestamp', type: 'Array(DateTime64(9))', meaning: 'Time of each event' },
  { name: 'Events.Name', type: 'Array(LowCardinality(String))', meaning: 'Name of each event' },
  { name: 'Events.Attributes', type: `Array(${MAP})`, meaning: 'Attributes of each event, as text' },
  { name: 'Links.TraceId', type: 'Array(String)', meaning: 'Trace id of each linked span' },
  { name: 'Links.SpanId', type: 'Array(String)', meaning: 'Span id of each linked span' },
  { name: 'Links.TraceState', type: 'Array(String)', meaning: 'Trace state of each linked span' },
  { name: 'Links.Attributes', type: `Array(${MAP})`, meaning: 'Attributes of each link, as text' },
] as const satisfies readonly Column[];

const LOGS = [
  { name: 'Timestamp', type: 'DateTime64(9)', meaning: 'Time of the event, or else when it was observed' },
  { name: 'TraceId', type: 'String', meaning: 'Trace id, lower-case hex; empty outside a trace' },
  { name: 'SpanId', type: 'String', meaning: 'Span id, lower-case hex; empty outside a span' },
  { name: 'TraceFlags', type: 'UInt8', meaning: 'W3C trace flags' },
  { name: 'SeverityText', type: 'LowCardinality(String)', meaning: 'Severity as the source spells it' },
  { name: 'SeverityNumber', type: 'UInt8', meaning: 'Severity from 1 (trace) to 24 (fatal); 0 is unset' },
  { name: 'ServiceName', type: 'LowCardinality(String)', meaning: 'service.name of the resource' },
  { name: 'Body', type: 'String', meaning: 'Body, as text' },
  { name: 'ResourceSchemaUrl', type: 'LowCardinality(String)', meaning: 'Schema URL of the resource' },
  { name: 'ResourceAttributes', type: MAP, meaning: 'Attributes of the resource, as text' },
  { name: 'ScopeSchemaUrl', type: 'LowCardinality(String)', meaning: 'Schema URL of the scope' },
  { name: 'ScopeName', type: 'String', meaning: 'Name of the instrumentation scope' },
  {
    name: 'ScopeVersion',
    type: 'LowCardinality(String)',
    meaning: 'Version of the instrumentation scope',
  },
  { name: 'ScopeAttributes', type: MAP, meaning: 'Attributes of the scope, as text' },
  { name: 'LogAttributes', type: MAP, meaning: 'Attributes of the log record, as text' },
  { name: 'EventName', type: 'String', meaning: 'Name of the kind of event' },
] as const satisfies readonly Column[];

/** The columns that the tables of all five metric kinds begin with. */
const METRIC = [
  { name: 'ResourceAttributes', type: MAP, meaning: 'Attributes of the resource, as text' },
  { name: 'ResourceSchemaUrl', type: 'String', meaning: 'Schema URL of the resource' },
  { name: 'ScopeName', type: 'String', meaning: 'Name of the instrumentation scope' },
  { name: 'ScopeVersion', type: 'String', meaning: 'Version of the instrumentation scope' },
  { name: 'ScopeAttributes', type: MAP, meaning: 'Attributes of the scope, as text' },
  { name: 'ScopeDroppedAttrCount', type: 'UInt32', meaning: 'Attributes that the scope lost at the source' },
  { name: 'ScopeSchemaUrl', type: 'String', meaning: 'Schema URL of the scope' },
  { name: 'ServiceName', type: 'LowCardinality(String)', meaning: 'service.name of the resource' },
  { name: 'MetricName', type: 'LowCardinality(String)', meaning: 'Name of the metric' },
  { name: 'MetricDescription', type: 'String', meaning: 'Description of the metric' },
  { name: 'MetricUnit', type: 'String', meaning: 'Unit of the metric' },
  { name: 'Attributes', type: MAP, meaning: 'Attributes of the data point, as text' },
  { name: 'StartTimeUnix', type: 'DateTime', meaning: 'Begin of the interval that the point covers' },
  { name: 'TimeUnix', type: 'DateTime', meaning: 'Time of the point' },
] as const satisfies readonly Column[];

const EXEMPLARS = [
  {
    name: 'Exemplars.FilteredAttributes',
    type: `Array(${MAP})`,
    meaning: 'Attributes of each exemplar that the point itself does not have',
  },
  { name: 'Exemplars.TimeUnix', type: 'Array(DateTime)', meaning: 'Time of each exemplar' },
  { name: 'Exemplars.Value', type: 'Array(Float64)', meaning: 'Measured value of each exemplar' },
  { name: 'Exemplars.SpanId', type: 'Array(String)', meaning: 'Span id of each exemplar; zeros when absent' },
  {
    name: 'Exemplars.TraceId',
    type: 'Array(String)',
    meaning: 'Trace id of each exemplar; zeros when absent',
  },
] as const satisfies readonly Column[];

const FLAGS = { name: 'Flags', type: 'UInt32', meaning: 'Bit 0: the point has no recorded value' } as const;

const TEMPORALITY = {
  name: 'AggregationTemporality',
  type: 'Int32',
  meaning: '0 unspecified, 1 delta, 2 cumulative',
} as const;

const GAUGE = [
  ...METRIC,
  { name: 'Value', type: 'Float64', meaning: 'Measured value' },
  FLAGS,
  ...EXEMPLARS,
] as const satisfies readonly Column[];

const SUM = [
  ...METRIC,
  { name: 'Value', type: 'Float64', meaning: 'Sum of the measured values' },
  FLAGS,
  ...EXEMPLARS,
  TEMPORALITY,
  { name: 'IsMonotonic', type: 'Bool', meaning: 'Whether the sum only ever grows' },
] as const satisfies readonly Column[];

const HISTOGRAM = [
  ...METRIC,
  { name: 'Count', type: 'UInt64', meaning: 'Number of measured values' },
  { name: 'Sum', type: 'Float64', meaning: 'Sum of the measured values; 0 when absent' },
  { name: 'BucketCounts', type: 'Array(UInt64)', meaning: 'Number of values in each bucket' },
  { name: 'ExplicitBounds', type: 'Array(Float64)', meaning: 'Upper bound of each bucket but the last' },
  ...EXEMPLARS,
  FLAGS,
  { name: 'Min', type: 'Float64', meaning: 'Least measured value; 0 when absent' },
  { name: 'Max', type: 'Float64', meaning: 'Greatest measured value; 0 when absent' },
  TEMPORALITY,
] as const satisfies readonly Column[];

const EXPONENTIAL_HISTOGRAM = [
  ...METRIC,
  { name: 'Count', type: 'UInt64', meaning: 'Number of measured values' },
  { name: 'Sum', type: 'Float64', meaning: 'Sum of the measured values; 0 when absent' },
  { name: 'Scale', type: 'Int32', meaning: 'Resolution: bucket bounds are powers of 2^(2^-Scale)' },
  { name: 'ZeroCount', type: 'UInt64', meaning: 'Number of values within the zero threshold' },
  { name: 'PositiveOffset', type: 'Int32', meaning: 'Bucket index of the first positive bucket' },
  {
    name: 'PositiveBucketCounts',
    type: 'Array(UInt64)',
    meaning: 'Number of values in each positive bucket',
  },
  { name: 'NegativeOffset', type: 'Int32', meaning: 'Bucket index of the first negative bucket' },
  {
    name: 'NegativeBucketCounts',
    type: 'Array(UInt64)',
    meaning: 'Number of values in each negative bucket',
  },
  ...EXEMPLARS,
  FLAGS,
  { name: 'Min', type: 'Float64', meaning: 'Least measured value; 0 when absent' },
  { name: 'Max', type: 'Float64', meaning: 'Greatest measured value; 0 when absent' },
  TEMPORALITY,
] as const satisfies readonly Column[];

const SUMMARY = [
  ...METRIC,
  { name: 'Count', type: 'UInt64', meaning: 'Number of measured values' },
  { name: 'Sum', type: 'Float64', meaning: 'Sum of the measured values' },
  { name: 'ValueAtQuantiles.Quantile', type: 'Array(Float64)', meaning: 'Each quantile, from 0 to 1' },
  { name: 'ValueAtQuantiles.Value', type: 'Array(Float64)', meaning: 'Value at each quantile' },
  FLAGS,
] as const satisfies readonly Column[];

/** Name and columns of the table of each row kind. */
export const TABLES = {
  traces: { name: 'otel_traces', columns: TRACES },
  logs: { name: 'otel_logs', columns: LOGS },
  gauge: { name: 'otel_metrics_gauge', columns: GAUGE },
  sum: { name: 'otel_metrics_sum', columns: SUM },
  histogram: { name: 'otel_metrics_histogram', columns: HISTOGRAM },
  exponential_histogram: { name: 'otel_metrics_exponential_histogram', columns: EXPONENTIAL_HISTOGRAM },
  summary: { name: 'otel_metrics_summary', columns: SUMMARY },
} as const satisfies Record<RowKind, { name: string; columns: readonly Column[] }>;

/** The column that every kind of row has with `row_id: column` or `header`. */
export const ROW_ID = {
  name: 'RowId',
  type: 'String',
  meaning: 'Topic, partition and offset of the record, and number of the item: the same when processed again',
} as const satisfies Column;

/** How exact the times of metrics are in their columns. */
export type MetricTime = 'seconds' | 'nanoseconds';

/**
 * The columns of a row kind's table, in table order.
 *
 * @param metricTime `nanoseconds`: the metric times are `DateTime64(9)`, as the exporter's tables had them up to v0.149,
 *   instead of `DateTime`.
 */
export function columnsOf(kind: RowKind, metricTime: MetricTime): readonly Column[] {
  const { columns } = TABLES[kind];
  return metricTime === 'seconds' ? columns : columns.map(withNanoseconds);
}

function withNanoseconds(column: Column): Column {
  switch (column.type) {
    case 'DateTime':
      return { ...column, type: 'DateTime64(9)' };
    case 'Array(DateTime)':
      return { ...column, type: 'Array(DateTime64(9))' };
    default:
      return column;
  }
}
