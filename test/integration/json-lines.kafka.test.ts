import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { schemaStatements } from '../../src/ddl/statements.js';
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
    timeFormat: 'exact',
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

test('encoding: json_lines with headers and rows near what the topic takes: each row arrives, but for those that are larger', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);
  await createTopic(testBroker(), pipeline.output, { config: { 'max.message.bytes': '4000' } });
  const request = JSON.parse(spansRequest(0, 40).toString());
  const spans = request.resourceSpans[0].scopeSpans[0].spans;
  // No codec makes them smaller, so that the topic sees them as they are.
  const payload = (bytes: number) => randomBytes(bytes).toString('base64').slice(0, bytes);
  for (const span of spans) span.attributes.push({ key: 'p', value: { stringValue: payload(700) } });
  for (const index of [7, 23]) spans[index].name = payload(6_000);
  await produce(testBroker(), [{ topic: pipeline.input, value: Buffer.from(JSON.stringify(request)) }]);

  const worker = startWorker({
    ...pipeline.settings,
    headers: 'standard',
    producer: { compression: 'none' },
    traces: { topic: { name: pipeline.output }, encoding: 'json_lines' },
  });
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);

  const messages = await readAll(testBroker(), pipeline.output);
  const rows = messages.flatMap(({ value }) =>
    String(value)
      .split('\n')
      .map(row => JSON.parse(row).SpanId),
  );
  const fitting = Array.from({ length: 40 }, (_, index) => index).filter(
    index => index !== 7 && index !== 23,
  );
  expect(rows.sort()).toEqual(fitting.map(spanIdOf).sort());
  expect(messages.length).toBeLessThan(rows.length);
  for (const { headers } of messages)
    expect(headers.map(([name]) => name)).toContain('otelrows.source.offset');

  const [deadLetter, ...others] = await readAll(testBroker(), pipeline.deadLetters);
  expect(others).toEqual([]);
  const said = Object.fromEntries((deadLetter?.headers ?? []).map(([name, value]) => [name, String(value)]));
  expect(said).toMatchObject({
    'otelrows.dead_letter.reason': 'row_too_large',
    'otelrows.dead_letter.item_indexes': '7,23',
  });
  expect(await worker.event('stopped')).toMatchObject({ items: 40, rows: 38, deadLetteredItems: 2 });
});
