import { expect, test } from 'vitest';
import { testBroker } from '../support/broker.js';
import { incompressible } from '../support/incompressible.js';
import { createTopic, produce, type ReadRecord, readAll } from '../support/kafka-client.js';
import { spanIdOf, spansRequest } from '../support/requests.js';
import {
  type Pipeline,
  type Settings,
  spansPipeline,
  startWorker,
  untilConsumed,
} from '../support/worker.js';

/** A request of spans, some of which have an attribute `payload` of so many bytes. */
function request(first: number, count: number, payloads: Record<number, number> = {}): Buffer {
  const parsed = JSON.parse(spansRequest(first, count).toString());
  for (const [index, bytes] of Object.entries(payloads)) {
    const span = parsed.resourceSpans[0].scopeSpans[0].spans[Number(index)];
    const value = { stringValue: incompressible(bytes, first + Number(index)) };
    span.attributes.push(
      { key: 'payload', value },
      { key: 'number', value: { intValue: '9007199254740993' } },
    );
  }
  return Buffer.from(JSON.stringify(parsed));
}

async function pipelineWithLimits(limits: { rows?: number; deadLetters?: number }): Promise<Pipeline> {
  const pipeline = spansPipeline();
  const limit = (bytes: number | undefined) =>
    bytes ? { config: { 'max.message.bytes': String(bytes) } } : {};
  await createTopic(testBroker(), pipeline.input, {
    partitions: 2,
    config: { 'max.message.bytes': '20000000' },
  });
  await createTopic(testBroker(), pipeline.output, { partitions: 3, ...limit(limits.rows) });
  await createTopic(testBroker(), pipeline.deadLetters, limit(limits.deadLetters));
  return pipeline;
}

const without = ({ settings }: Pipeline, more: Settings = {}): Settings => ({
  ...settings,
  traces: { topic: { name: (settings['traces'] as { topic: { name: string } }).topic.name } },
  ...more,
});

async function run(pipeline: Pipeline, settings: Settings) {
  const worker = startWorker(settings);
  await untilConsumed(pipeline);
  await worker.stop();
  const rows = (await readAll(testBroker(), pipeline.output)).map(({ value }) => JSON.parse(String(value)));
  const deadLetters = await readAll(testBroker(), pipeline.deadLetters);
  return {
    worker,
    rows,
    ids: rows.map(({ SpanId }) => SpanId).sort(),
    deadLetters,
    stopped: await worker.event('stopped'),
  };
}

function headersOf({ headers }: ReadRecord): Record<string, string> {
  return Object.fromEntries(headers.map(([name, value]) => [name, value.toString()]));
}

const idsOf = (numbers: readonly number[]) => numbers.map(spanIdOf).sort();
const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

test.each<[string, Settings]>([
  ['exactly_once', {}],
  // Which the transactional producer that tries what topics take could not have.
  ['at_least_once', { required_acks: 1, retries: 0, message_timeout_ms: 300_000 }],
])(
  'rows that only their topic takes for too large are dead-lettered, their neighbours flow: %s',
  async (delivery, producer) => {
    const pipeline = await pipelineWithLimits({ rows: 20_000 });
    const values = [
      request(0, 50),
      request(50, 50, { 3: 60_000, 17: 300_000, 49: 40_000 }),
      request(100, 50),
      request(150, 50, { 0: 30_000 }),
    ];
    await produce(
      testBroker(),
      values.map((value, i) => ({ topic: pipeline.input, partition: i % 2, value })),
    );

    const { worker, ids, deadLetters, stopped } = await run(
      pipeline,
      without(pipeline, { delivery, producer }),
    );

    const tooLarge = [53, 67, 99, 150];
    const wanted = idsOf(upTo(200).filter(number => !tooLarge.includes(number)));
    // At least once means that what an attempt had written before it failed is there twice.
    expect(delivery === 'exactly_once' ? ids : [...new Set(ids)]).toEqual(wanted);
    expect(
      deadLetters.map(deadLetter => headersOf(deadLetter)['otelrows.dead_letter.item_indexes']).sort(),
    ).toEqual(['0', '3,17,49']);
    expect(deadLetters.map(({ value }) => value?.toString('latin1')).sort()).toEqual(
      [values[1], values[3]].map(value => value?.toString('latin1')).sort(),
    );
    expect(headersOf(deadLetters[0] as ReadRecord)['__streams.errors.message']).toMatch(
      /SpanId [0-9a-f]{16}, SpanAttributes\.payload \d+/,
    );
    expect(stopped).toMatchObject({ items: 200, rows: 196, deadLetteredItems: 4 });
    expect(worker.logs.filter(({ event }) => event === 'dead_lettered')).toHaveLength(2);
    expect(worker.logs.filter(({ event }) => event === 'producer_replaced')).toHaveLength(1);
    const { bytesMax } = await worker.event('topic_limit_found');
    expect(bytesMax).toBeGreaterThan(19_000);
    expect(bytesMax).toBeLessThan(20_000);
  },
);

test('a topic that takes less than a batch of good rows gets smaller batches', async () => {
  const pipeline = await pipelineWithLimits({ rows: 3_000 });
  const payloads = Object.fromEntries(upTo(100).map(index => [index, 500]));
  await produce(
    testBroker(),
    upTo(10).map(i => ({ topic: pipeline.input, partition: i % 2, value: request(i * 100, 100, payloads) })),
  );

  const { worker, ids, deadLetters } = await run(pipeline, without(pipeline));

  expect(ids).toEqual(idsOf(upTo(1000)));
  expect(deadLetters).toEqual([]);
  expect(worker.logs.filter(({ event }) => event === 'producer_replaced')).toHaveLength(1);
});

test('a dead-letter record that its topic takes for too large goes without its value', async () => {
  const pipeline = await pipelineWithLimits({ rows: 20_000, deadLetters: 1_000 });
  const poison = incompressible(8_000, 1);
  await produce(testBroker(), [
    { topic: pipeline.input, partition: 0, value: request(0, 5, { 1: 30_000 }) },
    { topic: pipeline.input, partition: 0, value: poison },
    { topic: pipeline.input, partition: 0, value: request(5, 5) },
  ]);

  const { worker, ids, deadLetters } = await run(pipeline, without(pipeline));

  expect(ids).toEqual(idsOf([0, 2, 3, 4, 5, 6, 7, 8, 9]));
  expect(
    deadLetters.map(deadLetter => [deadLetter.value, headersOf(deadLetter)['__streams.errors.offset']]),
  ).toEqual([
    [null, '0'],
    [null, '1'],
  ]);
  expect(headersOf(deadLetters[1] as ReadRecord)['otelrows.dead_letter.value_left_out_bytes']).toBe('8000');
  expect(worker.logs.filter(({ event }) => event === 'dead_letter_value_left_out')).toHaveLength(2);
});

test.each(['clickhouse', 'glassflow'])(
  'oversize.policy: truncate cuts the longest texts: %s',
  async row_format => {
    const pipeline = await pipelineWithLimits({ rows: 20_000 });
    await produce(testBroker(), [
      { topic: pipeline.input, partition: 0, value: request(0, 20, { 3: 60_000, 4: 1_000 }) },
      { topic: pipeline.input, partition: 1, value: request(20, 20, { 19: 900_000 }) },
    ]);

    const settings = without(pipeline, { row_format, oversize: { policy: 'truncate' } });
    const { rows, ids, deadLetters, stopped } = await run(pipeline, settings);

    expect(ids).toEqual(idsOf(upTo(40)));
    expect(deadLetters).toEqual([]);
    const attributesOf = (number: number) =>
      rows.find(({ SpanId }) => SpanId === spanIdOf(number)).SpanAttributes;
    for (const [number, bytes] of [
      [3, 60_000],
      [39, 900_000],
    ] as const) {
      const { payload, number: integer, 'otelrows.truncated_bytes': truncated } = attributesOf(number);
      expect(integer).toBe('9007199254740993');
      const [kept, cut] = payload.split('…[truncated ');
      expect(kept).toBe(incompressible(bytes, number).slice(0, kept.length));
      expect(kept.length).toBeGreaterThan(18_000);
      expect(Number.parseInt(cut, 10)).toBe(bytes - kept.length);
      expect(truncated).toBe(String(bytes - kept.length));
    }
    expect(attributesOf(4)).not.toHaveProperty(['otelrows.truncated_bytes']);
    expect(stopped).toMatchObject({ items: 40, rows: 40, truncated: 2, deadLetteredItems: 0 });
  },
);
