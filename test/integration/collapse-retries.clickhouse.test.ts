import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTransform } from '../../src/create-transform.js';
import { schemaStatements } from '../../src/ddl/statements.js';
import { ROW_KINDS, type RowKind, TABLES } from '../../src/tables/columns.js';
import { allKindsOn } from '../support/all-kinds-on.js';
import { type Clickhouse, openClickhouse } from '../support/clickhouse.js';
import { kafkaStandIn, readSettings } from '../support/kafka-stand-in.js';
import { optionsFor } from '../support/schema-options.js';

/** What senders send twice is one row in tables of `--collapse-retries`, and what only resembles it is not. */

let clickhouse: Clickhouse;
beforeAll(() => {
  clickhouse = openClickhouse();
});
afterAll(() => clickhouse.close());

const T = '1760000000000000000';
const resource = (pod: string) => ({
  attributes: [
    { key: 'service.name', value: { stringValue: 'shop' } },
    { key: 'k8s.pod.name', value: { stringValue: pod } },
  ],
});
const traces = (pod: string, ...spans: object[]) => ({
  resourceSpans: [{ resource: resource(pod), scopeSpans: [{ spans }] }],
});
const logs = (pod: string, ...logRecords: object[]) => ({
  resourceLogs: [{ resource: resource(pod), scopeLogs: [{ logRecords }] }],
});
const gauge = (pod: string, ...dataPoints: object[]) => ({
  resourceMetrics: [
    { resource: resource(pod), scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints } }] }] },
  ],
});

const span = {
  traceId: '0102030405060708090a0b0c0d0e0f10',
  spanId: '0102030405060708',
  name: 'a',
  startTimeUnixNano: T,
  endTimeUnixNano: T,
};
const log = { timeUnixNano: T, body: { stringValue: 'started' }, severityNumber: 9 };
const point = { timeUnixNano: T, asDouble: 1 };
const attribute = { attributes: [{ key: 'k', value: { stringValue: 'v' } }] };

/** Requests, of which each may come twice, and how many rows they are. */
const CASES: Partial<Record<RowKind, [requests: object[], rows: number]>> = {
  traces: [
    [
      traces('a', span, { ...span, spanId: '0102030405060709' }, { ...span, traceId: '', spanId: '' }),
      traces('a', { ...span, traceId: '', spanId: '', endTimeUnixNano: '1760000000000000001' }),
    ],
    4,
  ],
  logs: [
    [logs('a', log, { ...log, body: { stringValue: 'stopped' } }, { ...log, ...attribute }), logs('b', log)],
    4,
  ],
  gauge: [[gauge('a', point, { ...point, ...attribute }, { ...point, asDouble: 2 }), gauge('b', point)], 4],
};

it.each(Object.entries(CASES))('%s', async (name, [requests, rows]) => {
  const kind = name as RowKind;
  const database = `retries_${kind}`;
  const statements = schemaStatements({
    ...optionsFor(database, { topics: { [kind]: kind } }),
    collapseRetries: true,
  });
  for (const statement of statements)
    await clickhouse.query(statement.includes('ENGINE = Kafka') ? kafkaStandIn(statement) : statement);
  const transform = createTransform(allKindsOn());
  const signal = kind === 'traces' || kind === 'logs' ? kind : 'metrics';
  const values = requests.flatMap(request =>
    transform(signal, 'otlp_json', Buffer.from(JSON.stringify(request))).messages.map(({ value }) => value),
  );
  const kafkaTable = `${database}.${TABLES[kind].name}_kafka`;
  const printed = statements.find(statement => statement.includes(`${kafkaTable}\n(`)) ?? '';
  for (let time = 0; time < 3; time += 1) await clickhouse.insert(kafkaTable, values, readSettings(printed));

  const table = `${database}.${TABLES[kind].name}`;
  expect(await clickhouse.query(`SELECT count() FROM ${table}`)).toBe(`${3 * rows}\n`);
  expect(await clickhouse.query(`SELECT count() FROM ${table} FINAL`)).toBe(`${rows}\n`);
  await clickhouse.query(`OPTIMIZE TABLE ${table} FINAL`);
  expect(await clickhouse.query(`SELECT count() FROM ${table}`)).toBe(`${rows}\n`);
});

it('every kind has such a table that ClickHouse takes', async () => {
  const topics = Object.fromEntries(ROW_KINDS.map(kind => [kind, kind]));
  const statements = schemaStatements({ ...optionsFor('retries_all', { topics }), collapseRetries: true });
  for (const statement of statements)
    await clickhouse.query(statement.includes('ENGINE = Kafka') ? kafkaStandIn(statement) : statement);
  const engines = await clickhouse.query(
    "SELECT count() FROM system.tables WHERE database = 'retries_all' AND engine = 'ReplacingMergeTree'",
  );
  expect(Number(engines)).toBeGreaterThanOrEqual(ROW_KINDS.length);
});
