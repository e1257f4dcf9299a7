import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Clickhouse } from '../support/clickhouse.js';
import { type HttpFront, startHttpFront } from '../support/clickhouse-http.js';
import { CLICKHOUSES } from '../support/clickhouse-versions.js';
import { LOGIN, NOTHING_TO_DO, schemaCommand } from '../support/schema-command.js';

const BOTH = ['--rollups', '5m,1h', '--retention', '30d'];

describe.each(CLICKHOUSES.map(({ name, open }) => [name, open] as const))('ClickHouse %s', (_, open) => {
  let clickhouse: Clickhouse;
  let front: HttpFront;
  beforeAll(async () => {
    clickhouse = await open();
    front = await startHttpFront(clickhouse, LOGIN);
  });
  beforeEach(() => {
    front.statements.length = 0;
    front.refuse = undefined;
  });
  afterAll(async () => {
    await front.close();
    await clickhouse.close();
  });

  const apply = (...args: string[]) => schemaCommand(['--apply', front.url, '--yes', ...args]);
  const diff = (...args: string[]) => schemaCommand(['--diff', front.url, ...args]);

  it('makes everything once, and then nothing', async () => {
    const first = await diff('--database', 'fresh', ...BOTH);
    expect(first).toMatchObject({ exitCode: 1, stderr: '' });
    expect(first.stdout).toMatch(/^create database fresh\ncreate table otel_kafka_errors\n/);
    expect(front.statements).toStrictEqual([]);

    const applied = await apply('--database', 'fresh', ...BOTH);
    expect(applied).toMatchObject({ exitCode: 0, stderr: '' });
    expect(applied.stdout).toMatch(/\nDone: \d+ steps\.\n$/);

    front.statements.length = 0;
    for (const again of [
      await apply('--database', 'fresh', ...BOTH),
      await diff('--database', 'fresh', ...BOTH),
    ])
      expect(again).toStrictEqual({ exitCode: 0, stdout: NOTHING_TO_DO, stderr: '' });
    expect(front.statements).toStrictEqual([]);
  });

  it('goes on after a step that failed', async () => {
    front.refuse = /TABLE IF NOT EXISTS halfway\.otel_logs\n/;
    const failed = await apply('--database', 'halfway');
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toMatch(
      /^error: create table otel_logs: ClickHouse at http:\S+ refused: Code: 497\. DB::Exception: Not enough privileges\.\n\d+ of \d+ steps were done; the same command goes on after them\.\n$/,
    );
    front.refuse = undefined;
    const second = await apply('--database', 'halfway');
    expect(second.stdout).toMatch(/^create table otel_logs\n/);
    expect((await diff('--database', 'halfway')).stdout).toBe(NOTHING_TO_DO);
  });

  it('changes columns, indexes, ages and settings that someone has changed', async () => {
    const args = ['--database', 'changed', '--retention', '30d'];
    await apply(...args);
    for (const change of [
      'otel_logs DROP COLUMN ScopeVersion',
      'otel_logs MODIFY COLUMN Body CODEC(LZ4)',
      "otel_logs MODIFY COLUMN `__otel_materialized_k8s.pod.name` LowCardinality(String) MATERIALIZED 'x'",
      'otel_traces DROP INDEX idx_duration',
      'otel_traces REMOVE TTL',
      'otel_traces MODIFY SETTING ttl_only_drop_parts = 0',
      "otel_metrics_gauge COMMENT COLUMN Value 'of mine'",
      'otel_metrics_gauge ADD COLUMN Mine String, ADD INDEX mine Mine TYPE minmax',
    ])
      await clickhouse.query(`ALTER TABLE changed.${change}`);

    const { stdout } = await apply(...args);
    for (const what of [
      'change table otel_logs: new column ScopeVersion',
      'change table otel_logs: codec of column Body',
      'change table otel_logs: expression of column __otel_materialized_k8s.pod.name',
      'change table otel_traces: new index idx_duration',
      'change table otel_traces: OLD ROWS ARE DELETED OR MOVED at another age',
      'change table otel_traces: ttl_only_drop_parts is 0 and becomes 1',
      'change table otel_metrics_gauge: comment of column Value',
    ])
      expect(stdout).toContain(what);
    expect(await diff(...args)).toStrictEqual({ exitCode: 0, stdout: NOTHING_TO_DO, stderr: '' });
    expect(
      await clickhouse.query("SELECT name FROM system.columns WHERE database = 'changed' AND name = 'Mine'"),
    ).toContain('Mine');
  });

  it('puts another query into a view without an end to what it moves', async () => {
    await apply('--database', 'views');
    await clickhouse.query(
      'ALTER TABLE views.otel_traces_trace_id_ts_mv MODIFY QUERY SELECT TraceId, min(Timestamp) AS Start, min(Timestamp) AS End FROM views.otel_traces GROUP BY TraceId',
    );
    front.statements.length = 0;
    await apply('--database', 'views');
    expect(front.statements).toHaveLength(1);
    expect(front.statements[0]).toMatch(
      /^ALTER TABLE views\.otel_traces_trace_id_ts_mv MODIFY QUERY\nSELECT/,
    );
    expect((await diff('--database', 'views')).stdout).toBe(NOTHING_TO_DO);
  });

  it("says which tables are not there that have to be, and what is wrong with a server's answer", async () => {
    const missing = await diff('--flavor', 'clickstack');
    expect(missing).toMatchObject({ exitCode: 1, stdout: '' });
    expect(missing.stderr).toBe(
      'error: The database default has no otel_traces, otel_logs, otel_metrics_gauge, otel_metrics_sum, and with --flavor clickstack none is made: is --database right?\n',
    );
    const refused = await schemaCommand(['--diff', front.url], { user: 'writer', password: 'wrong' });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/refused: Code: 516\. DB::Exception: writer: Authentication failed\n$/);
    const unasked = await schemaCommand(['--apply', front.url, '--database', 'unasked']);
    expect(unasked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('give --yes') });
    expect(unasked.stdout).toContain('create database unasked');
    expect(front.statements).toStrictEqual([]);
  });
});
