import type { RowOf } from '../../tables/row.js';
import type { NumberDataPoint } from '../decode/otlp.js';
import type { SumItem } from './items.js';
import { exemplarColumns, type MetricColumns, numberValue, pointColumns } from './metric-columns.js';
import type { Shape } from './shape.js';

export function sumRow(
  point: NumberDataPoint,
  sum: SumItem['data'],
  metric: MetricColumns,
  shape: Shape,
): RowOf<'sum'> {
  return {
    ...metric,
    ...pointColumns(point, shape),
    Value: numberValue(point),
    Flags: point.flags,
    ...exemplarColumns(point.exemplars, shape),
    AggregationTemporality: sum.aggregationTemporality,
    IsMonotonic: sum.isMonotonic,
  };
}
