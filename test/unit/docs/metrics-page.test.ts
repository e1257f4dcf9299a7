import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderMetricsPage } from '../../../src/docs/metrics-page.js';
import { RUN_METRICS, WORKER_METRICS } from '../../../src/observe/metric-list.js';

test('docs/metrics.md is what "npm run docs" writes, and names every metric', () => {
  const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
  expect(page).toBe(renderMetricsPage());
  for (const name of Object.keys({ ...WORKER_METRICS, ...RUN_METRICS }))
    expect(page).toContain(`\`${name}\``);
});
