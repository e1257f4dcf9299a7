import type { MetricKind } from '../tables/columns.js';
import type { RowFormat, RowOf } from '../tables/row.js';
import { decodeRecord, type InputEncoding } from './decode/decode-record.js';
import { DEFAULT_LIMITS, type Limits } from './decode/limits.js';
import type { RequestBySignal, Signal } from './decode/otlp.js';
import { logItems } from './explode/logs.js';
import { metricItems } from './explode/metrics.js';
import { SHAPES } from './explode/shapes.js';
import { traceItems } from './explode/traces.js';

export interface ExplodeOptions {
  /** Default `auto`. */
  encoding?: InputEncoding;
  /** Which exporter's values the rows have; default `clickhouse`. */
  rowFormat?: RowFormat;
  /** Default: those of the config. */
  limits?: Limits;
}

/** A row of one of the five metric kinds. */
export type MetricRow = {
  [Kind in MetricKind]: { readonly kind: Kind; readonly row: RowOf<Kind> };
}[MetricKind];

/**
 * The rows of an OTLP trace export request, one per span, in input order.
 *
 * @throws PoisonRecord when the bytes are not such a request or go beyond a limit.
 */
export function explodeTraces(bytes: Uint8Array, options: ExplodeOptions = {}): RowOf<'traces'>[] {
  return Array.from(traceItems(requestOf('traces', bytes, options), shapeOf(options)), item =>
    item.makeRow(),
  );
}

/**
 * The rows of an OTLP log export request, one per log record, in input order.
 *
 * @throws PoisonRecord when the bytes are not such a request or go beyond a limit.
 */
export function explodeLogs(bytes: Uint8Array, options: ExplodeOptions = {}): RowOf<'logs'>[] {
  return Array.from(logItems(requestOf('logs', bytes, options), shapeOf(options)), item => item.makeRow());
}

/**
 * The rows of an OTLP metric export request with their kinds, one per data point, in input order.
 *
 * @throws PoisonRecord when the bytes are not such a request or go beyond a limit.
 */
export function explodeMetrics(bytes: Uint8Array, options: ExplodeOptions = {}): MetricRow[] {
  return Array.from(
    metricItems(requestOf('metrics', bytes, options), shapeOf(options)),
    // The compiler does not see that a kind and the row that comes with it belong together.
    ({ kind, makeRow }) => ({ kind, row: makeRow() }) as MetricRow,
  );
}

function requestOf<S extends Signal>(
  signal: S,
  bytes: Uint8Array,
  options: ExplodeOptions,
): RequestBySignal[S] {
  const { encoding = 'auto', limits = DEFAULT_LIMITS } = options;
  return decodeRecord(signal, encoding, bytes, limits).request as RequestBySignal[S];
}

function shapeOf({ rowFormat = 'clickhouse' }: ExplodeOptions) {
  return SHAPES[rowFormat];
}
