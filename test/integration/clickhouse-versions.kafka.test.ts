import { expect, it } from 'vitest';
import { schemaStatements } from '../../src/ddl/statements.js';
import { ROW_KINDS, TABLES } from '../../src/tables/columns.js';
import { secondsOf } from '../golden/expected-json.js';
import { testBroker, uniqueName } from '../support/broker.js';
import { NEWEST, readsAllDoubles, startClickhouseVersion } from '../support/clickhouse-versions.js';
import { corpusRows, EXPORTER_TABLES, expectedRows } from '../support/corpus-rows.js';
import { createTopic, produce } from '../support/kafka-client.js';
import { readTable } from '../support/row-stores.js';
import { untilTrue } from '../support/worker.js';

it.each(NEWEST)(
  'ClickHouse %s reads the whole corpus from Kafka, into the tables of each of two databases',
  async version => {
    const prefix = uniqueName('corpus');
    const topics = Object.fromEntries(ROW_KINDS.map(kind => [kind, `${prefix}-${kind}`]));
    for (const topic of Object.values(topics)) await createTopic(testBroker(), topic);
    const rows = corpusRows({ metric_time: 'nanoseconds' }).filter(
      ({ message }) => readsAllDoubles(version) || !message.includes('5e-324'),
    );
    await produce(
      testBroker(),
      rows.map(({ kind, message }) => ({ topic: `${prefix}-${kind}`, value: message })),
    );

    const clickhouse = await startClickhouseVersion(version, 'America/New_York');
    try {
      for (const database of ['one', 'two']) {
        const statements = schemaStatements({
          brokers: testBroker().split(','),
          groupPrefix: prefix,
          topics,
          database,
          rowFormat: 'clickhouse',
          timeFormat: 'exact',
          metricTime: 'nanoseconds',
        });
        for (const statement of statements) await clickhouse.query(statement);
      }
      for (const database of ['one', 'two']) {
        for (const kind of ROW_KINDS) {
          const { name } = TABLES[kind];
          const ofKind = rows.filter(row => row.kind === kind);
          const stored = async () =>
            Number(await clickhouse.query(`SELECT count() FROM ${database}.${name}`));
          await untilTrue(async () => (await stored()) >= ofKind.length);
          const columns = EXPORTER_TABLES.nanoseconds[name] ?? [];
          expect(await readTable(clickhouse, `${database}.${name}`, columns)).toStrictEqual(
            expectedRows(ofKind, EXPORTER_TABLES.nanoseconds, secondsOf),
          );
        }
        expect(Number(await clickhouse.query(`SELECT count() FROM ${database}.otel_kafka_errors`))).toBe(0);
      }
    } finally {
      await clickhouse.close();
    }
  },
);
