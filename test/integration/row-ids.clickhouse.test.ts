import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTransform } from '../../src/create-transform.js';
import type { SchemaOptions } from '../../src/ddl/schema-options.js';
import { schemaStatements } from '../../src/ddl/statements.js';
import { encodingsByTopic } from '../../src/encodings/encodings-of.js';
import { withRowIds } from '../../src/messages/row-id.js';
import { ROW_KINDS, TABLES } from '../../src/tables/columns.js';
import { goldenCases } from '../golden/golden-cases.js';
import { allKindsOn } from '../support/all-kinds-on.js';
import { type Clickhouse, openClickhouse } from '../support/clickhouse.js';
import { kafkaStandIn, readSettings } from '../support/kafka-stand-in.js';

let clickhouse: Clickhouse;
beforeAll(() => {
  clickhouse = openClickhouse();
});
afterAll(() => clickhouse.close());

/** Cases with every kind of row; among them rows that are equal in all they hold. */
const CASES = [
  'microservice',
  'app-otlp',
  'default-points',
  'gauge-values',
  'histogram-full',
  'summary',
  'exp-histogram-full',
];

it.each([
  ['column', 'clickhouse'],
  ['column', 'glassflow'],
  ['header', 'clickhouse'],
] as const)('what was processed twice is stored once: row_id: %s, %s rows', async (place, rowFormat) => {
  const database = `row_ids_${place}_${rowFormat}`;
  const kindOfTopic = new Map(ROW_KINDS.map(kind => [allKindsOnTopic(kind), kind]));
  const options: SchemaOptions = {
    brokers: ['localhost:1'],
    groupPrefix: 'clickhouse',
    topics: Object.fromEntries([...kindOfTopic].map(([topic, kind]) => [kind, topic])),
    database,
    rowFormat,
    timeFormat: 'exact',
    metricTime: 'seconds',
    rowId: place,
  };
  const statements = schemaStatements(options);
  for (const statement of statements) {
    await clickhouse.query(statement.includes('ENGINE = Kafka') ? kafkaStandIn(statement) : statement);
  }
  const settings = allKindsOn({ row_format: rowFormat, row_id: place });
  const transform = createTransform(settings);
  const encodingOf = encodingsByTopic(settings);
  const cases = goldenCases('decodes').filter(({ name }) => CASES.includes(name));
  const sent = cases.flatMap(({ signal, encoding, value }, offset) => {
    // The same request at another offset is another record.
    return [offset, offset + 1000].flatMap(at =>
      withRowIds(
        transform(signal, encoding, value).messages,
        { topic: 'in', partition: 0, offset: at },
        place,
        encodingOf,
      ),
    );
  });
  expect(sent.length).toBeGreaterThan(10);

  for (let time = 0; time < 2; time += 1) {
    for (const [topic, kind] of kindOfTopic) {
      const values = sent.filter(message => message.topic === topic).map(withHeaderColumns);
      const kafkaTable = `${database}.${TABLES[kind].name}_kafka`;
      const printed = statements.find(statement => statement.includes(`${kafkaTable}\n(`)) ?? '';
      if (values.length > 0) await clickhouse.insert(kafkaTable, values, readSettings(printed));
    }
  }

  for (const [topic, kind] of kindOfTopic) {
    const table = `${database}.${TABLES[kind].name}`;
    const rows = sent.filter(message => message.topic === topic).length;
    expect(Number(await clickhouse.query(`SELECT count() FROM ${table} FINAL`))).toBe(rows);
    await clickhouse.query(`OPTIMIZE TABLE ${table} FINAL`);
    expect(Number(await clickhouse.query(`SELECT count() FROM ${table}`))).toBe(rows);
    expect(
      Number(await clickhouse.query(`SELECT uniqExact(RowId) FROM ${table} WHERE RowId LIKE 'in/0/%'`)),
    ).toBe(rows);
  }
});

function allKindsOnTopic(kind: (typeof ROW_KINDS)[number]): string {
  const { traces, logs, metrics } = allKindsOn();
  if (kind === 'traces') return traces.topic.name;
  return kind === 'logs' ? logs.topic.name : metrics[kind].topic.name;
}

/** What the Kafka engine gives beside the columns of a message. */
function withHeaderColumns({
  value,
  headers = [],
}: {
  value: Buffer;
  headers?: readonly { key: string; value: Buffer }[];
}): Buffer {
  const lists = {
    '_headers.name': headers.map(({ key }) => key),
    '_headers.value': headers.map(header => String(header.value)),
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(lists).slice(0, -1)},`), value.subarray(1)]);
}
