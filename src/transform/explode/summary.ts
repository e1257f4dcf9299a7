import type { RowOf } from '../../tables/row.js';
import type { SummaryDataPoint } from '../decode/otlp.js';
import { type MetricColumns, pointColumns } from './metric-columns.js';
import type { Shape } from './shape.js';

export function summaryRow(point: SummaryDataPoint, metric: MetricColumns, shape: Shape): RowOf<'summary'> {
  return {
    ...metric,
    ...pointColumns(point, shape),
    Count: point.count,
    Sum: point.sum,
    'ValueAtQuantiles.Quantile': point.quantileValues.map(({ quantile }) => quantile),
    'ValueAtQuantiles.Value': point.quantileValues.map(({ value }) => value),
    Flags: point.flags,
  };
}
