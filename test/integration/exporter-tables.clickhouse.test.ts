import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStatement } from '../../src/ddl/objects.js';
import { isAtLeast } from '../../src/ddl/server-version.js';
import { schemaObjects } from '../../src/ddl/statements.js';
import type { Clickhouse } from '../support/clickhouse.js';
import { CLICKHOUSES } from '../support/clickhouse-versions.js';
import { describeTables, EXPORTER, inOneOrder } from '../support/described-tables.js';
import { optionsFor } from '../support/schema-options.js';

describe.each(CLICKHOUSES.map(({ name, open }) => [name, open] as const))('ClickHouse %s', (_, open) => {
  let clickhouse: Clickhouse;
  beforeAll(async () => {
    clickhouse = await open();
  });
  afterAll(() => clickhouse.close());

  async function describePrinted(database: string, serverVersion?: string) {
    const options = optionsFor(database, serverVersion === undefined ? {} : { serverVersion });
    await clickhouse.query(`CREATE DATABASE ${database}`);
    for (const object of schemaObjects(options)) {
      if (object.kind === 'table' && object.engine !== 'Kafka')
        await clickhouse.query(createStatement(object, options));
    }
    const { otel_kafka_errors, ...tables } = await describeTables(clickhouse, database);
    return inOneOrder(tables);
  }

  it("makes the exporter's tables for its version: columns, codecs, indexes, order, partitions, settings", async () => {
    const version = (await clickhouse.query('SELECT version()')).trim();
    const golden = EXPORTER[isAtLeast(version, [26, 2]) ? 'since 26.2' : 'before 26.2'];
    expect(await describePrinted('for_its_version', version)).toStrictEqual(inOneOrder(golden));
  });

  it("makes the exporter's tables of older servers when the version is not known", async () => {
    expect(await describePrinted('for_any_version')).toStrictEqual(inOneOrder(EXPORTER['before 26.2']));
  });
});
