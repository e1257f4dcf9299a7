import type { RowOf } from '../../tables/row.js';
import type { HistogramDataPoint } from '../decode/otlp.js';
import type { HistogramItem } from './items.js';
import { exemplarColumns, type MetricColumns, pointColumns } from './metric-columns.js';
import type { Shape } from './shape.js';

export function histogramRow(
  point: HistogramDataPoint,
  histogram: HistogramItem['data'],
  metric: MetricColumns,
  shape: Shape,
): RowOf<'histogram'> {
  return {
    ...metric,
    ...pointColumns(point, shape),
    Count: point.count,
    Sum: point.sum ?? 0,
    BucketCounts: point.bucketCounts,
    ExplicitBounds: point.explicitBounds,
    ...exemplarColumns(point.exemplars, shape),
    Flags: point.flags,
    Min: point.min ?? 0,
    Max: point.max ?? 0,
    AggregationTemporality: histogram.aggregationTemporality,
  };
}
