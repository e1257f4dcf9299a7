import { expect, it } from 'vitest';
import { createDatabase, createStatement } from '../../src/ddl/objects.js';
import type { Reading } from '../../src/ddl/schema-options.js';
import { schemaObjects } from '../../src/ddl/statements.js';
import { testBroker, uniqueName } from '../support/broker.js';
import { NEWEST, startClickhouseVersion } from '../support/clickhouse-versions.js';
import { createTopic, produce } from '../support/kafka-client.js';
import { untilTrue } from '../support/worker.js';

const PARTITIONS = 4;
const ROWS = 40_000;

/** What is read with, and how many parts may come of the rows, which are all there before. */
const READINGS: [Partial<Reading>, least: number, most: number][] = [
  [{}, 1, 3],
  [{ blockRows: 10_000 }, 4, 6],
  [{ blockRows: 1000 }, 40, 44],
];

it.each(NEWEST)('ClickHouse %s makes as few parts of the rows of a topic as blocks allow', async version => {
  const topic = uniqueName('otel-logs');
  await createTopic(testBroker(), topic, { partitions: PARTITIONS });
  await produce(
    testBroker(),
    Array.from({ length: ROWS }, (_, i) => ({
      topic,
      partition: i % PARTITIONS,
      value: JSON.stringify({ Timestamp: '1760003312.123456789', Body: `line ${i}`, ServiceName: 'shop' }),
    })),
  );
  const clickhouse = await startClickhouseVersion(version);
  try {
    for (const [i, [reading, least, most]] of READINGS.entries()) {
      const options = {
        brokers: testBroker().split(','),
        groupPrefix: topic,
        topics: { logs: topic },
        database: `read_${i}`,
        rowFormat: 'clickhouse',
        timeFormat: 'exact',
        metricTime: 'seconds',
        reading,
      } as const;
      await clickhouse.query(createDatabase(options));
      for (const object of schemaObjects(options)) {
        await clickhouse.query(createStatement(object, options));
        if (object.name === 'otel_logs') await clickhouse.query(`SYSTEM STOP MERGES read_${i}.otel_logs`);
      }
      const stored = async () => Number(await clickhouse.query(`SELECT count() FROM read_${i}.otel_logs`));
      await untilTrue(async () => (await stored()) >= ROWS);
      const parts = Number(
        await clickhouse.query(
          `SELECT count() FROM system.parts WHERE database = 'read_${i}' AND table = 'otel_logs' AND active`,
        ),
      );
      const measured = `${JSON.stringify(reading)}: ${parts} parts`;
      console.log(measured);
      expect(parts, measured).toBeGreaterThanOrEqual(least);
      expect(parts, measured).toBeLessThanOrEqual(most);
      expect(await stored()).toBe(ROWS);
    }
  } finally {
    await clickhouse.close();
  }
});
