import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { schemaStatements } from '../../src/ddl/statements.js';
import { testBroker } from '../support/broker.js';
import { startClickhouse } from '../support/clickhouse-process.js';
import { createTopic, produce, readAll } from '../support/kafka-client.js';
import { spansOfBlock } from '../support/native-rows.js';
import { spanIdOf, spansRequest } from '../support/requests.js';
import {
  expectEachSpanOnce,
  fillInput,
  killTwice,
  produceSpans,
  SPANS_PER_RECORD,
} from '../support/spans-load.js';
import {
  type Pipeline,
  type Settings,
  spansPipeline,
  startWorker,
  untilConsumed,
  untilTrue,
} from '../support/worker.js';

function nativePipeline(): Pipeline {
  const pipeline = spansPipeline();
  const traces = pipeline.settings['traces'] as Settings;
  return { ...pipeline, settings: { ...pipeline.settings, traces: { ...traces, encoding: 'native' } } };
}

async function run({ settings, ...pipeline }: Pipeline): Promise<ReturnType<typeof startWorker>> {
  const worker = startWorker(settings);
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);
  return worker;
}

test('a worker of native rows that is killed twice with kill -9 and restarted writes every row once', async () => {
  const pipeline = nativePipeline();
  const recordCount = 4000;
  await fillInput(pipeline, recordCount, 4);
  // Small batches, so that the second kill comes before everything is done.
  const settings = { ...pipeline.settings, batch: { max_records: 50 } };

  await killTwice({ ...pipeline, settings }, recordCount);
  await run({ ...pipeline, settings });

  await expectEachSpanOnce(pipeline, recordCount, spansOfBlock);
});

test.each(['consistent-random', 'murmur2', 'fnv1a-random'])(
  'with partitioner %s, each row lies in the partition that its key has as JSON, in the same order',
  async partitioner => {
    const native = nativePipeline();
    const json = spansPipeline();
    await fillInput(native, 200, 1);
    const producer = { partitioner };
    await run({ ...native, settings: { ...native.settings, producer } });
    const inputs = [{ topic: native.input, signal: 'traces' }];
    await run({ ...json, input: native.input, settings: { ...json.settings, inputs, producer } });

    const idsByPartition = async (topic: string, idsIn: (value: Buffer | null) => string[]) => {
      const ids: string[][] = [[], [], []];
      for (const { partition, value } of await readAll(testBroker(), topic)) {
        for (const id of idsIn(value)) ids[partition]?.push(id);
      }
      return ids;
    };
    const spanIds = await idsByPartition(native.output, value => spansOfBlock(value).map(row => row.SpanId));
    expect(spanIds.flat()).toHaveLength(200 * SPANS_PER_RECORD);
    expect(spanIds).toEqual(
      await idsByPartition(json.output, value => [JSON.parse(String(value)).SpanId as string]),
    );
    expect(spanIds.filter(ids => ids.length > 0)).toHaveLength(3);
  },
);

test('a message is as large as it may be, has no key, and rows of more than one record', async () => {
  const pipeline = nativePipeline();
  await fillInput(pipeline, 200, 1);
  await run({ ...pipeline, settings: { ...pipeline.settings, native: { max_bytes: 20_000, max_rows: 60 } } });

  const messages = await readAll(testBroker(), pipeline.output);
  const rowCounts = messages.map(({ value }) => spansOfBlock(value).length);
  expect(rowCounts.reduce((sum, count) => sum + count, 0)).toBe(200 * SPANS_PER_RECORD);
  expect(Math.max(...rowCounts)).toBeLessThanOrEqual(60);
  expect(Math.max(...messages.map(({ value }) => value?.length ?? 0))).toBeLessThanOrEqual(20_000);
  expect(messages.filter(({ key }) => key !== null)).toEqual([]);
  // A record has 50 spans for three partitions.
  expect(Math.max(...rowCounts)).toBeGreaterThan(50);
});

test('rows near what the topic takes arrive with the headers of their record, but for those that are larger', async () => {
  const pipeline = nativePipeline();
  await createTopic(testBroker(), pipeline.input);
  await createTopic(testBroker(), pipeline.output, { config: { 'max.message.bytes': '4000' } });
  // No codec makes them smaller, so that the topic sees them as they are.
  const payload = (bytes: number) => randomBytes(bytes).toString('base64').slice(0, bytes);
  const requestOf = (first: number, tooLarge: readonly number[]) => {
    const request = JSON.parse(spansRequest(first, 20).toString());
    const { spans } = request.resourceSpans[0].scopeSpans[0];
    for (const span of spans) span.attributes.push({ key: 'p', value: { stringValue: payload(700) } });
    for (const index of tooLarge) spans[index].name = payload(6_000);
    return { topic: pipeline.input, value: Buffer.from(JSON.stringify(request)) };
  };
  await produce(testBroker(), [requestOf(0, [7]), requestOf(20, [3, 4])]);

  const worker = await run({
    ...pipeline,
    settings: {
      ...pipeline.settings,
      headers: 'standard',
      producer: { compression: 'none' },
      traces: { topic: { name: pipeline.output }, encoding: 'native' },
    },
  });

  const messages = await readAll(testBroker(), pipeline.output);
  const found = messages.flatMap(({ value, headers }) => {
    const source = headers.find(([name]) => name === 'otelrows.source.offset')?.[1];
    return spansOfBlock(value).map(({ SpanId }) => `${SpanId} of ${source}`);
  });
  const expected = Array.from({ length: 40 }, (_, index) => index)
    .filter(index => ![7, 23, 24].includes(index))
    .map(index => `${spanIdOf(index)} of ${index < 20 ? 0 : 1}`);
  expect(found.sort()).toEqual(expected.sort());
  expect(messages.length).toBeLessThan(found.length);

  const deadLetters = await readAll(testBroker(), pipeline.deadLetters);
  const said = deadLetters.map(({ headers }) =>
    Object.fromEntries(headers.map(([name, v]) => [name, String(v)])),
  );
  expect(said).toMatchObject([
    { '__streams.errors.offset': '0', 'otelrows.dead_letter.item_indexes': '7' },
    { '__streams.errors.offset': '1', 'otelrows.dead_letter.item_indexes': '3-4' },
  ]);
  expect(await worker.event('stopped')).toMatchObject({ items: 40, rows: 37, deadLetteredItems: 3 });
});

describe("ClickHouse's Kafka engine", () => {
  test('reads every block, and keeps garbage between blocks apart', async () => {
    const pipeline = nativePipeline();
    await fillInput(pipeline, 100, 2);
    await createTopic(testBroker(), pipeline.output, { partitions: 3 });
    const garbage = [0, 1, 2].map(partition => ({
      topic: pipeline.output,
      partition,
      value: randomBytes(300),
    }));
    const settings = {
      ...pipeline.settings,
      traces: { topic: { name: pipeline.output }, encoding: 'native' },
    };
    await produce(testBroker(), garbage);
    await run({ ...pipeline, settings });
    await produce(testBroker(), garbage);
    await produceSpans(pipeline, 100, { first: 100, partitions: 2 });
    await run({ ...pipeline, settings });

    const clickhouse = await startClickhouse();
    const statements = schemaStatements({
      brokers: testBroker().split(','),
      groupPrefix: pipeline.group,
      topics: { traces: pipeline.output },
      database: 'otel',
      rowFormat: 'clickhouse',
      timeFormat: 'exact',
      metricTime: 'seconds',
      encodings: { traces: 'native' },
    });
    for (const statement of statements) await clickhouse(statement);
    const count = async (what: string) => Number((await clickhouse(`SELECT ${what} AS n`))[0]?.['n']);
    const spanCount = 200 * SPANS_PER_RECORD;
    await untilTrue(async () => (await count('(SELECT count() FROM otel.otel_traces)')) >= spanCount);
    await untilTrue(async () => (await count('(SELECT count() FROM otel.otel_kafka_errors)')) >= 6);
    expect(await count('(SELECT count() FROM otel.otel_traces)')).toBe(spanCount);
    expect(await count('(SELECT uniqExact(SpanId) FROM otel.otel_traces)')).toBe(spanCount);
  });
});
