import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createStatement } from '../../src/ddl/objects.js';
import type { SchemaOptions } from '../../src/ddl/schema-options.js';
import { schemaObjects, schemaStatements } from '../../src/ddl/statements.js';
import type { Clickhouse } from '../support/clickhouse.js';
import { CLICKHOUSE_VERSIONS, NEWEST, startClickhouseVersion } from '../support/clickhouse-versions.js';
import { optionsFor as anyOptions } from '../support/schema-options.js';

const DAY = 86_400;

const optionsFor = (changes: Partial<SchemaOptions>) => anyOptions('otel', { rollups: ['5m'], ...changes });

/** A Keeper in memory, which is enough to make tables. */
const WITH_KEEPER = () => `<clickhouse>
  <zookeeper><implementation>testkeeper</implementation></zookeeper>
  <macros><shard>1</shard><replica>first</replica></macros>
</clickhouse>`;

const WITH_TIERS = (folder: string) => `<clickhouse><storage_configuration>
  <disks><cold><path>${folder}/cold/</path></cold></disks>
  <policies><tiered><volumes>
    <hot><disk>default</disk></hot><cold><disk>cold</disk></cold>
  </volumes></tiered></policies>
</storage_configuration></clickhouse>`;

describe.each(CLICKHOUSE_VERSIONS)('ClickHouse %s', version => {
  describe('with a Keeper', () => {
    let clickhouse: Clickhouse;
    beforeAll(async () => {
      clickhouse = await startClickhouseVersion(version, 'UTC', WITH_KEEPER);
    });
    afterAll(() => clickhouse.close());

    it('makes replicated tables at the path that is given', async () => {
      const options = optionsFor({ replicated: { path: '/tables/{shard}/{database}/{table}' } });
      for (const statement of schemaStatements(options)) await clickhouse.query(statement);
      const engines = await clickhouse.query(
        "SELECT DISTINCT engine FROM system.tables WHERE database = 'otel' ORDER BY engine",
      );
      expect(engines.trim().split('\n')).toStrictEqual([
        'Kafka',
        'MaterializedView',
        'ReplicatedAggregatingMergeTree',
        'ReplicatedMergeTree',
      ]);
    });

    it('reads every statement for a cluster', async () => {
      const options = optionsFor({ cluster: 'my-cluster', replicated: {}, rowId: 'column' });
      const statements = schemaStatements(options);
      const recounting = /REFRESH EVERY/;
      for (const statement of statements.filter(
        text => !recounting.test(text) || !version.startsWith('24.'),
      )) {
        expect(statement).toMatch(/^CREATE .*? ON CLUSTER `my-cluster`$/m);
        await clickhouse.query(`EXPLAIN AST ${statement}`);
      }
      expect(statements.join()).toContain('ENGINE = ReplicatedReplacingMergeTree(Counted)');
    });
  });
});

// Of the newest version: embedded, 24.8 moves nothing, whatever TTL says.
describe.each(NEWEST)('ClickHouse %s', version => {
  it('moves rows that are old to another volume', async () => {
    const clickhouse = await startClickhouseVersion(version, 'UTC', WITH_TIERS);
    try {
      const options = optionsFor({
        tiers: { storagePolicy: 'tiered', move: { afterSeconds: 7 * DAY, toVolume: 'cold' } },
        retentionSeconds: 30 * DAY,
      });
      await clickhouse.query('CREATE DATABASE otel');
      for (const object of schemaObjects(options))
        if (!object.name.includes('_kafka')) await clickhouse.query(createStatement(object, options));
      for (const days of [40, 10, 1])
        await clickhouse.query(
          `INSERT INTO otel.otel_logs (Timestamp, ServiceName) SELECT now() - toIntervalDay(${days}), '${days}'`,
        );
      await clickhouse.query('OPTIMIZE TABLE otel.otel_logs FINAL');
      const disksOf = () =>
        clickhouse.query(
          "SELECT disk_name, any(ServiceName) FROM otel.otel_logs INNER JOIN system.parts AS parts ON parts.name = _part WHERE parts.active AND parts.table = 'otel_logs' GROUP BY disk_name ORDER BY disk_name",
        );
      await vi.waitFor(async () => expect(await disksOf()).toBe('cold\t10\ndefault\t1\n'), {
        timeout: 60_000,
        interval: 200,
      });
    } finally {
      await clickhouse.close();
    }
  });
});
