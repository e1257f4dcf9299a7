import { expect, test } from 'vitest';
import { type Manifest, manifests, only, promqlErrors } from '../support/chart-tools.js';

const rendered = only('PrometheusRule', manifests({ values: 'monitoring' }))['spec'].groups;
const alerts: Manifest[] = rendered[0].rules;

test('the parser sees an error', async () => {
  expect(await promqlErrors('sum by (topic (x) > 1')).not.toEqual([]);
});

test('each expression is PromQL and asks for the pods of this release alone', async () => {
  expect(alerts.length).toBeGreaterThan(5);
  for (const { alert, expr } of alerts) {
    expect(await promqlErrors(expr), alert).toEqual([]);
    const selectors = expr.match(/otelrows_\w+(\{[^}]*\})?/g) as string[];
    for (const selector of selectors)
      expect(selector, alert).toMatch(/\{namespace="telemetry",pod=~"rows-otelrows-\.\+"\}$/);
  }
});

test('each says what is wrong and where its runbook is, and has the labels that are asked for', () => {
  for (const { alert, labels, annotations } of alerts) {
    expect(labels, alert).toMatchObject({ team: 'observability' });
    expect(['warning', 'critical']).toContain(labels.severity);
    expect(annotations.summary && annotations.description, alert).toBeTruthy();
    expect(annotations.runbook_url).toBe(
      `https://runbooks.example.com/otelrows#${String(alert).toLowerCase()}`,
    );
  }
});

test('one that is disabled is left out, and groups of the user come along', () => {
  expect(alerts.map(({ alert }) => alert)).not.toContain('OtelrowsWorkerRestarts');
  expect(rendered[1].name).toBe('of-rows');
});
