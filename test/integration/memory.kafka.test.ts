import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testBroker } from '../support/broker.js';
import { HOSTILE_RECORDS, type HostileKind } from '../support/hostile-records.js';
import { createTopic, produce, readAll } from '../support/kafka-client.js';
import { bytesField } from '../support/protobuf.js';
import { spanIdOf, spansRequest } from '../support/requests.js';
import {
  type Pipeline,
  type Settings,
  spansPipeline,
  startWorker,
  untilConsumed,
  type WorkerProcess,
} from '../support/worker.js';

// The bounds that docs/architecture.md states under "Memory". Measured is the most that was resident, as the kernel counts
// it, so a bound that holds here does not depend on when one looks.

const MB = 1_000_000;
/** Normal load: Node, the client, and `memory.budget_bytes`. */
const NORMAL_BYTES = 256 * MB;
/** More than the budget, so that what is read ahead has to stop. */
const BACKLOG_BYTES = 150 * MB;

function residentPeakBytes({ process: { pid } }: WorkerProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

async function createTopics(pipeline: Pipeline): Promise<Settings> {
  const input = { partitions: 4, config: { 'max.message.bytes': String(20 * MB) } };
  await createTopic(testBroker(), pipeline.input, input);
  await createTopic(testBroker(), pipeline.output, { partitions: 3 });
  return {
    ...pipeline.settings,
    traces: { topic: { name: pipeline.output } },
    log: { level: 'info', format: 'json' },
  };
}

/** Fills the four partitions of the input with requests of 100 spans of a kilobyte each, and returns how many. */
async function fill({ input }: Pipeline, bytes: number): Promise<number> {
  const attributes = Object.fromEntries(
    Array.from({ length: 15 }, (_, i) => [`attribute.number.${i}`, `some value of the attribute ${i}`]),
  );
  const value = spansRequest(0, 100, attributes);
  const count = Math.ceil(bytes / value.length);
  await produce(
    testBroker(),
    Array.from({ length: count }, (_, i) => ({ topic: input, partition: i % 4, value })),
    { 'queue.buffering.max.kbytes': 100_000, 'compression.codec': 'none' },
  );
  return count;
}

test('a deep backlog is worked off within the budget', async () => {
  const pipeline = spansPipeline();
  const settings = await createTopics(pipeline);
  const count = await fill(pipeline, BACKLOG_BYTES);

  const worker = startWorker(settings);
  await untilConsumed(pipeline);

  expect(residentPeakBytes(worker)).toBeLessThan(NORMAL_BYTES);
  await worker.stop();
  expect(await worker.event('stopped')).toMatchObject({ records: count, rows: 100 * count });
});

test('rows that are written slowly make reading wait', async () => {
  const pipeline = spansPipeline();
  const settings = await createTopics(pipeline);
  // Each row repeats the resource: 40 times as many bytes as came in, more than the send queue holds.
  const value = resourceOf(spansRequest(0, 300), 5_000);
  const records = Array.from({ length: 300 }, (_, i) => ({ topic: pipeline.input, partition: i % 4, value }));
  await produce(testBroker(), records);

  const worker = startWorker({
    ...settings,
    log: { level: 'debug', format: 'json' },
    // One row at a time, and for each one waits.
    producer: { flush_max_messages: 1, transaction_timeout_ms: 120_000 },
    kafka: {
      ...(settings['kafka'] as Settings),
      custom: { producer: { 'max.in.flight.requests.per.connection': 1 } },
    },
  });
  await worker.event('committed');

  expect(residentPeakBytes(worker)).toBeLessThan(NORMAL_BYTES);
  await worker.kill();
});

/** The same request with so many bytes more in its resource. */
function resourceOf(request: Buffer, bytes: number): Buffer {
  const parsed = JSON.parse(request.toString());
  parsed.resourceSpans[0].resource.attributes.push({
    key: 'command',
    value: { stringValue: 'c'.repeat(bytes) },
  });
  return Buffer.from(JSON.stringify(parsed));
}

test('a record that is a hundred megabytes of nothing becomes a dead-letter record; its neighbours flow', async () => {
  const pipeline = spansPipeline();
  const settings = await createTopics(pipeline);
  const bomb = { topic: pipeline.input, partition: 0, value: Buffer.alloc(100 * MB) };
  await produce(testBroker(), [bomb], {
    'compression.codec': 'zstd',
    'message.max.bytes': 200 * MB,
    'queue.buffering.max.kbytes': 400_000,
  });
  await produce(testBroker(), [{ topic: pipeline.input, partition: 0, value: spansRequest(0, 3) }]);

  const worker = startWorker(settings);
  await untilConsumed(pipeline);

  expect(residentPeakBytes(worker)).toBeLessThan(NORMAL_BYTES + 2 * bomb.value.length);
  await worker.stop();
  const rows = await readAll(testBroker(), pipeline.output);
  expect(rows.map(({ value }) => JSON.parse(String(value)).SpanId).sort()).toEqual([0, 1, 2].map(spanIdOf));
  const [deadLetter, ...others] = await readAll(testBroker(), pipeline.deadLetters);
  expect(others).toEqual([]);
  expect(Object.fromEntries(deadLetter?.headers ?? [])).toMatchObject({
    '__streams.errors.offset': Buffer.from('0'),
    'otelrows.dead_letter.reason': Buffer.from('bytes_limit'),
    'otelrows.dead_letter.value_left_out_bytes': Buffer.from(String(bomb.value.length)),
  });
});

test('records of a million empty attributes become dead-letter records; their neighbours flow', async () => {
  const pipeline = spansPipeline();
  const settings = await createTopics(pipeline);
  const emptyAttribute = [0x4a, 0x00];
  const span = Buffer.from(Array.from({ length: 1_000_000 }, () => emptyAttribute).flat());
  const value = [0x12, 0x12, 0x0a].reduce<Buffer>((inner, tag) => bytesField(tag, inner), span);
  await produce(
    testBroker(),
    Array.from({ length: 8 }, (_, i) => ({ topic: pipeline.input, partition: i % 4, value })),
    { 'compression.codec': 'zstd', 'message.max.bytes': 10 * MB },
  );
  await produce(testBroker(), [{ topic: pipeline.input, partition: 0, value: spansRequest(0, 3) }]);

  const worker = startWorker(settings);
  await untilConsumed(pipeline);

  expect(residentPeakBytes(worker)).toBeLessThan(2 * NORMAL_BYTES);
  await worker.stop();
  expect(await worker.event('stopped')).toMatchObject({ records: 9, rows: 3, deadLetteredItems: 8 });
});

/** Whatever a record of `limits.max_record_bytes` holds: itself twice, what becomes of it, and normal load. */
const ANY_RECORD_BYTES = 512 * MB;

const LARGE_LOGS = [
  'text: not UTF-8',
  'text: not UTF-8, JSON',
  'text: quotes, JSON',
  'texts: not UTF-8, 2 MB each, of one item',
  'attributes: empty',
  'attributes: small',
  'attributes: keys that are not UTF-8',
  'values: of one map, one key',
] satisfies HostileKind[];

test.each(['dead_letter', 'truncate'] as const)(
  'log records of 60 MiB become dead-letter records, the small ones between them rows, with oversize.policy: %s',
  async policy => {
    const pipeline = spansPipeline();
    const { input, output } = pipeline;
    await createTopic(testBroker(), input, { config: { 'max.message.bytes': String(2 * MB) } });
    await createTopic(testBroker(), output);
    const worker = startWorker({
      ...pipeline.settings,
      inputs: [{ topic: input, signal: 'logs' }],
      traces: { enabled: false },
      logs: { topic: { name: output } },
      oversize: { policy },
    });
    const small = HOSTILE_RECORDS['text: plain'](100).value;
    for (const kind of LARGE_LOGS) {
      const large = HOSTILE_RECORDS[kind](60 * 2 ** 20).value;
      await produce(
        testBroker(),
        [small, large, small].map(value => ({ topic: input, partition: 0, value })),
        { 'compression.codec': 'zstd', 'message.max.bytes': 200 * MB, 'queue.buffering.max.kbytes': 400_000 },
      );
      // One after the other: what a fetch brings is decompressed together.
      await untilConsumed(pipeline);
    }

    expect(residentPeakBytes(worker)).toBeLessThan(ANY_RECORD_BYTES);
    await worker.stop();
    const rows = await readAll(testBroker(), output);
    expect(rows.map(({ value }) => JSON.parse(String(value)).Body)).toEqual(
      Array(2 * LARGE_LOGS.length).fill('a'.repeat(100)),
    );
    const deadLetters = await readAll(testBroker(), pipeline.deadLetters);
    expect(deadLetters.map(({ headers }) => Number(new Map(headers).get('__streams.errors.offset')))).toEqual(
      LARGE_LOGS.map((_, i) => 3 * i + 1),
    );
  },
);
