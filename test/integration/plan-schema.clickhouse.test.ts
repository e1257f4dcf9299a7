import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planSchema } from '../../src/ddl/plan/plan.js';
import type { SchemaOptions } from '../../src/ddl/schema-options.js';
import { ROW_KINDS } from '../../src/tables/columns.js';
import type { Clickhouse } from '../support/clickhouse.js';
import { CLICKHOUSES } from '../support/clickhouse-versions.js';
import { optionsFor as anyOptions } from '../support/schema-options.js';

const optionsFor = (database: string, changes: Partial<SchemaOptions> = {}) =>
  anyOptions(database, { groupPrefix: "it's", ...changes });

describe.each(CLICKHOUSES.map(({ name, open }) => [name, open] as const))('ClickHouse %s', (_, open) => {
  let clickhouse: Clickhouse;
  let serverVersion: string;
  beforeAll(async () => {
    clickhouse = await open();
    serverVersion = (await clickhouse.query('SELECT version() FORMAT TabSeparated')).trim();
  });
  afterAll(() => clickhouse.close());

  const plan = (options: SchemaOptions) =>
    planSchema({ ...options, serverVersion }, async sql =>
      (await clickhouse.query(sql, 'JSONEachRow'))
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line)),
    );

  /** Does what is planned, and returns it. */
  async function apply(options: SchemaOptions) {
    const { steps } = await plan(options);
    for (const { statements } of steps) for (const statement of statements) await clickhouse.query(statement);
    return steps;
  }

  it.each([
    ['plain', {}],
    ['with `quotes`', {}],
    ['counted', { rollups: ['5m', '1h'], rollupRetentionSeconds: 365 * 86_400, retentionSeconds: 86_400 }],
    ['glassflow', { rowFormat: 'glassflow', metricTime: 'nanoseconds' }],
    ['native', { encodings: Object.fromEntries(ROW_KINDS.map(kind => [kind, 'native'])), rowId: 'column' }],
    ['parallel', { reading: { consumers: 4, blockRows: 500_000 }, rowId: 'header' }],
  ] satisfies [string, Partial<SchemaOptions>][])(
    'has nothing to do once everything is there: %s',
    async (database, changes) => {
      const steps = await apply(optionsFor(database, changes));
      expect(steps[0]?.what).toBe(`create database ${database}`);
      expect(await plan(optionsFor(database, changes))).toStrictEqual({ steps: [], left: [] });
    },
  );

  it('changes columns, indexes, ages and settings that someone has changed', async () => {
    const options = optionsFor('changed', { retentionSeconds: 30 * 86_400 });
    await apply(options);
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

    const done = (await apply(options)).map(({ what }) => what);
    for (const what of [
      'change table otel_logs: new column ScopeVersion',
      'change table otel_logs: codec of column Body',
      'change table otel_logs: expression of column __otel_materialized_k8s.pod.name',
      'change table otel_traces: new index idx_duration, of rows that come from now on',
      'change table otel_traces: OLD ROWS ARE DELETED OR MOVED at another age',
      'change table otel_traces: ttl_only_drop_parts is 0 and becomes 1',
      'change table otel_metrics_gauge: comment of column Value',
    ])
      expect(done).toContain(what);
    expect(await plan(options)).toStrictEqual({ steps: [], left: [] });
    expect(
      await clickhouse.query("SELECT name FROM system.columns WHERE database = 'changed' AND name = 'Mine'"),
    ).toContain('Mine');
  });

  it('puts another query into a view without an end to what it moves', async () => {
    const options = optionsFor('views');
    await apply(options);
    await clickhouse.query(
      'ALTER TABLE views.otel_traces_trace_id_ts_mv MODIFY QUERY SELECT TraceId, min(Timestamp) AS Start, min(Timestamp) AS End FROM views.otel_traces GROUP BY TraceId',
    );
    const statements = (await apply(options)).flatMap(step => step.statements);
    expect(statements).toHaveLength(1);
    expect(statements[0]).toMatch(/^ALTER TABLE views\.otel_traces_trace_id_ts_mv MODIFY QUERY\nSELECT/);
    expect(await plan(options)).toStrictEqual({ steps: [], left: [] });
  });
});
