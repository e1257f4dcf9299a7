import type { RowKind } from '../../tables/columns.js';
import type { DecodedRequest } from '../decode/decode-record.js';
import type {
  ExponentialHistogramDataPoint,
  HistogramDataPoint,
  InstrumentationScope,
  LogRecord,
  LogsRequest,
  Metric,
  MetricsRequest,
  NumberDataPoint,
  Resource,
  Span,
  SummaryDataPoint,
  TracesRequest,
} from '../decode/otlp.js';

/**
 * Items of a request: spans, log records and data points, each with what it belongs to. Neighbours share those objects, so
 * whoever changes something of one item replaces what the item refers to and changes nothing within.
 */

interface Owned {
  /** As ResourceSpans and its like have it. */
  resource: { readonly resource?: Resource; readonly schemaUrl: string };
  /** As ScopeSpans and its like have it. */
  scope: { readonly scope?: InstrumentationScope; readonly schemaUrl: string };
}

export interface SpanItem extends Owned {
  readonly kind: 'traces';
  span: Span;
}

export interface LogItem extends Owned {
  readonly kind: 'logs';
  logRecord: LogRecord;
}

/** A data point: `data` is what its metric says of all its points. */
interface PointOf<Kind, Point, Data> extends Owned {
  readonly kind: Kind;
  metric: Pick<Metric, 'name' | 'description' | 'unit'>;
  point: Point;
  data: Omit<NonNullable<Data>, 'dataPoints'>;
}

export type GaugeItem = PointOf<'gauge', NumberDataPoint, Metric['gauge']>;
export type SumItem = PointOf<'sum', NumberDataPoint, Metric['sum']>;
export type HistogramItem = PointOf<'histogram', HistogramDataPoint, Metric['histogram']>;
export type ExponentialHistogramItem = PointOf<
  'exponential_histogram',
  ExponentialHistogramDataPoint,
  Metric['exponentialHistogram']
>;
export type SummaryItem = PointOf<'summary', SummaryDataPoint, Metric['summary']>;

export type PointItem = GaugeItem | SumItem | HistogramItem | ExponentialHistogramItem | SummaryItem;

/** An item of any kind. */
export type Item = SpanItem | LogItem | PointItem;

/** An item of one kind. */
export type ItemOf<Kind extends RowKind> = Extract<Item, { kind: Kind }>;

/** Every span, log record or data point of the request, in input order. */
export function itemsOf(decoded: DecodedRequest): Generator<Item> {
  switch (decoded.signal) {
    case 'traces':
      return spanItems(decoded.request);
    case 'logs':
      return logItems(decoded.request);
    case 'metrics':
      return pointItems(decoded.request);
  }
}

/** Every span of the request, in input order. */
function* spanItems(request: TracesRequest): Generator<SpanItem> {
  for (const resource of request.resourceSpans) {
    for (const scope of resource.scopeSpans) {
      for (const span of scope.spans) yield { kind: 'traces', resource, scope, span };
    }
  }
}

/** Every log record of the request, in input order. */
function* logItems(request: LogsRequest): Generator<LogItem> {
  for (const resource of request.resourceLogs) {
    for (const scope of resource.scopeLogs) {
      for (const logRecord of scope.logRecords) yield { kind: 'logs', resource, scope, logRecord };
    }
  }
}

/** Every data point of the request, in input order. A metric without data has none. */
function* pointItems(request: MetricsRequest): Generator<PointItem> {
  for (const resource of request.resourceMetrics) {
    for (const scope of resource.scopeMetrics) {
      for (const metric of scope.metrics) {
        const owners = { resource, scope, metric };
        const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
        if (gauge) yield* points({ kind: 'gauge', ...owners, data: gauge }, gauge.dataPoints);
        if (sum) yield* points({ kind: 'sum', ...owners, data: sum }, sum.dataPoints);
        if (histogram) yield* points({ kind: 'histogram', ...owners, data: histogram }, histogram.dataPoints);
        if (exponentialHistogram) {
          const { dataPoints } = exponentialHistogram;
          yield* points({ kind: 'exponential_histogram', ...owners, data: exponentialHistogram }, dataPoints);
        }
        if (summary) yield* points({ kind: 'summary', ...owners, data: summary }, summary.dataPoints);
      }
    }
  }
}

function* points<Around, Point>(
  around: Around,
  dataPoints: readonly Point[],
): Generator<Around & { point: Point }> {
  for (const point of dataPoints) yield { ...around, point };
}
