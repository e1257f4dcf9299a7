import type { RowOf } from '../../tables/row.js';
import type { NumberDataPoint } from '../decode/otlp.js';
import { exemplarColumns, type MetricColumns, numberValue, pointColumns } from './metric-columns.js';
import type { Shape } from './shape.js';

export function gaugeRow(point: NumberDataPoint, metric: MetricColumns, shape: Shape): RowOf<'gauge'> {
  return {
    ...metric,
    ...pointColumns(point, shape),
    Value: numberValue(point),
    Flags: point.flags,
    ...exemplarColumns(point.exemplars, shape),
  };
}
