import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Flavor, SchemaOptions } from '../../src/ddl/schema-options.js';
import { isAtLeast } from '../../src/ddl/server-version.js';
import { schemaStatements } from '../../src/ddl/statements.js';
import { ROW_KINDS, TABLES } from '../../src/tables/columns.js';
import { secondsOf } from '../golden/expected-json.js';
import type { Clickhouse } from '../support/clickhouse.js';
import { CLICKHOUSES, readsAllDoubles } from '../support/clickhouse-versions.js';
import { corpusRows, EXPORTER_TABLES, expectedRows } from '../support/corpus-rows.js';
import { CLICKSTACK, createDescribed, EXPORTER } from '../support/described-tables.js';
import { printedTables } from '../support/row-stores.js';
import { optionsFor as anyOptions } from '../support/schema-options.js';

function optionsFor(flavor: Flavor, changes: Partial<SchemaOptions> = {}): SchemaOptions {
  return anyOptions(`of_${flavor}_${changes.rowId ?? 'none'}`, { flavor, ...changes });
}

describe.each(CLICKHOUSES.map(({ name, open }) => [name, open] as const))('ClickHouse %s', (name, open) => {
  let clickhouse: Clickhouse;
  beforeAll(async () => {
    clickhouse = await open();
  });
  afterAll(() => clickhouse.close());

  it.each([
    ['clickstack', CLICKSTACK, {}],
    ['clickstack', CLICKSTACK, { rowId: 'column' }],
    ['none', EXPORTER, {}],
  ] as const)("flavor %s: rows go into others' tables as they are %#", async (flavor, theirs, changes) => {
    const options = optionsFor(flavor, changes);
    const version = (await clickhouse.query('SELECT version()')).trim();
    const tables = theirs[isAtLeast(version, [26, 2]) ? 'since 26.2' : 'before 26.2'];
    await clickhouse.query(`CREATE DATABASE ${options.database}`);
    for (const [table, described] of Object.entries(tables))
      await clickhouse.query(createDescribed(options.database, table, described));
    const store = await printedTables(clickhouse, options, EXPORTER_TABLES.seconds, '');

    const rows = corpusRows({}).filter(row => readsAllDoubles(name) || !row.message.includes('5e-324'));
    for (const kind of ROW_KINDS) {
      const ofKind = rows.filter(row => row.kind === kind);
      const messages = ofKind.map(({ message }) => message);
      expect(await store(kind, messages)).toStrictEqual(
        expectedRows(ofKind, EXPORTER_TABLES.seconds, secondsOf),
      );
    }
  });
});

it.each(['clickstack', 'none'] as const)('flavor %s makes nothing that keeps rows', flavor => {
  const statements = schemaStatements(optionsFor(flavor));
  const made = statements.map(statement => /^CREATE .* of_\w+\.(\w+)$/m.exec(statement)?.[1]);
  const ofKinds = ROW_KINDS.map(kind => TABLES[kind].name).flatMap(table => [
    `${table}_kafka`,
    `${table}_kafka_rows`,
    `${table}_kafka_errors`,
  ]);
  expect(made).toStrictEqual(['otel_kafka_errors', ...ofKinds]);
});
