import { expect, test } from 'vitest';
import { testBroker } from '../support/broker.js';
import {
  committedOffsets,
  createTopic,
  type IsolationLevel,
  produce,
  type ReadRecord,
  readAll,
} from '../support/kafka-client.js';
import { killInTransaction } from '../support/kill-in-transaction.js';
import { spanIdOf, spansRequest } from '../support/requests.js';
import { spansPipeline, startWorker, untilConsumed } from '../support/worker.js';

function headersOf({ headers }: ReadRecord): Record<string, string> {
  return Object.fromEntries(headers.map(([name, value]) => [name, value.toString()]));
}

async function rowIds(output: string): Promise<string[]> {
  const rows = await readAll(testBroker(), output);
  return rows.map(({ value }) => JSON.parse(String(value)).SpanId).sort();
}

test('a record that cannot be decoded goes to the dead-letter topic whole; its neighbours become rows', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 1 });
  const garbage = Buffer.from([0x0a, 0xff, 0xff, 0x03, 0x00, 0xfe]);
  await produce(testBroker(), [
    { topic: pipeline.input, value: spansRequest(0, 2) },
    { topic: pipeline.input, value: garbage, key: Buffer.from([0xff, 0x00]), headers: { origin: 'edge-7' } },
    { topic: pipeline.input, value: spansRequest(2, 2) },
  ]);

  const topic = { name: pipeline.deadLetters };
  const dead_letter = { topic, header_styles: ['kafka_connect', 'spring_kafka'] };
  const worker = startWorker({ ...pipeline.settings, dead_letter });
  await untilConsumed(pipeline);
  await worker.stop();

  expect(await rowIds(pipeline.output)).toEqual([0, 1, 2, 3].map(spanIdOf));
  const letters = await readAll(testBroker(), pipeline.deadLetters);
  expect(letters).toHaveLength(1);
  const [letter] = letters as [ReadRecord];
  expect(letter.value).toEqual(garbage);
  expect(letter.key).toEqual(Buffer.from([0xff, 0x00]));
  expect(headersOf(letter)).toMatchObject({
    origin: 'edge-7',
    '__streams.errors.topic': pipeline.input,
    '__streams.errors.partition': '0',
    '__streams.errors.offset': '1',
    '__streams.errors.exception': 'PoisonRecord',
    'otelrows.dead_letter.stage': 'decode',
    'otelrows.dead_letter.reason': 'malformed',
    '__connect.errors.topic': pipeline.input,
    '__connect.errors.offset': '1',
    'kafka_dlt-original-consumer-group': pipeline.group,
  });
  expect(Object.fromEntries(letter.headers)['kafka_dlt-original-offset']).toEqual(
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]),
  );
  expect(headersOf(letter)['__streams.errors.message']).toMatch(/\(byte \d+\)/);
  expect(headersOf(letter)['otelrows.dead_letter.time']).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect((await worker.event('dead_lettered')).offset).toBe(1);
});

test('a row that is too large to send is dead-lettered with its item index; the other rows flow', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 1 });
  const request = JSON.parse(spansRequest(0, 3).toString());
  request.resourceSpans[0].scopeSpans[0].spans[1].name = 'n'.repeat(60_000);
  const value = Buffer.from(JSON.stringify(request));
  await produce(testBroker(), [{ topic: pipeline.input, value }]);

  const worker = startWorker({ ...pipeline.settings, producer: { max_message_bytes: 50_000 } });
  await untilConsumed(pipeline);
  await worker.stop();

  expect(await rowIds(pipeline.output)).toEqual([0, 2].map(spanIdOf));
  const [letter] = (await readAll(testBroker(), pipeline.deadLetters)) as [ReadRecord];
  expect(headersOf(letter)).toMatchObject({
    'otelrows.dead_letter.stage': 'send',
    'otelrows.dead_letter.reason': 'row_too_large',
    'otelrows.dead_letter.item_count': '1',
    'otelrows.dead_letter.item_indexes': '1',
    // The record itself does not fit into a message either, so its coordinates have to do.
    'otelrows.dead_letter.value_left_out_bytes': String(value.length),
  });
  expect(letter.value).toBeNull();
  expect(await worker.event('stopped')).toMatchObject({ items: 3, rows: 2, deadLetteredItems: 1 });
});

test('an empty record makes no row and no dead letter, in either encoding', async () => {
  const pipeline = spansPipeline();
  const json = `${pipeline.input}-json`;
  for (const topic of [pipeline.input, json]) await createTopic(testBroker(), topic, { partitions: 1 });
  await produce(testBroker(), [
    { topic: pipeline.input, value: Buffer.alloc(0) },
    { topic: pipeline.input, value: null },
    { topic: pipeline.input, value: '{}' },
    { topic: json, value: null },
  ]);

  const inputs = [
    { topic: pipeline.input, signal: 'traces' },
    { topic: json, signal: 'traces', encoding: 'otlp_json' },
  ];
  const worker = startWorker({ ...pipeline.settings, inputs });
  for (const input of [pipeline.input, json]) await untilConsumed({ ...pipeline, input });
  expect(await worker.stop()).toBe(0);

  expect(await readAll(testBroker(), [pipeline.output, pipeline.deadLetters])).toEqual([]);
  expect(await worker.event('stopped')).toMatchObject({ records: 4, emptyRecords: 4, suspiciousRecords: 0 });
});

test('of several requests in one record all spans have rows, and what is none of them is no longer silent', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 1 });
  const lines = [spansRequest(0, 2), spansRequest(2, 3)].join('\n');
  const dropped = '{"resourceSpans":[{"instrumentationLibrarySpans":[{"spans":[{"name":"a"}]}]}]}';
  const values = [lines, `${spansRequest(5, 1)}!`, '{"level":"info"}', dropped, dropped];
  await produce(
    testBroker(),
    values.map(value => ({ topic: pipeline.input, value })),
  );

  const worker = startWorker(pipeline.settings);
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);

  expect(await rowIds(pipeline.output)).toEqual([0, 1, 2, 3, 4].map(spanIdOf));
  const letters = await readAll(testBroker(), pipeline.deadLetters);
  expect(letters.map(letter => headersOf(letter)['otelrows.dead_letter.reason'])).toEqual([
    'malformed',
    'unknown_root',
  ]);
  expect(await worker.event('suspicious_records')).toMatchObject({
    topic: pipeline.input,
    offset: 3,
    msg: expect.stringContaining('resourceSpans[0].instrumentationLibrarySpans (byte 19)'),
  });
  expect(worker.logs.filter(({ event }) => event === 'suspicious_records')).toHaveLength(1);
  expect(await worker.event('stopped')).toMatchObject({ items: 5, rows: 5, suspiciousRecords: 2 });
});

test('dead letters of a transaction that is aborted are taken back with its rows, and written once when it is done again', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 1 });
  const recordCount = 4000;
  const garbage = (number: number) => Buffer.from(`not OTLP: ${number}`);
  await produce(
    testBroker(),
    Array.from({ length: recordCount }, (_, number) => ({
      topic: pipeline.input,
      value: number % 2 === 0 ? garbage(number) : spansRequest(number, 1),
    })),
  );
  const garbageBefore = (end: number) =>
    Array.from({ length: Math.ceil(end / 2) }, (_, index) => String(garbage(2 * index))).sort();
  const letters = async (isolation: IsolationLevel = 'read_committed') =>
    (await readAll(testBroker(), pipeline.deadLetters, isolation)).map(({ value }) => String(value)).sort();

  const settings = { ...pipeline.settings, producer: { linger_ms: 0 }, batch: { max_records: 50 } };
  const first = startWorker(settings);
  await first.event('committed');
  await killInTransaction(first, pipeline.deadLetters);
  // Told once no transaction is pending on them.
  const committed = (await committedOffsets(testBroker(), pipeline.group, pipeline.input)).get(0) ?? 0;
  expect(committed).toBeLessThan(recordCount);
  expect(await letters()).toEqual(garbageBefore(committed));
  expect((await letters('read_uncommitted')).length).toBeGreaterThan(garbageBefore(committed).length);

  const second = startWorker(settings);
  await untilConsumed(pipeline);
  await second.stop();

  expect(await letters()).toEqual(garbageBefore(recordCount));
  expect(await rowIds(pipeline.output)).toEqual(
    Array.from({ length: recordCount / 2 }, (_, index) => spanIdOf(2 * index + 1)).sort(),
  );
});
