import type { MetricKind } from '../../tables/columns.js';
import type { RowOf } from '../../tables/row.js';
import { exponentialHistogramRow } from './exponential-histogram.js';
import { gaugeRow } from './gauge.js';
import { histogramRow } from './histogram.js';
import type { PointItem } from './items.js';
import type { MetricColumns } from './metric-columns.js';
import type { Shape } from './shape.js';
import { sumRow } from './sum.js';
import { summaryRow } from './summary.js';

type PointRow = { [Kind in MetricKind]: RowOf<Kind> }[MetricKind];

/** The row of a data point of any kind. */
export function pointRow(item: PointItem, columns: MetricColumns, shape: Shape): PointRow {
  switch (item.kind) {
    case 'gauge':
      return gaugeRow(item.point, columns, shape);
    case 'sum':
      return sumRow(item.point, item.data, columns, shape);
    case 'histogram':
      return histogramRow(item.point, item.data, columns, shape);
    case 'exponential_histogram':
      return exponentialHistogramRow(item.point, item.data, columns, shape);
    case 'summary':
      return summaryRow(item.point, columns, shape);
  }
}
