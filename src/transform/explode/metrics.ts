import type { MetricKind } from '../../tables/columns.js';
import type { MetricsRequest } from '../decode/otlp.js';
import type { ExplodedItem } from './exploded-item.js';
import { exponentialHistogramRow } from './exponential-histogram.js';
import { gaugeRow } from './gauge.js';
import { histogramRow } from './histogram.js';
import { metricColumns } from './metric-columns.js';
import { resourceContext, scopeContext } from './resource.js';
import type { Shape } from './shape.js';
import { sumRow } from './sum.js';
import { summaryRow } from './summary.js';

/** Every data point of the request, in input order. A metric without data has none. */
export function* metricItems(request: MetricsRequest, shape: Shape): Generator<ExplodedItem<MetricKind>> {
  for (const resourceMetrics of request.resourceMetrics) {
    const resource = resourceContext(resourceMetrics.resource, resourceMetrics.schemaUrl, shape);
    for (const scopeMetrics of resourceMetrics.scopeMetrics) {
      const scope = scopeContext(scopeMetrics.scope, scopeMetrics.schemaUrl, shape);
      for (const metric of scopeMetrics.metrics) {
        const columns = metricColumns(metric, resource, scope);
        const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
        if (gauge) {
          for (const point of gauge.dataPoints) {
            yield { kind: 'gauge', resource, makeRow: () => gaugeRow(point, columns, shape) };
          }
        }
        if (sum) {
          for (const point of sum.dataPoints) {
            yield { kind: 'sum', resource, makeRow: () => sumRow(point, sum, columns, shape) };
          }
        }
        if (histogram) {
          for (const point of histogram.dataPoints) {
            yield {
              kind: 'histogram',
              resource,
              makeRow: () => histogramRow(point, histogram, columns, shape),
            };
          }
        }
        if (exponentialHistogram) {
          for (const point of exponentialHistogram.dataPoints) {
            const makeRow = () => exponentialHistogramRow(point, exponentialHistogram, columns, shape);
            yield { kind: 'exponential_histogram', resource, makeRow };
          }
        }
        if (summary) {
          for (const point of summary.dataPoints) {
            yield { kind: 'summary', resource, makeRow: () => summaryRow(point, columns, shape) };
          }
        }
      }
    }
  }
}
