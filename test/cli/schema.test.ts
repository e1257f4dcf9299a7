import { expect, it } from 'vitest';
import { otelrows } from '../support/otelrows.js';

it('prints tables for the kinds of rows that are switched on', () => {
  const { exitCode, stdout, stderr } = otelrows(['schema', 'clickhouse']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  for (const topic of ['otel-traces', 'otel-logs', 'otel-metrics-sum'])
    expect(stdout).toContain(`'${topic}'`);
  expect(stdout).not.toContain('otel-metrics-gauge');
  expect(stdout).toContain("'localhost:9092'");
});

it('takes topics from the config, and brokers and database as ClickHouse knows them', () => {
  const { stdout } = otelrows([
    'schema',
    'clickhouse',
    '--metrics-gauge-enabled',
    'true',
    '--metrics-gauge-topic-name',
    'gauges',
    '--brokers',
    'kafka:9092, kafka-2:9092',
    '--database',
    'telemetry',
    '--retention-days',
    '30',
  ]);
  expect(stdout).toContain('CREATE DATABASE IF NOT EXISTS telemetry;');
  expect(stdout).toContain("'gauges'");
  expect(stdout).toContain("'kafka:9092,kafka-2:9092'");
  expect(stdout).toContain(`+ ${30 * 24 * 3600}`); // Seconds of 30 days, in the TTL.
});

it('refuses days that are none', () => {
  const { exitCode, stderr } = otelrows(['schema', 'clickhouse', '--retention-days', '1w']);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr:
      "error: option '--retention-days <days>' argument '1w' is invalid. It must be a number of days, at least 1.\n",
  });
});

it.each([
  [['--retention', '30d'], `+ ${30 * 24 * 3600}`],
  [['--retention', '12h'], `+ ${12 * 3600}`],
  [['--retention', '1y'], `+ ${365 * 24 * 3600}`],
])('keeps rows for the age of %j', (given, seconds) => {
  expect(otelrows(['schema', 'clickhouse', ...given]).stdout).toContain(seconds);
});

it.each([
  [
    ['--retention', '30'],
    "error: option '--retention <age>' argument '30' is invalid. It must be a number and a unit",
  ],
  [['--retention', '1000y'], 'at most 99999d'],
  [['--retention', '1d', '--retention-days', '1'], "cannot be used with option '--retention <age>'"],
  [['--server-version', 'new'], 'It must be a version, such as 26.2.'],
  [['--rollups', '7m'], 'Each must be one of 1m, 5m,'],
  [['--rollup-retention', '1y'], 'say which ones by --rollups 5m,1h'],
  [['--move-after', '7d'], '--move-after and --move-to go together'],
  [
    ['--retention', '7d', '--move-after', '7d', '--move-to', 'cold'],
    'rows would be deleted before they are moved',
  ],
  [['--consumers', '0'], 'It must be a whole number from 1 to 128.'],
  [['--flavor', 'grafana'], 'Allowed choices are exporter, clickstack, none.'],
])('refuses %j', (given, message) => {
  const { exitCode, stdout, stderr } = otelrows(['schema', 'clickhouse', ...given]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(message);
});

it("reads into ClickStack's tables, in its database, and makes none of them", () => {
  const { stdout } = otelrows(['schema', 'clickhouse', '--flavor', 'clickstack']);
  expect(stdout).toContain('TO default.otel_traces\n');
  expect(stdout).not.toMatch(/CREATE DATABASE|EXISTS default\.otel_traces\n/);
});

it('prints what reads with several consumers into replicated tables of a cluster', () => {
  const { stdout } = otelrows(
    'schema clickhouse --cluster main --replicated --consumers 4 --block-rows 500000 --flush-ms 5000'.split(
      ' ',
    ),
  );
  expect(stdout).toContain('CREATE DATABASE IF NOT EXISTS otel ON CLUSTER main;');
  expect(stdout).toContain('ENGINE = ReplicatedMergeTree\n');
  expect(stdout).toContain('kafka_num_consumers = 4,\n    kafka_thread_per_consumer = 1,');
  expect(stdout).toMatch(/kafka_max_block_size = 500000,\n {4}kafka_flush_interval_ms = 5000;/);
});
