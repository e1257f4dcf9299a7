import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Clickhouse, openClickhouse } from '../support/clickhouse.js';
import { type HttpFront, startHttpFront } from '../support/clickhouse-http.js';
import { LOGIN, NOTHING_TO_DO, schemaCommand } from '../support/schema-command.js';

// Of one version: older ones, embedded, wait for ever when they drop a Kafka table.
let clickhouse: Clickhouse;
let front: HttpFront;
beforeAll(async () => {
  clickhouse = openClickhouse();
  front = await startHttpFront(clickhouse, LOGIN);
});
beforeEach(() => {
  front.statements.length = 0;
});
afterAll(async () => {
  await front.close();
  await clickhouse.close();
});

const apply = (...args: string[]) => schemaCommand(['--apply', front.url, '--yes', ...args]);
const diff = (...args: string[]) => schemaCommand(['--diff', front.url, ...args]);

it('makes rollups that count anew once, and then nothing', async () => {
  const args = [
    '--database',
    'recounted',
    '--row-id',
    'column',
    '--rollups',
    '5m,1h',
    '--rollup-retention',
    '1y',
  ];
  expect(await apply(...args)).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await diff(...args)).toStrictEqual({ exitCode: 0, stdout: NOTHING_TO_DO, stderr: '' });
});

it('makes of the tables that an older version printed those of today, but for their order', async () => {
  const printed = readFileSync('test/golden/printed-before-v0.165.sql', 'utf8')
    .replaceAll('otel.otel_', 'older.otel_')
    .replace('EXISTS otel;', 'EXISTS older;');
  for (const statement of printed.split(/;$/m).filter(text => text.includes('CREATE')))
    await clickhouse.query(statement);
  await clickhouse.query("INSERT INTO older.otel_logs (Timestamp, Body) SELECT now(), 'kept'");
  const args = ['--database', 'older', '--retention', '30d'];
  const { stdout, exitCode, stderr } = await apply(...args);
  expect({ exitCode, stderr }).toStrictEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain('change table otel_logs: new column __otel_materialized_k8s.cluster.name');
  expect(stdout).toContain('codec of column Body');
  const second = await diff(...args);
  expect(second.exitCode).toBe(0);
  expect(second.stdout).toBe(`${NOTHING_TO_DO}Left as it is:
  otel_logs is ordered by (ServiceName, toDateTime(Timestamp), Timestamp), not by (toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp).
  otel_metrics_gauge is ordered by (ServiceName, MetricName, Attributes, TimeUnix), not by (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix).
  otel_metrics_sum is ordered by (ServiceName, MetricName, Attributes, TimeUnix), not by (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix).
`);
  expect(await clickhouse.query('SELECT Body FROM older.otel_logs')).toContain('kept');
});

it('makes a Kafka engine table again that reads in another way, what reads first, and keeps its group', async () => {
  const args = ['--database', 'reading'];
  await apply(...args, '--group-prefix', 'of-old');
  front.statements.length = 0;
  const changed = ['--row-id', 'column', '--consumers', '4'];
  const { stdout, stderr } = await apply(...args, ...changed);
  expect(stderr).toBe('');
  expect(stdout).toContain(
    'replace otel_traces_kafka, which goes on at its committed offsets: other columns; kafka_num_consumers is 1 and becomes 4; kafka_thread_per_consumer is not set and becomes 1',
  );
  const order = front.statements
    .filter(text => text.includes('reading.otel_traces'))
    .map(text => text.split('\n')[0]);
  expect(order).toStrictEqual([
    "ALTER TABLE reading.otel_traces ADD COLUMN IF NOT EXISTS RowId String COMMENT 'Topic, partition and offset of the record, and number of the item: the same when processed again' CODEC(ZSTD(3)) AFTER `Links.Attributes`",
    'DROP TABLE IF EXISTS reading.otel_traces_kafka SYNC',
    'DROP TABLE IF EXISTS reading.otel_traces_kafka_rows SYNC',
    'DROP TABLE IF EXISTS reading.otel_traces_kafka_errors SYNC',
    'CREATE TABLE IF NOT EXISTS reading.otel_traces_kafka',
    'CREATE MATERIALIZED VIEW IF NOT EXISTS reading.otel_traces_kafka_rows',
    'CREATE MATERIALIZED VIEW IF NOT EXISTS reading.otel_traces_kafka_errors',
  ]);
  const groups = await clickhouse.query(
    "SELECT engine_full FROM system.tables WHERE database = 'reading' AND engine = 'Kafka'",
  );
  expect(groups.match(/of-old-reading\./g)).toHaveLength(4);
  const again = await diff(...args, ...changed);
  expect(again.exitCode).toBe(0);
  expect(again.stdout).toContain('otel_logs_kafka reads in the consumer group');
  expect(again.stdout).toContain('otel_logs is a MergeTree, not a ReplacingMergeTree.');
});
