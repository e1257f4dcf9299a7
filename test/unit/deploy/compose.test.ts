import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../../src/config/load.js';
import { KAFKA_IMAGE } from '../../../src/demo/broker/kafka-release.js';
import { RUN_METRICS, WORKER_METRICS } from '../../../src/observe/metric-list.js';

interface Service {
  image?: string;
  profiles?: string[];
  ports?: string[];
  volumes?: string[];
  depends_on?: string[] | Record<string, { condition: string }>;
  build?: { context: string; dockerfile: string };
  [key: string]: unknown;
}

// `docker compose config` was run on it by hand (docs/deploy.md); this holds it to the files beside it.
const file = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(file.services);
const yaml = (path: string) => parse(readFileSync(join('deploy/compose', path), 'utf8'));

test('every image has a version, and every file and volume that is mounted is there', () => {
  for (const [name, { image, volumes = [], build }] of services) {
    if (build) expect(existsSync(build.dockerfile), name).toBe(true);
    else expect(image, name).toMatch(/^[^:]+:v?\d+\.\d+/);
    for (const volume of volumes) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('.')) expect(existsSync(source), `${name}: ${source}`).toBe(true);
      else expect(file.volumes, name).toHaveProperty(source);
    }
  }
  expect(file.services['kafka']?.image).toBe(KAFKA_IMAGE);
});

test('nothing is reachable from other machines', () => {
  for (const [name, { ports = [] }] of services)
    for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
});

test('a service waits only for those that its profile starts too, and for health that is told', () => {
  for (const [name, { depends_on = [], profiles = [] }] of services) {
    const waitsFor = Array.isArray(depends_on)
      ? depends_on.map(other => [other, null] as const)
      : Object.entries(depends_on);
    for (const [other, condition] of waitsFor) {
      const found = file.services[other];
      expect(found, `${name} → ${other}`).toBeDefined();
      for (const profile of found?.profiles ?? []) expect(profiles, `${name} → ${other}`).toContain(profile);
      if (condition?.condition === 'service_healthy') expect(found).toHaveProperty('healthcheck');
    }
  }
});

test('.env starts every part but the tools', () => {
  const chosen = /^COMPOSE_PROFILES=(.*)$/m.exec(readFileSync('.env', 'utf8'))?.[1]?.split(',') ?? [];
  const known = new Set(services.flatMap(([, { profiles = [] }]) => profiles));
  expect([...chosen, 'tools'].sort()).toEqual([...known].sort());
});

test('otelrows runs as the chart runs it, with a config that it takes', () => {
  expect(file.services['otelrows']).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  const { config } = loadConfig({ file: 'deploy/compose/otelrows.yaml' });
  expect(config.kafka.brokers).toEqual(['kafka:19092']);
});

test('the collector writes the topics that otelrows reads by default, to the same broker', () => {
  const { config } = loadConfig({});
  const { kafka } = yaml('collector.yaml').exporters;
  expect([kafka.traces.topic, kafka.logs.topic, kafka.metrics.topic]).toEqual(
    config.inputs.map(({ topic }) => topic),
  );
  expect(kafka.brokers).toEqual(['kafka:19092']);
});

test('Prometheus asks the port of otelrows, and Grafana has the data sources of its boards', () => {
  const { config } = loadConfig({ file: 'deploy/compose/otelrows.yaml' });
  expect(yaml('prometheus.yaml').scrape_configs[0].static_configs[0].targets).toEqual([
    `otelrows:${config.http.port}`,
  ]);
  const known = yaml('grafana/provisioning/datasources/datasources.yaml').datasources.map(
    ({ uid }: { uid: string }) => uid,
  );
  const boards = readdirSync('deploy/compose/grafana/boards');
  const environment = (file.services['grafana']?.['environment'] ?? {}) as Record<string, string>;
  const home = String(environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']);
  expect(boards).toContain(normalize(home).split('/').at(-1));
  const metrics = Object.keys({ ...WORKER_METRICS, ...RUN_METRICS });
  const schema = readFileSync('deploy/compose/clickhouse/schema.sql', 'utf8');
  for (const board of boards) {
    const text = readFileSync(join('deploy/compose/grafana/boards', board), 'utf8');
    for (const [, uid] of text.matchAll(/"uid": "(prometheus|clickhouse|\$\{?\w+\}?)"/g))
      expect(known).toContain(uid);
    for (const [name] of text.matchAll(/\botelrows_[a-z_]+/g))
      expect(metrics, board).toContain(name.replace(/_(bucket|sum|count)$/, ''));
    for (const [, table] of text.matchAll(/FROM otel\.(\w+)/g))
      expect(schema).toContain(`CREATE TABLE IF NOT EXISTS otel.${table}\n`);
  }
});
