import { TABLES } from '../../tables/columns.js';
import { type Board, makeBoard, type Section, sourceRef, type Variable } from './grafana.js';

type Kind = keyof typeof TABLES;

/** Grafana fills in `$database` and the macros of its ClickHouse data source. */
const table = (kind: Kind) => `$database.${TABLES[kind].name}`;

const IN_RANGE = '$__timeFilter(Timestamp)';
const STEP = '$__timeInterval(Timestamp)';
/** Grafana quotes and escapes what people choose and type. An empty text searches nothing. */
const OF_SERVICES = `ServiceName IN (\${service:singlequote})`;
const MS = 'Duration / 1e6';

const requests = "SpanKind IN ('Server', 'Consumer')";
const spans = `FROM ${table('traces')} WHERE ${IN_RANGE} AND ${OF_SERVICES}`;
const logs = `FROM ${table('logs')} WHERE ${IN_RANGE} AND ${OF_SERVICES}`;

/** By minute of metrics' time; a point without a recorded value (bit 0 of Flags) is left out. */
const points = (kind: Kind) =>
  `FROM ${table(kind)} WHERE $__timeFilter(TimeUnix) AND ${OF_SERVICES} AND bitAnd(Flags, 1) = 0`;
const BY_METRIC = `$__timeInterval(TimeUnix) AS time, concat(ServiceName, ' ', MetricName) AS series`;
const GROUPED = 'GROUP BY time, series ORDER BY time';

const SECTIONS: readonly Section[] = [
  {
    title: 'Services',
    panels: [
      {
        title: 'Services',
        description: 'Requests are Server and Consumer spans; errors are those with the status Error.',
        type: 'table',
        width: 24,
        queries: {
          services: `SELECT ServiceName AS service, count() AS spans, countIf(${requests}) AS requests, countIf(${requests} AND StatusCode = 'Error') AS errors, if(requests = 0, 0, round(100 * errors / requests, 2)) AS error_percent, round(quantileIf(0.5)(${MS}, ${requests}), 2) AS p50_ms, round(quantileIf(0.99)(${MS}, ${requests}), 2) AS p99_ms ${spans} GROUP BY service ORDER BY requests DESC`,
        },
      },
      {
        title: 'Requests by service',
        description: 'In each step of the time axis.',
        type: 'timeseries',
        width: 8,
        queries: {
          requests: `SELECT ${STEP} AS time, ServiceName AS service, count() AS requests ${spans} AND ${requests} GROUP BY time, service ORDER BY time`,
        },
      },
      {
        title: 'Share of requests with errors',
        description: 'By service.',
        type: 'timeseries',
        unit: 'percentunit',
        width: 8,
        queries: {
          errors: `SELECT ${STEP} AS time, ServiceName AS service, countIf(StatusCode = 'Error') / count() AS errors ${spans} AND ${requests} GROUP BY time, service ORDER BY time`,
        },
      },
      {
        title: 'Duration of requests, p99',
        description: 'By service.',
        type: 'timeseries',
        unit: 'ms',
        width: 8,
        queries: {
          p99: `SELECT ${STEP} AS time, ServiceName AS service, quantile(0.99)(${MS}) AS p99 ${spans} AND ${requests} GROUP BY time, service ORDER BY time`,
        },
      },
      {
        title: 'Operations',
        description:
          'The hundred with the most spans, of all kinds. per_second is over the range of the board.',
        type: 'table',
        width: 24,
        queries: {
          operations: `SELECT ServiceName AS service, SpanName AS operation, SpanKind AS kind, count() AS spans, round(spans / greatest(1, dateDiff('second', $__fromTime, $__toTime)), 3) AS per_second, countIf(StatusCode = 'Error') AS errors, round(100 * errors / spans, 2) AS error_percent, round(quantile(0.5)(${MS}), 2) AS p50_ms, round(quantile(0.95)(${MS}), 2) AS p95_ms, round(quantile(0.99)(${MS}), 2) AS p99_ms ${spans} GROUP BY service, operation, kind ORDER BY spans DESC LIMIT 100`,
        },
      },
    ],
  },
  {
    title: 'Traces',
    panels: [
      {
        title: 'Slowest spans',
        description:
          'Put a trace_id into the field Trace at the top to see it below. Search is of names and status messages.',
        type: 'table',
        width: 24,
        queries: {
          spans: `SELECT Timestamp AS time, TraceId AS trace_id, ServiceName AS service, SpanName AS operation, ${MS} AS ms, StatusCode AS status, StatusMessage AS message ${spans} AND (\${search:sqlstring} = '' OR positionCaseInsensitive(concat(SpanName, ' ', StatusMessage), \${search:sqlstring}) > 0) ORDER BY Duration DESC LIMIT 50`,
        },
      },
      {
        title: 'Trace',
        description:
          'The one whose id is in the field Trace, or else that of the slowest root span in the range.',
        type: 'traces',
        width: 24,
        height: 14,
        queries: {
          trace: `WITH if(\${trace:sqlstring} = '', (SELECT argMax(TraceId, Duration) ${spans} AND ParentSpanId = ''), \${trace:sqlstring}) AS wanted SELECT TraceId AS traceID, SpanId AS spanID, ParentSpanId AS parentSpanID, ServiceName AS serviceName, SpanName AS operationName, toUnixTimestamp64Milli(Timestamp) AS startTime, ${MS} AS duration, arrayMap(key -> map('key', key, 'value', SpanAttributes[key]), mapKeys(SpanAttributes)) AS tags, arrayMap(key -> map('key', key, 'value', ResourceAttributes[key]), mapKeys(ResourceAttributes)) AS serviceTags FROM ${table('traces')} WHERE ${IN_RANGE} AND TraceId = wanted ORDER BY Timestamp LIMIT 5000`,
        },
      },
    ],
  },
  {
    title: 'Logs',
    panels: [
      {
        title: 'Log records by severity',
        description: 'In each step of the time axis.',
        type: 'timeseries',
        width: 24,
        stacked: true,
        queries: {
          severities: `SELECT ${STEP} AS time, if(SeverityText = '', 'unset', SeverityText) AS severity, count() AS records ${logs} GROUP BY time, severity ORDER BY time`,
        },
      },
      {
        title: 'Log records',
        description:
          'The newest thousand whose body holds the text of the field Search, and of the trace in the field Trace.',
        type: 'logs',
        width: 24,
        height: 12,
        queries: {
          records: `SELECT Timestamp AS timestamp, Body AS body, SeverityText AS level, LogAttributes AS labels, TraceId AS traceID ${logs} AND (\${search:sqlstring} = '' OR positionCaseInsensitive(Body, \${search:sqlstring}) > 0) AND (\${trace:sqlstring} = '' OR TraceId = \${trace:sqlstring}) ORDER BY Timestamp DESC LIMIT 1000`,
        },
      },
    ],
  },
  {
    title: 'Metrics',
    panels: [
      {
        title: 'Metrics that there are',
        description: 'Of all five kinds, with how many points the range has.',
        type: 'table',
        width: 24,
        queries: {
          metrics: (['gauge', 'sum', 'histogram', 'exponential_histogram', 'summary'] as const)
            .map(
              kind =>
                `SELECT '${kind}' AS kind, ServiceName AS service, MetricName AS metric, any(MetricUnit) AS unit, count() AS points, uniq(Attributes) AS series, any(MetricDescription) AS description ${points(kind)} GROUP BY service, metric`,
            )
            .join(' UNION ALL '),
        },
      },
      {
        title: 'Gauges',
        description: 'The mean over the series of each metric.',
        type: 'timeseries',
        width: 12,
        queries: { gauges: `SELECT ${BY_METRIC}, avg(Value) AS value ${points('gauge')} ${GROUPED}` },
      },
      {
        title: 'Sums',
        description:
          'As they were sent: deltas of each step are added up; of cumulative ones the last of each series is.',
        type: 'timeseries',
        width: 12,
        queries: {
          // AggregationTemporality 1 is delta. A series is one start, resource and set of attributes.
          sums: `SELECT time, series, sum(value) AS value FROM (SELECT ${BY_METRIC}, if(any(AggregationTemporality) = 1, sum(Value), argMax(Value, TimeUnix)) AS value ${points('sum')} GROUP BY time, series, Attributes, ResourceAttributes, ScopeName) ${GROUPED}`,
        },
      },
      {
        title: 'Histograms: mean',
        description:
          'Sum over count of all points of the step; of cumulative ones that is the mean since their start.',
        type: 'timeseries',
        width: 8,
        queries: {
          histograms: `SELECT ${BY_METRIC}, sum(Sum) / greatest(1, sum(Count)) AS value ${points('histogram')} ${GROUPED}`,
        },
      },
      {
        title: 'Exponential histograms: mean',
        description:
          'Sum over count of all points of the step; of cumulative ones that is the mean since their start.',
        type: 'timeseries',
        width: 8,
        queries: {
          exponential: `SELECT ${BY_METRIC}, sum(Sum) / greatest(1, sum(Count)) AS value ${points('exponential_histogram')} ${GROUPED}`,
        },
      },
      {
        title: 'Summaries: mean',
        description:
          'Sum over count of all points of the step, which is the mean since the start of the series.',
        type: 'timeseries',
        width: 8,
        queries: {
          summaries: `SELECT ${BY_METRIC}, sum(Sum) / greatest(1, sum(Count)) AS value ${points('summary')} ${GROUPED}`,
        },
      },
    ],
  },
];

const textbox = (name: string, label: string, query: string): Variable => ({
  name,
  label,
  type: 'textbox',
  query,
  current: { text: query, value: query },
});

/** What the rows say, from ClickHouse: the tables of `otelrows schema clickhouse`, all five kinds of metrics switched on. */
export function dataBoard(): Board {
  return makeBoard(
    {
      uid: 'otelrows-data',
      title: 'otelrows: the data',
      description: 'Made by "npm run docs" from src/docs/boards/data.ts. docs/boards.md says what it shows.',
      refresh: '',
      time: { from: 'now-1h', to: 'now' },
    },
    'grafana-clickhouse-datasource',
    [
      textbox('database', 'Database', 'otel'),
      {
        name: 'service',
        label: 'Service',
        type: 'query',
        query: `SELECT DISTINCT ServiceName FROM ${table('traces')} WHERE ${IN_RANGE} ORDER BY ServiceName`,
        datasource: sourceRef('grafana-clickhouse-datasource'),
        refresh: 2,
        includeAll: true,
        multi: true,
        current: { text: 'All', value: '$__all' },
      },
      textbox('search', 'Search', ''),
      textbox('trace', 'Trace', ''),
    ],
    SECTIONS,
  );
}
