import { parse, stringify } from 'yaml';

interface Alert {
  alert: string;
  expr: string;
  for?: string;
  severity: string;
  summary: string;
  description: string;
}

/**
 * The chart's alerts as a rule file for a Prometheus without Kubernetes, where series have no `pod` but an `instance`.
 *
 * @param chartAlerts text of the chart's `files/alerts.yaml`, from which the chart makes its PrometheusRule.
 */
export function renderPrometheusRules(chartAlerts: string): string {
  const plain = chartAlerts
    .replaceAll('{$pods}', '')
    .replace(/\bby \(pod\b/g, 'by (instance')
    .replaceAll('$labels.pod', '$labels.instance');
  const { alerts } = parse(plain) as { alerts: Alert[] };
  const rules = alerts.map(({ alert, expr, for: time, severity, summary, description }) => ({
    alert,
    expr,
    ...(time === undefined ? {} : { for: time }),
    labels: { severity },
    annotations: { summary, description, runbook: `docs/runbook.md#${alert.toLowerCase()}` },
  }));
  const head =
    '# Made by "npm run docs" from deploy/helm/otelrows/files/alerts.yaml; docs/runbook.md says what to do.\n';
  return head + stringify({ groups: [{ name: 'otelrows', rules }] }, { lineWidth: 0 });
}
