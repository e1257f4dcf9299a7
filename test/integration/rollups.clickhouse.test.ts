import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStatement } from '../../src/ddl/objects.js';
import type { SchemaOptions } from '../../src/ddl/schema-options.js';
import { isAtLeast } from '../../src/ddl/server-version.js';
import { schemaObjects, schemaStatements } from '../../src/ddl/statements.js';
import { ROW_KINDS, type RowKind, TABLES } from '../../src/tables/columns.js';
import type { Clickhouse } from '../support/clickhouse.js';
import { CLICKHOUSES, NPM, readsAllDoubles } from '../support/clickhouse-versions.js';
import { corpusRows } from '../support/corpus-rows.js';
import { kafkaStandIn, readSettings } from '../support/kafka-stand-in.js';
import { optionsFor as anyOptions } from '../support/schema-options.js';

const ROLLUPS = ['5m', '1h'];

/** Servers from before 24.10 have no views that replace what they counted. */
const RECOUNTING = CLICKHOUSES.filter(({ name }) => name === NPM || isAtLeast(name, [24, 10]));

const optionsFor = (database: string, changes: Partial<SchemaOptions> = {}) =>
  anyOptions(database, { rollups: ROLLUPS, ...changes });

describe.each(CLICKHOUSES.map(({ name, open }) => [name, open] as const))('ClickHouse %s', (name, open) => {
  let clickhouse: Clickhouse;
  beforeAll(async () => {
    clickhouse = await open();
  });
  afterAll(() => clickhouse.close());

  it('counts each row of every kind that comes from Kafka, once', async () => {
    const options = optionsFor('from_kafka');
    const statements = schemaStatements(options);
    for (const statement of statements)
      await clickhouse.query(statement.includes('ENGINE = Kafka') ? kafkaStandIn(statement) : statement);
    const rows = corpusRows({}).filter(row => readsAllDoubles(name) || !row.message.includes('5e-324'));
    for (const kind of ROW_KINDS) {
      const table = `${options.database}.${TABLES[kind].name}`;
      const printed = statements.find(statement => statement.includes(`${table}_kafka\n(`)) ?? '';
      const messages = rows.filter(row => row.kind === kind).map(({ message }) => message);
      await clickhouse.insert(`${table}_kafka`, messages, readSettings(printed));
      for (const rollup of ROLLUPS) {
        const counted = await clickhouse.query(`SELECT sum(${COUNT_OF[kind]}) FROM ${table}_${rollup}`);
        const stored = await clickhouse.query(`SELECT countIf(${COUNTED_IF[kind]}) FROM ${table}`);
        expect([kind, rollup, counted]).toStrictEqual([kind, rollup, stored]);
        expect(Number(counted)).toBeGreaterThan(0);
      }
    }
  });

  it('counts calls and errors exactly, and durations within 1 %, over parts and merges', async () => {
    const { database } = optionsFor('spans');
    await makeWithoutKafka(clickhouse, optionsFor('spans'));
    for (const part of [0, 1, 2]) await insertSpans(clickhouse, database, part);
    for (const merged of [false, true]) {
      if (merged) await clickhouse.query(`OPTIMIZE TABLE ${database}.otel_traces_5m FINAL`);
      await expectSpansCounted(clickhouse, database, '5m', 300);
      await expectSpansCounted(clickhouse, database, '1h', 3600);
    }
  });

  it('the documented queries run', async () => {
    const { database } = optionsFor('documented');
    await makeWithoutKafka(clickhouse, optionsFor('documented'));
    await insertSpans(clickhouse, database, 0);
    const documented = [
      ...readFileSync('docs/clickhouse.md', 'utf8').matchAll(/```sql\n(.*?_1h FINAL.*?);\n```/gs),
    ];
    expect(documented).toHaveLength(2);
    for (const [, query = ''] of documented)
      await clickhouse.query(query.replaceAll('otel.otel_', `${database}.otel_`));
  });

  it('counts a row twice that is stored twice, where rows have no ids', async () => {
    const { database } = optionsFor('replayed');
    await makeWithoutKafka(clickhouse, optionsFor('replayed'));
    for (const _ of ['once', 'again']) await insertSpans(clickhouse, database, 0);
    expect(await clickhouse.query(`SELECT sum(Calls) FROM ${database}.otel_traces_5m`)).toBe('40000\n');
    expect(await clickhouse.query(`SELECT count() FROM ${database}.otel_traces`)).toBe('40000\n');
  });

  it('sums, least and greatest of gauges leave out points without a value', async () => {
    const { database } = optionsFor('gauges');
    await makeWithoutKafka(clickhouse, optionsFor('gauges'));
    const point = (value: string, flags: number, second: number) =>
      `('shop', 'cpu', ${value}, ${flags}, 1760000000 + ${second})`;
    await clickhouse.query(
      `INSERT INTO ${database}.otel_metrics_gauge (ServiceName, MetricName, Value, Flags, TimeUnix) VALUES
       ${[point('7', 0, 0), point('-2.5', 0, 10), point('0', 1, 20), point('nan', 0, 30), point('inf', 0, 40)].join()}`,
    );
    const answer = await clickhouse.query(
      `SELECT MetricName, sum(Points), sum(ValueSum), min(ValueMin), max(ValueMax) FROM ${database}.otel_metrics_gauge_1h GROUP BY MetricName FORMAT TabSeparated`,
    );
    expect(answer).toBe('cpu\t2\t4.5\t-2.5\t7\n');
  });

  it('keeps counts for longer than rows', async () => {
    const kept = { retentionSeconds: 30 * 86_400, rollupRetentionSeconds: 365 * 86_400 };
    const { database } = optionsFor('kept');
    await makeWithoutKafka(clickhouse, optionsFor('kept', kept));
    for (const days of [400, 100, 1])
      await clickhouse.query(
        `INSERT INTO ${database}.otel_logs (Timestamp, ServiceName) SELECT now() - toIntervalDay(${days}), '${days}'`,
      );
    for (const table of ['otel_logs', 'otel_logs_1h'])
      await clickhouse.query(`OPTIMIZE TABLE ${database}.${table} FINAL`);
    const services = async (table: string) =>
      (
        await clickhouse.query(
          `SELECT ServiceName FROM ${database}.${table} ORDER BY ServiceName FORMAT TabSeparated`,
        )
      ).split('\n');
    expect(await services('otel_logs')).toStrictEqual(['1', '']);
    expect(await services('otel_logs_1h')).toStrictEqual(['1', '100', '']);
  });
});

describe.each(RECOUNTING.map(({ name, open }) => [name, open] as const))(
  'with row ids, ClickHouse %s',
  (_, open) => {
    let clickhouse: Clickhouse;
    beforeAll(async () => {
      clickhouse = await open();
    });
    afterAll(() => clickhouse.close());

    async function refresh(database: string, table: string): Promise<void> {
      await clickhouse.query(`SYSTEM REFRESH VIEW ${database}.${table}_mv`);
      await clickhouse.query(`SYSTEM WAIT VIEW ${database}.${table}_mv`);
    }

    it.each([
      ['seconds', {}],
      ['with_retention', { retentionSeconds: 99_999 * 86_400 }],
    ] as const)('counts a replay once, and what comes late too: %s', async (database, changes) => {
      await makeWithoutKafka(clickhouse, optionsFor(database, { rowId: 'column', ...changes }));
      const calls = (rollup: string) =>
        clickhouse.query(`SELECT sum(Calls) FROM ${database}.otel_traces_${rollup} FINAL`);
      const refreshed = async () => {
        for (const rollup of ROLLUPS) await refresh(database, `otel_traces_${rollup}`);
        return [await calls('5m'), await calls('1h')];
      };

      await insertSpans(clickhouse, database, 0);
      expect(await refreshed()).toStrictEqual(['20000\n', '20000\n']);
      await insertSpans(clickhouse, database, 0);
      expect(await refreshed()).toStrictEqual(['20000\n', '20000\n']);
      // In the same hours, and with the same rows once more in between.
      await insertSpans(clickhouse, database, 1);
      await insertSpans(clickhouse, database, 0);
      expect(await refreshed()).toStrictEqual(['40000\n', '40000\n']);
      await expectSpansCounted(clickhouse, database, '5m', 300);
      await expectSpansCounted(clickhouse, database, '1h', 3600);
    });

    it('does not count anew what rows may have been deleted of', async () => {
      const database = 'expired';
      await makeWithoutKafka(clickhouse, optionsFor(database, { rowId: 'column', retentionSeconds: 86_400 }));
      const log = (days: number, id: string) =>
        clickhouse.query(
          `INSERT INTO ${database}.otel_logs (Timestamp, ServiceName, RowId) SELECT now() - toIntervalDay(${days}), '${days}', '${id}'`,
        );
      await log(0, 'new');
      await log(3, 'old');
      await refresh(database, 'otel_logs_1h');
      expect(
        await clickhouse.query(
          `SELECT ServiceName, Records FROM ${database}.otel_logs_1h FINAL FORMAT TabSeparated`,
        ),
      ).toBe('0\t1\n');
    });

    it('every kind of row is counted', async () => {
      const database = 'kinds';
      await makeWithoutKafka(clickhouse, optionsFor(database, { rowId: 'column' }));
      for (const kind of ROW_KINDS) {
        const table = TABLES[kind].name;
        await clickhouse.query(
          `INSERT INTO ${database}.${table} (ServiceName, RowId) VALUES ('a', '1'), ('a', '2')`,
        );
        await refresh(database, `${table}_5m`);
        expect(
          await clickhouse.query(`SELECT sum(${COUNT_OF[kind]}) FROM ${database}.${table}_5m FINAL`),
        ).toBe('2\n');
      }
    });
  },
);

const COUNT_OF: Record<RowKind, string> = {
  traces: 'Calls',
  logs: 'Records',
  gauge: 'Points',
  sum: 'Points',
  histogram: 'Points',
  exponential_histogram: 'Points',
  summary: 'Points',
};

const HAS_VALUE = 'bitAnd(Flags, 1) = 0';
const COUNTED_IF: Record<RowKind, string> = {
  traces: '1',
  logs: '1',
  gauge: `${HAS_VALUE} AND isFinite(Value)`,
  sum: `${HAS_VALUE} AND isFinite(Value)`,
  histogram: HAS_VALUE,
  exponential_histogram: HAS_VALUE,
  summary: HAS_VALUE,
};

async function makeWithoutKafka(clickhouse: Clickhouse, options: SchemaOptions): Promise<void> {
  await clickhouse.query(`CREATE DATABASE ${options.database}`);
  for (const object of schemaObjects(options)) {
    if (!object.name.includes('_kafka')) await clickhouse.query(createStatement(object, options));
  }
}

/** 20,000 spans of 8 operations over 3 hours; one in 100 ends before it starts. Spans of another part are others. */
async function insertSpans(clickhouse: Clickhouse, database: string, part: number): Promise<void> {
  const withIds = await clickhouse.query(
    `SELECT count() FROM system.columns WHERE database = '${database}' AND table = 'otel_traces' AND name = 'RowId'`,
  );
  const id = Number(withIds) === 1;
  await clickhouse.query(
    `INSERT INTO ${database}.otel_traces (Timestamp, ServiceName, SpanName, SpanKind, StatusCode, Duration${id ? ', RowId' : ''})
     SELECT fromUnixTimestamp64Nano(toInt64(1760000000000000000 + (number % 10800) * 1000000000 + ${part})),
            'service-' || toString(number % 2), 'GET /' || toString(number % 4), 'Server',
            if(number % 7 = 0, 'Error', 'Unset'),
            if(number % 100 = 3, toUInt64(18446744073709360311), toUInt64(1000000 * exp(8 * (cityHash64(number, ${part}) % 100000) / 100000)))
            ${id ? `, 'otlp_spans/${part}/' || toString(number)` : ''}
     FROM numbers(20000)`,
  );
}

/** What a rollup says against what the rows say. */
async function expectSpansCounted(
  clickhouse: Clickhouse,
  database: string,
  rollup: string,
  seconds: number,
): Promise<void> {
  const final = (
    await clickhouse.query(
      `SELECT engine FROM system.tables WHERE database = '${database}' AND name = 'otel_traces'`,
    )
  ).includes('Replacing')
    ? 'FINAL'
    : '';
  const answer = await clickhouse.query(`
    SELECT count() AS groups, countIf(counted.calls != rows.calls), countIf(counted.errors != rows.errors),
           max(arrayMax(arrayMap((a, b) -> abs(a - b) / b, counted.quantiles, rows.quantiles))) AS worst,
           max(abs(counted.mean - rows.mean) / rows.mean)
    FROM
    (
        SELECT toUInt32(Time) AS time, ServiceName, SpanName, sum(Calls) AS calls, sum(Errors) AS errors,
               sum(DurationSum) / sum(DurationCount) AS mean,
               quantilesDDMerge(0.01, 0.5, 0.9, 0.95, 0.99)(DurationQuantiles) AS quantiles
        FROM ${database}.otel_traces_${rollup} FINAL GROUP BY time, ServiceName, SpanName
    ) AS counted
    FULL JOIN
    (
        SELECT toUInt32(intDiv(toUnixTimestamp(Timestamp), ${seconds}) * ${seconds}) AS time, ServiceName, SpanName,
               count() AS calls, countIf(StatusCode = 'Error') AS errors,
               avgIf(Duration, reinterpretAsInt64(Duration) >= 0) AS mean,
               arraySort(groupArrayIf(Duration, reinterpretAsInt64(Duration) >= 0)) AS sorted,
               arrayMap(q -> sorted[1 + toUInt64(floor(q * (length(sorted) - 1)))], [0.5, 0.9, 0.95, 0.99]) AS quantiles
        FROM ${database}.otel_traces ${final} GROUP BY time, ServiceName, SpanName
    ) AS rows USING (time, ServiceName, SpanName) FORMAT TabSeparated`);
  const [groups, ...different] = answer.trim().split('\t').map(Number);
  expect(groups).toBeGreaterThan(12);
  expect(different.slice(0, 2)).toStrictEqual([0, 0]);
  expect(different[2]).toBeLessThan(0.0101);
  expect(different[3]).toBeLessThan(1e-9);
}
