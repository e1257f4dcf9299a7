import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SchemaOptions } from '../../src/ddl/schema-options.js';
import { schemaStatements } from '../../src/ddl/statements.js';
import { ROW_KINDS } from '../../src/tables/columns.js';
import type { Clickhouse } from '../support/clickhouse.js';
import { CLICKHOUSES, NPM } from '../support/clickhouse-versions.js';
import { optionsFor as anyOptions } from '../support/schema-options.js';

const topics = Object.fromEntries(ROW_KINDS.map(kind => [kind, `topic-of-${kind}`]));

const optionsFor = (database: string, changes: Partial<SchemaOptions>) =>
  anyOptions(database, { groupPrefix: "it's", topics, ...changes });

describe.each(CLICKHOUSES.map(({ name, open }) => [name, open] as const))('ClickHouse %s', (name, open) => {
  let clickhouse: Clickhouse;
  beforeAll(async () => {
    clickhouse = await open();
  });
  afterAll(() => clickhouse.close());

  it.each([
    ['plain', {}],
    ['with `quotes`', {}],
    ['kept_for_a_month', { retentionSeconds: 30 * 86_400 }],
    ['nanoseconds', { metricTime: 'nanoseconds' }],
    ['glassflow', { rowFormat: 'glassflow' }],
    ['ids_in_a_column', { rowId: 'column' }],
    ['counted', { rollups: ['5m', '1d'], rollupRetentionSeconds: 365 * 86_400 }],
    ['ids_in_headers', { rowId: 'header', rowFormat: 'glassflow' }],
  ] satisfies [string, Partial<SchemaOptions>][])(
    'ClickHouse runs every statement for the database %s, twice',
    async (database, changes) => {
      const statements = schemaStatements(optionsFor(database, changes));

      for (const statement of [...statements, ...statements]) await clickhouse.query(statement);

      const tables = await clickhouse.query(
        `SELECT count() FROM system.tables WHERE database = '${database}'`,
      );
      expect(Number(tables)).toBe(statements.length - 1);
      // Older versions, embedded, wait for ever when they drop a Kafka table. Their process is ended instead.
      if (name === NPM) await clickhouse.query(`DROP DATABASE \`${database.replaceAll('`', '\\`')}\` SYNC`);
    },
  );

  it.each([
    [1, ['recent', 'later']],
    [28_000, ['old', 'recent', 'later']],
    [36_500, ['old', 'recent', 'later']],
    [99_999, ['old', 'recent', 'later']],
  ])('keeps rows for %d days, neither fewer nor more', async (retentionDays, kept) => {
    const database = `kept_${retentionDays}`;
    for (const statement of schemaStatements(
      optionsFor(database, { retentionSeconds: retentionDays * 86_400 }),
    )) {
      if (!statement.includes('ENGINE = Kafka') && !/_kafka_(rows|errors)/.test(statement))
        await clickhouse.query(statement);
    }
    const times = { old: "'2001-02-03 04:05:06'", recent: 'now()', later: "'2105-01-01 00:00:00'" };
    for (const [name, time] of Object.entries(times)) {
      // A part for each: rows are deleted a whole part at a time.
      await clickhouse.query(
        `INSERT INTO ${database}.otel_traces (Timestamp, SpanName, TraceId) SELECT ${time}, '${name}', 'id'`,
      );
      await clickhouse.query(
        `INSERT INTO ${database}.otel_metrics_sum (TimeUnix, MetricName) SELECT ${time}, '${name}'`,
      );
    }
    for (const [table, name] of [
      ['otel_traces', 'SpanName'],
      ['otel_metrics_sum', 'MetricName'],
    ]) {
      await clickhouse.query(`OPTIMIZE TABLE ${database}.${table} FINAL`);
      const left = await clickhouse.query(`SELECT ${name} FROM ${database}.${table} FORMAT TabSeparated`);
      expect(left.trim().split('\n').sort()).toStrictEqual([...kept].sort());
    }
    expect(
      Number(await clickhouse.query(`SELECT count() FROM ${database}.otel_traces_trace_id_ts`)),
    ).toBeGreaterThan(0);
  });

  it('the documented query reads durations of spans that end before they start', async () => {
    for (const statement of schemaStatements(optionsFor('durations', {}))) {
      if (!statement.includes('ENGINE = Kafka') && !/_kafka_(rows|errors)/.test(statement))
        await clickhouse.query(statement);
    }
    await clickhouse.query(
      "INSERT INTO durations.otel_traces (Timestamp, ServiceName, Duration) VALUES (now(), 'shop', 18446744073709360311), (now(), 'shop', 4000000), (now(), 'shop', 4000000)",
    );
    const documented =
      /```sql\n(SELECT ServiceName[\s\S]*?);\n```/.exec(readFileSync('docs/clickhouse.md', 'utf8'))?.[1] ??
      '';
    const answer = await clickhouse.query(
      `${documented.replaceAll('otel.otel_traces', 'durations.otel_traces')} FORMAT TabSeparated`,
    );
    expect(answer.trim()).toBe('shop\t4\t1');
  });
});
