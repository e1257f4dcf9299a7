import { expect, it } from 'vitest';
import { testBroker, uniqueName } from '../support/broker.js';
import { startHttpFront } from '../support/clickhouse-http.js';
import { NEWEST, startClickhouseVersion } from '../support/clickhouse-versions.js';
import { createTopic, produce } from '../support/kafka-client.js';
import { LOGIN, NOTHING_TO_DO } from '../support/schema-command.js';
import { startCommand } from '../support/start-command.js';
import { untilTrue } from '../support/worker.js';

const PARTITIONS = 4;
const ROWS_PER_ROUND = 2000;

function rowsFrom(topic: string, first: number) {
  return Array.from({ length: ROWS_PER_ROUND }, (_, i) => ({
    topic,
    partition: i % PARTITIONS,
    value: JSON.stringify({
      Timestamp: '1760003312.123456789',
      TraceId: 'ab',
      SpanId: String(first + i),
      ServiceName: 'shop',
    }),
  }));
}

/** A table that is dropped leaves its group without a word, and its partitions wait for so long. */
const SHORT_SESSIONS = () =>
  '<clickhouse><kafka><session_timeout_ms>6000</session_timeout_ms></kafka></clickhouse>';

it.each(NEWEST)('ClickHouse %s stores rows that come while tables are changed, and once', async version => {
  const topic = uniqueName('otel-traces');
  await createTopic(testBroker(), topic, { partitions: PARTITIONS });
  const clickhouse = await startClickhouseVersion(version, 'UTC', SHORT_SESSIONS);
  const front = await startHttpFront(clickhouse, LOGIN);
  const run = async (action: '--apply' | '--diff', ...args: string[]) => {
    const env = { ...process.env, CLICKHOUSE_USER: LOGIN.user, CLICKHOUSE_PASSWORD: LOGIN.password };
    const settings = { kafka: { brokers: testBroker().split(',') }, traces: { topic: { name: topic } } };
    const off = ['--logs-enabled', 'false', '--metrics-sum-enabled', 'false', '--yes'];
    const command = startCommand('schema', settings, ['clickhouse', action, front.url, ...off, ...args], env);
    const exitCode = await command.ended;
    expect({ exitCode, stderr: command.stderr() }).toStrictEqual({ exitCode: 0, stderr: '' });
    return command.stdout();
  };
  try {
    await run('--apply', '--flush-ms', '100');
    let sent = 0;
    let changing = true;
    const sending = (async () => {
      while (changing) {
        await produce(testBroker(), rowsFrom(topic, sent));
        sent += ROWS_PER_ROUND;
      }
    })();
    const stored = async (what = 'count()') =>
      Number(await clickhouse.query(`SELECT ${what} FROM otel.otel_traces`));
    await untilTrue(async () => (await stored()) > 0);
    await clickhouse.query(
      'ALTER TABLE otel.otel_traces_trace_id_ts_mv MODIFY QUERY SELECT TraceId, max(Timestamp) AS Start, max(Timestamp) AS End FROM otel.otel_traces GROUP BY TraceId',
    );
    const changed = ['--flush-ms', '200', '--consumers', '2', '--rollups', '1h'];
    const plan = await run('--apply', ...changed);
    expect(plan).toContain('replace otel_traces_kafka, which goes on at its committed offsets');
    expect(plan).toContain('change view otel_traces_trace_id_ts_mv');
    const before = await stored();
    await untilTrue(async () => (await stored()) > before);
    changing = false;
    await sending;

    await untilTrue(async () => (await stored()) >= sent);
    expect([await stored(), await stored('uniqExact(SpanId)')]).toStrictEqual([sent, sent]);
    expect(await run('--diff', ...changed)).toBe(NOTHING_TO_DO);
  } finally {
    await front.close();
    await clickhouse.close();
  }
});
