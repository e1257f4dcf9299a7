import type { MetricKind, RowKind } from '../tables/columns.js';
import type { Row, RowFormat, RowOf } from '../tables/row.js';
import { decodeRecord, type InputEncoding } from './decode/decode-record.js';
import { DEFAULT_LIMITS, type Limits } from './decode/limits.js';
import type { Signal } from './decode/otlp.js';
import { createExplode } from './explode/explode.js';
import { itemsOf } from './explode/items.js';
import { SHAPES } from './explode/shapes.js';

/** How a request is read, and what its rows are like. */
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
  return rowsOf('traces', bytes, options).map(({ row }) => row as RowOf<'traces'>);
}

/**
 * The rows of an OTLP log export request, one per log record, in input order.
 *
 * @throws PoisonRecord when the bytes are not such a request or go beyond a limit.
 */
export function explodeLogs(bytes: Uint8Array, options: ExplodeOptions = {}): RowOf<'logs'>[] {
  return rowsOf('logs', bytes, options).map(({ row }) => row as RowOf<'logs'>);
}

/**
 * The rows of an OTLP metric export request with their kinds, one per data point, in input order.
 *
 * @throws PoisonRecord when the bytes are not such a request or go beyond a limit.
 */
export function explodeMetrics(bytes: Uint8Array, options: ExplodeOptions = {}): MetricRow[] {
  return rowsOf('metrics', bytes, options) as MetricRow[];
}

/** The kind of each row is that of the item it is made of: one of the signal's. The compiler does not see that. */
function rowsOf(
  signal: Signal,
  bytes: Uint8Array,
  { encoding = 'auto', limits = DEFAULT_LIMITS, rowFormat = 'clickhouse' }: ExplodeOptions,
): { kind: RowKind; row: Row }[] {
  const explode = createExplode(SHAPES[rowFormat]);
  const items = itemsOf(decodeRecord(signal, encoding, bytes, limits));
  return Array.from(items, item => ({ kind: item.kind, row: explode(item).row }));
}
