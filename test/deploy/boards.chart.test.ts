import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { promqlErrors } from '../support/chart-tools.js';

// As Grafana fills them in.
const filledIn = (expr: string) =>
  expr.replaceAll('$job', 'otelrows').replaceAll('$__rate_interval', '1m').replaceAll('$__range', '1h');

test('each expression of the worker board is PromQL', async () => {
  const board = JSON.parse(readFileSync('deploy/boards/otelrows-worker.json', 'utf8')) as {
    panels: { title: string; targets?: { expr: string }[] }[];
  };
  const targets = board.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ title, expr })),
  );
  expect(targets.length).toBeGreaterThan(30);
  for (const { title, expr } of targets) {
    expect(filledIn(expr)).not.toContain('$');
    expect(await promqlErrors(filledIn(expr)), title).toEqual([]);
  }
});

test('each rule of deploy/prometheus/alerts.yml is PromQL', async () => {
  const { groups } = parse(readFileSync('deploy/prometheus/alerts.yml', 'utf8'));
  for (const { alert, expr } of groups[0].rules) expect(await promqlErrors(expr), alert).toEqual([]);
});
