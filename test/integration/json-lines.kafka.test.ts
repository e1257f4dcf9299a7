import { expect, test } from 'vitest';
import { schemaStatements } from '../../src/tables/ddl.js';
import { testBroker } from '../support/broker.js';
import { startClickhouse } from '../support/clickhouse-process.js';
import { createTopic, produce, readAll } from '../support/kafka-client.js';
import { spanIdOf, spansRequest } from '../support/requests.js';
import { type Settings, spansPipeline, startWorker, untilConsumed, untilTrue } from '../support/worker.js';

const RECORDS = 40;
const SPANS_PER_RECORD = 50;

test("encoding: json_lines packs the rows of a key, and ClickHouse's Kafka engine reads every one of them", async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 2 });
  await produce(
    testBroker(),
    Array.from({ length: RECORDS }, (_, index) => ({
      topic: pipeline.input,
      partition: index % 2,
      value: spansRequest(index * SPANS_PER_RECORD, SPANS_PER_RECORD),
    })),
  );
  const traces = pipeline.settings['traces'] as Settings;
  const worker = startWorker({ ...pipeline.settings, traces: { ...traces, encoding: 'json_lines' } });
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);

  // Ten spans a trace, so ten rows a message.
  const messages = await readAll(testBroker(), pipeline.output);
  expect(messages).toHaveLength((RECORDS * SPANS_PER_RECORD) / 10);
  const rows = messages.flatMap(({ value }) => String(value).split('\n'));
  expect(rows).toHaveLength(RECORDS * SPANS_PER_RECORD);
  for (const { key, value } of messages) {
    for (const row of String(value).split('\n')) expect(JSON.parse(row).TraceId).toBe(String(key));
  }

  const clickhouse = await startClickhouse();
  const statements = schemaStatements({
    brokers: testBroker().split(','),
    groupPrefix: pipeline.group,
    topics: { traces: pipeline.output },
    database: 'otel',
    rowFormat: 'clickhouse',
    metricTime: 'seconds',
  });
  for (const statement of statements) await clickhouse(statement);
  const count =
    'SELECT count() AS rows, uniqExact(SpanId) AS spans, max(SpanId) AS last FROM otel.otel_traces';
  const expected = RECORDS * SPANS_PER_RECORD;
  await untilTrue(async () => Number((await clickhouse(count))[0]?.['rows']) >= expected);
  const [found] = await clickhouse(count);
  expect([Number(found?.['rows']), Number(found?.['spans']), found?.['last']]).toEqual([
    expected,
    expected,
    spanIdOf(expected - 1),
  ]);
});
