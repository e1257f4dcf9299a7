/**
 * Functions that see each row before it is written; docs/transforms.md says what they may do.
 *
 *     otelrows run --config config/transforms/functions/rows.yaml
 */
import { defineTransform, drop, durationMs, severityOf, urlWithoutQuery } from 'otelrows';

export default defineTransform({
  traces(row, ctx) {
    const route = row.SpanAttributes.get('http.route');
    if (route === '/healthz' && durationMs(row.Duration) < 100) return drop('health_check');

    const url = row.SpanAttributes.get('url.full');
    if (url !== undefined) row.SpanAttributes.set('url.full', urlWithoutQuery(url));

    const tenant = ctx.headers.get('x-tenant');
    if (tenant !== undefined) row.ResourceAttributes.set('tenant.id', tenant);
    else ctx.count('without_tenant');
  },

  logs(row) {
    if (row.SeverityNumber !== 0) return;
    const { number, text } = severityOf(row.LogAttributes.get('level') ?? '');
    row.SeverityNumber = number;
    row.SeverityText = text;
  },
});
