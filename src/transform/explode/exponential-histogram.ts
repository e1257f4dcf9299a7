import type { RowOf } from '../../tables/row.js';
import type { ExponentialHistogramDataPoint } from '../decode/otlp.js';
import type { ExponentialHistogramItem } from './items.js';
import { exemplarColumns, type MetricColumns, pointColumns } from './metric-columns.js';
import type { Shape } from './shape.js';

export function exponentialHistogramRow(
  point: ExponentialHistogramDataPoint,
  exponentialHistogram: ExponentialHistogramItem['data'],
  metric: MetricColumns,
  shape: Shape,
): RowOf<'exponential_histogram'> {
  return {
    ...metric,
    ...pointColumns(point, shape),
    Count: point.count,
    Sum: point.sum ?? 0,
    Scale: point.scale,
    ZeroCount: point.zeroCount,
    PositiveOffset: point.positive?.offset ?? 0,
    PositiveBucketCounts: point.positive?.bucketCounts ?? [],
    NegativeOffset: point.negative?.offset ?? 0,
    NegativeBucketCounts: point.negative?.bucketCounts ?? [],
    ...exemplarColumns(point.exemplars, shape),
    Flags: point.flags,
    Min: point.min ?? 0,
    Max: point.max ?? 0,
    AggregationTemporality: exponentialHistogram.aggregationTemporality,
  };
}
