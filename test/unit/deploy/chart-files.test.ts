import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../../src/config/load.js';
import { listedSettings } from '../../../src/config/schema.js';
import { withChartValues } from '../../../src/docs/chart-values.js';
import { RUN_METRICS, WORKER_METRICS } from '../../../src/observe/metric-list.js';

// What of the chart can be told without helm; test/deploy renders it.
const CHART = 'deploy/helm/otelrows';
const read = (path: string) => readFileSync(join(CHART, path), 'utf8');
const values = parse(read('values.yaml')) as Record<string, unknown>;

test('its README is what "npm run docs" writes, and has every value', () => {
  const readme = read('README.md');
  expect(readme).toBe(withChartValues(readme, read('values.yaml')));
  for (const path of leavesOf(values)) expect(readme).toContain(`\`${path}\``);
  expect(() => withChartValues('# Chart\n', '')).toThrow('no place');
});

test('its notes know every value, so that they name only others', () => {
  const known = JSON.parse(/\[.*\]/s.exec(read('templates/_known-values.tpl'))?.[0] ?? '[]');
  expect(known).toEqual([...Object.keys(values), 'global'].sort());
});

test('its schema checks nothing that is no value, and forbids no key', () => {
  const schema = JSON.parse(read('values.schema.json'));
  for (const key of Object.keys(schema.properties)) expect(values).toHaveProperty(key);
  expect(JSON.stringify(schema)).not.toContain('"additionalProperties":false');
});

test('its version of otelrows is that of package.json', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(parse(read('Chart.yaml')).appVersion).toBe(version);
  expect(readFileSync('deploy/kustomize/base/kustomization.yaml', 'utf8')).toContain(`newTag: "${version}"`);
});

test.each([
  ...readdirSync(join(CHART, 'ci')).map(file => join(CHART, 'ci', file)),
  join(CHART, 'values.yaml'),
  'deploy/kustomize/base/otelrows.yaml',
  'deploy/kustomize/example/otelrows.yaml',
])('the config of %s is one that otelrows takes', path => {
  const file = parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  const config = path.includes('kustomize')
    ? file
    : { ...(file['config'] as object), ...(file['alternateConfig'] as object) };
  const folder = mkdtempSync(join(tmpdir(), 'otelrows-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'otelrows.json'), JSON.stringify(config));
  // As the pod has them; what they name is not here.
  const secrets = path.includes('example')
    ? [{ setting: 'kafka.auth.sasl.password' }]
    : ((file['existingSecrets'] ?? []) as { setting: string }[]);
  const env = Object.fromEntries(secrets.map(({ setting }) => [variableOf(setting), 'x']));
  loadConfig({ file: join(folder, 'otelrows.json'), env, filesMustExist: false });
});

test('a secret setting is named as the template names it', () => {
  const secrets = listedSettings.filter(({ setting }) => setting.secret).map(({ path }) => path);
  expect(secrets).toContain('kafka.auth.sasl.password');
  const named = listedSettings.find(({ path }) => path === 'kafka.auth.sasl.password');
  expect(variableOf('kafka.auth.sasl.password')).toBe(named?.env);
});

test('its alerts and triggers ask for metrics that there are', () => {
  const names = Object.keys({ ...WORKER_METRICS, ...RUN_METRICS });
  for (const file of ['files/alerts.yaml', 'templates/autoscaling.yaml'])
    for (const [name] of read(file).matchAll(/\botelrows_[a-z_]+/g)) expect(names, file).toContain(name);
});

test('the figures behind requests and limits are those of docs/tuning.md', () => {
  const tuning = readFileSync('docs/tuning.md', 'utf8');
  expect(tuning).toContain(
    'At 50,000 spans per second for ten minutes, `npm run bench -- kafka soak --rate 50000`: 0.41 cores',
  );
  expect(tuning).toContain('242 at most');
  expect(values['resources']).toEqual({
    requests: { cpu: '500m', memory: '256Mi' },
    limits: { memory: '512Mi' },
  });
});

/** As templates/_config.tpl does. */
function variableOf(setting: string): string {
  return `OTELROWS_${setting.replaceAll('.', '_').toUpperCase()}`;
}

function leavesOf(value: unknown, path = ''): string[] {
  // A map on one line is one value.
  if (value === null || typeof value !== 'object' || Array.isArray(value) || Object.keys(value).length === 0)
    return [path];
  if (read('values.yaml').includes(` ${path.split('.').at(-1)}: {`)) return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(inner, path === '' ? key : `${path}.${key}`),
  );
}
