/** A question that a user of the tables would ask. */
export interface DemoQuery {
  title: string;
  /** Shown as it is run. */
  sql: string;
}

export const DEMO_QUERIES: readonly DemoQuery[] = [
  {
    title: 'Slowest operations',
    sql: `SELECT ServiceName AS service, SpanName AS operation, count() AS calls,
       round(quantile(0.5)(Duration) / 1e6, 1) AS p50_ms, round(quantile(0.95)(Duration) / 1e6, 1) AS p95_ms
FROM otel_traces WHERE SpanKind = 'Server' GROUP BY service, operation ORDER BY p95_ms DESC LIMIT 5`,
  },
  {
    title: 'Error rate by service',
    sql: `SELECT ServiceName AS service, count() AS spans, countIf(StatusCode = 'Error') AS errors,
       round(100 * errors / spans, 2) AS percent, anyIf(StatusMessage, StatusMessage != '') AS example
FROM otel_traces GROUP BY service HAVING errors > 0 ORDER BY percent DESC`,
  },
  {
    title: 'Log severities',
    sql: `SELECT SeverityText AS severity, count() AS records, countIf(TraceId != '') AS with_trace, any(Body) AS example
FROM otel_logs GROUP BY severity, SeverityNumber ORDER BY SeverityNumber DESC`,
  },
  {
    title: 'A metric: HTTP requests as the histograms of the services counted them',
    sql: `SELECT ServiceName AS service, Attributes['http.route'] AS route, sum(requests) AS requests,
       round(1000 * sum(seconds) / requests, 1) AS mean_ms
FROM (SELECT ServiceName, Attributes, max(Count) AS requests, max(Sum) AS seconds FROM otel_metrics_histogram
      WHERE MetricName = 'http.server.request.duration' GROUP BY ServiceName, Attributes)
GROUP BY service, route ORDER BY requests DESC LIMIT 5`,
  },
];
