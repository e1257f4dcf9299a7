import { expect, test } from 'vitest';
import { testBroker, uniqueName } from '../support/broker.js';
import { incompressible } from '../support/incompressible.js';
import { createTopic, produce, readAll } from '../support/kafka-client.js';
import { limitProducer } from '../support/quotas.js';
import { spanIdOf, spansRequest } from '../support/requests.js';
import {
  type Pipeline,
  type Settings,
  spansPipeline,
  startWorker,
  untilConsumed,
} from '../support/worker.js';

// Brokers that take rows more slowly than workers make them: batches have to find the size that is done in time.

/** A request of one span whose row has that many bytes, and a little more. */
function request(number: number, bytes: number): Buffer {
  const parsed = JSON.parse(spansRequest(number, 1).toString());
  parsed.resourceSpans[0].scopeSpans[0].spans[0].attributes.push({
    key: 'payload',
    value: { stringValue: incompressible(bytes, number) },
  });
  return Buffer.from(JSON.stringify(parsed));
}

/** A pipeline whose worker may write so much, and whose input holds what `values` are. */
async function limitedPipeline(bytesPerSecond: number, values: readonly Buffer[]) {
  const pipeline = spansPipeline();
  const clientId = uniqueName('limited');
  await limitProducer(pipeline.brokers, clientId, bytesPerSecond);
  await createTopic(pipeline.brokers, pipeline.input, { config: { 'max.message.bytes': '80000000' } });
  await produce(
    pipeline.brokers,
    values.map(value => ({ topic: pipeline.input, value })),
    { 'message.max.bytes': 80_000_000, 'compression.codec': 'zstd' },
  );
  const settings: Settings = {
    ...pipeline.settings,
    kafka: { ...(pipeline.settings['kafka'] as Settings), client_id: clientId },
  };
  return { pipeline, settings };
}

async function spanIds({ output }: Pipeline): Promise<string[]> {
  return (await readAll(testBroker(), output)).map(({ value }) => JSON.parse(String(value)).SpanId).sort();
}

test.each([
  { bytesPerSecond: 200_000, rowBytes: 15_000 },
  { bytesPerSecond: 50_000, rowBytes: 3_750 },
])(
  'a quota of $bytesPerSecond bytes a second slows a worker down, and does not stop it',
  async ({ bytesPerSecond, rowBytes }) => {
    const numbers = Array.from({ length: 400 }, (_, number) => number);
    const { pipeline, settings } = await limitedPipeline(
      bytesPerSecond,
      numbers.map(number => request(number, rowBytes)),
    );
    const worker = startWorker(settings);
    await untilConsumed(pipeline);
    await worker.stop();

    expect(await spanIds(pipeline)).toEqual(numbers.map(spanIdOf).sort());
    expect(await readAll(testBroker(), pipeline.deadLetters)).toEqual([]);
    const timedOut = worker.logs.filter(({ event }) => event === 'batch_timed_out');
    // Each one costs what it has sent of the quota. Without a size that is found, all do.
    expect(timedOut.length).toBeLessThanOrEqual(5);
  },
);

test('a record whose rows alone take too long becomes a dead-letter record; those before and after it become rows', async () => {
  const spans = JSON.parse(spansRequest(1, 400).toString());
  // Five times what the quota lets through in the time of a transaction: brokers measure it over 11 s, the first of them free.
  for (const span of spans.resourceSpans[0].scopeSpans[0].spans)
    span.attributes.push({ key: 'payload', value: { stringValue: incompressible(6_000, span.spanId) } });
  const slow = Buffer.from(JSON.stringify(spans));
  const { pipeline, settings } = await limitedPipeline(100_000, [request(0, 100), slow, request(1000, 100)]);
  const worker = startWorker({ ...settings, producer: { transaction_timeout_ms: 5_000 } });
  await untilConsumed(pipeline);
  await worker.stop();

  expect(await spanIds(pipeline)).toEqual([0, 1000].map(spanIdOf).sort());
  const [deadLetter, ...others] = await readAll(testBroker(), pipeline.deadLetters);
  expect(others).toEqual([]);
  const said = Object.fromEntries((deadLetter?.headers ?? []).map(([name, value]) => [name, String(value)]));
  expect(said).toMatchObject({
    '__streams.errors.offset': '1',
    'otelrows.dead_letter.stage': 'send',
    'otelrows.dead_letter.reason': 'transaction_timeout',
    'otelrows.dead_letter.value_left_out_bytes': String(slow.length),
  });
  const alone = worker.logs.filter(({ event, offset }) => event === 'batch_timed_out' && offset === 1);
  expect(alone.length).toBeGreaterThanOrEqual(3);
});
