import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROW_KINDS } from '../../src/tables/columns.js';
import { type SchemaOptions, schemaStatements } from '../../src/tables/ddl.js';
import exporterTables from '../golden/columns-v0.161.json' with { type: 'json' };
import { type Clickhouse, openClickhouse } from '../support/clickhouse.js';

let clickhouse: Clickhouse;
beforeAll(() => {
  clickhouse = openClickhouse();
});
afterAll(() => clickhouse.close());

const topics = Object.fromEntries(ROW_KINDS.map(kind => [kind, `topic-of-${kind}`]));

function optionsFor(database: string, changes: Partial<SchemaOptions>): SchemaOptions {
  return {
    brokers: ['localhost:1'],
    groupPrefix: "it's",
    topics,
    database,
    rowFormat: 'clickhouse',
    metricTime: 'seconds',
    ...changes,
  };
}

it.each([
  ['plain', {}],
  ['with `quotes`', {}],
  ['kept_for_a_month', { retentionDays: 30 }],
  ['nanoseconds', { metricTime: 'nanoseconds' }],
  ['glassflow', { rowFormat: 'glassflow' }],
  ['ids_in_a_column', { rowId: 'column' }],
  ['ids_in_headers', { rowId: 'header', rowFormat: 'glassflow' }],
] satisfies [string, Partial<SchemaOptions>][])(
  'ClickHouse runs every statement for the database %s, twice',
  (database, changes) => {
    const statements = schemaStatements(optionsFor(database, changes));

    for (const statement of [...statements, ...statements]) clickhouse.query(statement);

    const tables = clickhouse.query(
      `SELECT count() FROM system.tables WHERE database = '${database}' AND engine IN ('Kafka', 'MergeTree', 'ReplacingMergeTree', 'MaterializedView')`,
    );
    expect(Number(tables)).toBe(statements.length - 1);
    clickhouse.query(`DROP DATABASE \`${database.replaceAll('`', '\\`')}\` SYNC`);
  },
);

it("the printed tables have the columns of the exporter's newest tables", () => {
  for (const statement of schemaStatements(optionsFor('columns', {}))) {
    if (!statement.includes('ENGINE = Kafka') && !statement.includes('VIEW')) clickhouse.query(statement);
  }

  for (const [table, columns] of Object.entries(exporterTables)) {
    const printed = clickhouse.query(
      `SELECT name, type FROM system.columns WHERE database = 'columns' AND table = '${table}' ORDER BY position FORMAT JSONCompact`,
    );
    expect(JSON.parse(printed).data).toStrictEqual(columns);
  }
});
