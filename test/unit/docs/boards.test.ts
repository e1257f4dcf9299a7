import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { BOARDS } from '../../../src/docs/boards/boards.js';
import { renderPrometheusRules } from '../../../src/docs/prometheus-rules.js';
import { RUN_METRICS, WORKER_METRICS } from '../../../src/observe/metric-list.js';

const read = (path: string) => readFileSync(path, 'utf8');
const metrics: Record<string, { type: string }> = { ...WORKER_METRICS, ...RUN_METRICS };
const rules = read('deploy/prometheus/alerts.yml');
const alerts = (parse(rules).groups as { rules: { alert: string }[] }[]).flatMap(group =>
  group.rules.map(({ alert }) => alert),
);

test('deploy/boards and deploy/prometheus/alerts.yml are what "npm run docs" writes', () => {
  expect(readdirSync('deploy/boards').sort()).toEqual(BOARDS.map(({ uid }) => `${uid}.json`).sort());
  for (const { uid, text } of BOARDS) expect(read(`deploy/boards/${uid}.json`)).toBe(text);
  expect(rules).toBe(renderPrometheusRules(read('deploy/helm/otelrows/files/alerts.yaml')));
  // What only the chart fills in.
  expect(rules).not.toMatch(/\bpods?\b/);
});

test('boards and alerts ask for metrics that there are', () => {
  const asked = [rules, ...BOARDS.map(({ text }) => text)].flatMap(text =>
    [...text.matchAll(/\b(otelrows_[a-z_]+)(?=\{|\[|\)|,)/g)].map(([, name = '']) => name),
  );
  expect(asked.length).toBeGreaterThan(30);
  for (const name of asked) {
    const histogram = name.endsWith('_bucket') && name.replace(/_bucket$/, '');
    if (histogram) expect(metrics[histogram]?.type, name).toBe('histogram');
    else expect(metrics, name).toHaveProperty(name);
  }
});

test.each(BOARDS)(
  '$uid: panels do not lie on each other, say what they show and use its data source',
  ({ board }) => {
    const taken = new Set<string>();
    const ids = new Set<number>();
    for (const panel of board.panels) {
      ids.add(panel.id);
      const { x, y, w, h } = panel.gridPos;
      expect(x + w, panel.title).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column += 1)
        for (let line = y; line < y + h; line += 1) {
          expect(taken, panel.title).not.toContain(`${column},${line}`);
          taken.add(`${column},${line}`);
        }
      if (panel.type === 'row') continue;
      expect(panel.description, panel.title).toMatch(/\.$/);
      expect(panel.targets.length, panel.title).toBeGreaterThan(0);
      for (const { datasource } of [panel, ...panel.targets]) expect(datasource.uid).toBe('$datasource');
    }
    expect(ids.size).toBe(board.panels.length);
  },
);

test('docs/runbook.md has an entry for each alert, and for no other', () => {
  const entries = [...read('docs/runbook.md').matchAll(/^## (Otelrows\w+)$/gm)].map(([, name]) => name);
  expect(entries).toEqual(alerts);
  for (const part of read('docs/runbook.md')
    .split(/^## (?=Otelrows)/m)
    .slice(1))
    for (const heading of ['**Meaning.**', '**Look here.**', '**Do this.**']) expect(part).toContain(heading);
});

test('the rule tests of promtool have each alert fire', () => {
  const tested = read('deploy/prometheus/alerts.test.yml');
  for (const alert of alerts) expect(tested).toMatch(new RegExp(`alertname(=|: )"?${alert}\\b`));
});
