import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ColumnTypeName } from '../../src/config/rules/actions.js';
import { createTransform } from '../../src/create-transform.js';
import { schemaStatements } from '../../src/ddl/statements.js';
import { addedColumnsOf } from '../../src/encodings/added-columns.js';
import { encodingsOf } from '../../src/encodings/encodings-of.js';
import { allKindsOn, withEncoding } from '../support/all-kinds-on.js';
import { type Clickhouse, openClickhouse } from '../support/clickhouse.js';
import { kafkaStandIn, readSettings } from '../support/kafka-stand-in.js';
import { optionsFor } from '../support/schema-options.js';

/** Columns that rules add are in the printed tables, and in rows of every encoding and format as ClickHouse stores them. */

let clickhouse: Clickhouse;
beforeAll(() => {
  clickhouse = openClickhouse();
});
afterAll(() => clickhouse.close());

const TYPES: ColumnTypeName[] = ['text', 'low_cardinality', 'integer', 'float', 'boolean', 'time'];

const attribute = (key: string, value: object) => ({ key, value });
const SPANS = [
  {
    name: 'full',
    attributes: [
      attribute('text', { stringValue: 'a "b" \\ <ü>' }),
      attribute('low_cardinality', { stringValue: 'GET' }),
      attribute('integer', { intValue: '-9223372036854775808' }),
      attribute('float', { doubleValue: 0.1 }),
      attribute('boolean', { boolValue: true }),
      attribute('time', { stringValue: '2026-10-09T08:53:20.123456789Z' }),
    ],
  },
  { name: 'none' },
];

it.each([
  ['json', 'clickhouse', 'exact'],
  ['json', 'clickhouse', 'rfc3339'],
  ['json', 'glassflow', 'exact'],
  ['native', 'clickhouse', 'exact'],
  ['native', 'glassflow', 'exact'],
] as const)('%s, %s, %s', async (encoding, rowFormat, timeFormat) => {
  const rules = TYPES.map(type => ({
    name: type,
    promote: { attribute: type, column: `P_${type}`, type },
  }));
  const settings = withEncoding(
    allKindsOn({ row_format: rowFormat, time_format: timeFormat, transform: { engine: 'auto', rules } }),
    encoding,
    ['traces'],
  );
  const database = `promoted_${encoding}_${rowFormat}_${timeFormat}`;
  const statements = schemaStatements(
    optionsFor(database, {
      rowFormat,
      timeFormat,
      encodings: { traces: encoding },
      added: addedColumnsOf(settings),
      topics: { traces: 'traces' },
    }),
  );
  for (const statement of statements) {
    await clickhouse.query(statement.includes('ENGINE = Kafka') ? kafkaStandIn(statement) : statement);
  }
  const request = { resourceSpans: [{ scopeSpans: [{ spans: SPANS }] }] };
  const { messages } = createTransform(settings)('traces', 'otlp_json', Buffer.from(JSON.stringify(request)));
  const { packing } = encodingsOf(settings).traces;
  const values = packing ? [packing.join(messages)] : messages.map(({ value }) => value);
  const kafkaTable = `${database}.otel_traces_kafka`;
  const printed = statements.find(statement => statement.includes(`${kafkaTable}\n(`)) ?? '';
  await clickhouse.insert(
    kafkaTable,
    values,
    readSettings(printed),
    encoding === 'native' ? 'Native' : 'JSONEachRow',
  );

  const columns = TYPES.map(type => (type === 'time' ? 'toUnixTimestamp64Nano(P_time)' : `P_${type}`));
  const stored = await clickhouse.query(
    `SELECT ${columns.map(column => `toString(${column})`).join(', ')} FROM ${database}.otel_traces ORDER BY SpanName FORMAT TSVRaw`,
  );
  expect(stored.trimEnd().split('\n')).toEqual([
    ['a "b" \\ <ü>', 'GET', '-9223372036854775808', '0.1', 'true', '1791536000123456789'].join('\t'),
    new Array(TYPES.length).fill('\\N').join('\t'),
  ]);
});
