import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testBroker, uniqueName } from '../support/broker.js';
import {
  committedOffsets,
  createTopic,
  deleteRecordsBefore,
  deleteTopic,
  produce,
  readAll,
} from '../support/kafka-client.js';
import { spanIdOf, spansRequest } from '../support/requests.js';
import { expectEachSpanOnce, keepProducing, produceSpans, SPANS_PER_RECORD } from '../support/spans-load.js';
import { type Settings, spansPipeline, startWorker, untilConsumed, untilTrue } from '../support/worker.js';

const corpusFile = (name: string) => readFileSync(new URL(`../golden/corpus/${name}`, import.meta.url));

test('three signals in both encodings from three topics; a kind that is switched off is counted as filtered', async () => {
  const pipeline = spansPipeline();
  const [logsIn, metricsIn] = [uniqueName('logs-in'), uniqueName('metrics-in')];
  const [logsOut, sumOut, gaugeOut] = [
    uniqueName('logs-out'),
    uniqueName('sum-out'),
    uniqueName('gauge-out'),
  ];
  const contents = {
    [pipeline.input]: 'microservice.traces',
    [logsIn]: 'k8s.logs',
    [metricsIn]: 'host-metrics.metrics',
  };
  for (const [topic, name] of Object.entries(contents)) {
    await createTopic(testBroker(), topic);
    await produce(testBroker(), [
      { topic, value: corpusFile(`${name}.binpb`) },
      { topic, value: corpusFile(`${name}.json`) },
    ]);
  }

  const worker = startWorker({
    ...pipeline.settings,
    inputs: [
      { topic: pipeline.input, signal: 'traces' },
      { topic: logsIn, signal: 'logs' },
      { topic: metricsIn, signal: 'metrics' },
    ],
    logs: { topic: { name: logsOut, create: true } },
    metrics: {
      sum: { topic: { name: sumOut, create: true } },
      gauge: { enabled: false, topic: { name: gaugeOut, create: true } },
    },
  });
  for (const input of Object.keys(contents)) await untilConsumed({ ...pipeline, input });
  await worker.stop();

  for (const [topic, name, table] of [
    [pipeline.output, 'microservice.traces', 'otel_traces'],
    [logsOut, 'k8s.logs', 'otel_logs'],
    [sumOut, 'host-metrics.metrics', 'otel_metrics_sum'],
  ] as const) {
    const expected = corpusFile(`${name}.clickhouse.ndjson`)
      .toString()
      .split('\n')
      .filter(line => line.includes(`"${table}"`));
    expect(expected.length).toBeGreaterThan(0);
    expect(await readAll(testBroker(), topic)).toHaveLength(2 * expected.length);
  }
  const { items, rows, filtered } = await worker.event('stopped');
  expect(filtered).toBeGreaterThan(0);
  expect(items).toBe(Number(rows) + Number(filtered));
});

test('a ^regex input reads every topic that matches, also one that is created later', async () => {
  const pipeline = spansPipeline();
  const stem = uniqueName('regional');
  const [early, late] = [`${stem}-eu`, `${stem}-us`];
  await createTopic(testBroker(), early);
  await produce(testBroker(), [{ topic: early, value: spansRequest(0, 1) }]);

  const worker = startWorker({ ...pipeline.settings, inputs: [{ topic: `^${stem}-.*`, signal: 'traces' }] });
  await worker.event('committed');
  await createTopic(testBroker(), late);
  await produce(testBroker(), [{ topic: late, value: spansRequest(1, 1) }]);
  await untilConsumed({ ...pipeline, input: late });
  await worker.stop();

  expect(await readAll(testBroker(), pipeline.output)).toHaveLength(2);
});

test('an input topic that is deleted and recreated is read from its beginning', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);
  await produceSpans(pipeline, 50, { partitions: 1 });
  // As often as by default, so that the client does not notice that the topic was away.
  const kafka = { brokers: testBroker().split(',') };
  const worker = startWorker({ ...pipeline.settings, kafka });
  await untilConsumed(pipeline);

  await deleteTopic(testBroker(), pipeline.input);
  await createTopic(testBroker(), pipeline.input);
  await produceSpans(pipeline, 20, { first: 50, partitions: 1 });
  // The group's offsets of the old topic may be there still.
  const rowCount = 70 * SPANS_PER_RECORD;
  await untilTrue(async () => (await readAll(testBroker(), pipeline.output)).length >= rowCount);
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);

  await expectEachSpanOnce(pipeline, 70);
});

test('topics that are called like what every object has: read, written to, and compared', async () => {
  const pipeline = { ...spansPipeline(), input: 'constructor', output: '__proto__', deadLetters: 'toString' };
  await createTopic(testBroker(), pipeline.input, { partitions: 2 });
  await produce(testBroker(), [
    { topic: pipeline.input, partition: 0, value: spansRequest(0, 10) },
    { topic: pipeline.input, partition: 0, value: 'no request' },
  ]);
  const settings = {
    ...pipeline.settings,
    inputs: [{ topic: pipeline.input, signal: 'traces' }],
    traces: { topic: { name: pipeline.output } },
    dead_letter: { topic: { name: pipeline.deadLetters } },
  };

  const worker = startWorker(settings);
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);

  expect(await readAll(testBroker(), pipeline.output)).toHaveLength(10);
  expect(await readAll(testBroker(), pipeline.deadLetters)).toHaveLength(1);
  for (const command of ['verify', 'check']) expect(await startWorker(settings, command).ended).toBe(0);
});

test('headers: standard says what a row is and where it came from', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);
  await produce(testBroker(), [{ topic: pipeline.input, value: spansRequest(0, 1) }]);

  const worker = startWorker({ ...pipeline.settings, headers: 'standard', row_format: 'glassflow' });
  await untilConsumed(pipeline);
  await worker.stop();

  const [row] = await readAll(testBroker(), pipeline.output);
  expect(row?.headers.map(([name, value]) => [name, value.toString()])).toEqual([
    ['otelrows.signal', 'traces'],
    ['otelrows.row_format', 'glassflow'],
    ['otelrows.schema_version', '1'],
    ['otelrows.source.topic', pipeline.input],
    ['otelrows.source.partition', '0'],
    ['otelrows.source.offset', '0'],
  ]);
});

test('at_least_once: what counts as consumed has its rows, also after kill -9; what was written may come again', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);
  const stopProducing = keepProducing(pipeline, 1);
  const settings = {
    ...pipeline.settings,
    delivery: 'at_least_once',
    producer: { required_acks: 1 },
    batch: { max_records: 20 },
  };
  const consumed = async () =>
    (await committedOffsets(testBroker(), pipeline.group, pipeline.input)).get(0) ?? 0;
  const written = async () => {
    const rows = await readAll(testBroker(), pipeline.output);
    return new Set(rows.map(({ value }) => JSON.parse(String(value)).SpanId));
  };

  const first = startWorker(settings);
  await untilTrue(async () => (await consumed()) > 0);
  await first.kill();
  const recordCount = await stopProducing();
  const spanCount = (await consumed()) * SPANS_PER_RECORD;
  const atKill = await written();
  for (let number = 0; number < spanCount; number++) expect(atKill).toContain(spanIdOf(number));

  const second = startWorker(settings);
  await untilConsumed(pipeline);
  expect(await second.stop()).toBe(0);
  expect((await written()).size).toBe(recordCount * SPANS_PER_RECORD);
});

test('partitions without committed offsets are told of with what will be read, louder beside others that have some', async () => {
  const pipeline = spansPipeline();
  const write = (partition: number) =>
    produce(testBroker(), [{ topic: pipeline.input, partition, value: spansRequest(0, 1) }]);
  const work = async () => {
    const worker = startWorker(pipeline.settings);
    await untilConsumed(pipeline);
    await worker.stop();
    return worker.logs.filter(({ event }) => event === 'offsets_missing');
  };
  await createTopic(testBroker(), pipeline.input, { partitions: 2 });
  await write(0);
  expect(await work()).toMatchObject([
    { level: 'warn', topic: pipeline.input, partitions: [0], records: 1, othersKnown: 0 },
  ]);
  expect(await work()).toEqual([]);
  await write(1);
  expect(await work()).toMatchObject([{ level: 'error', partitions: [1], records: 1, othersKnown: 1 }]);
});

test('records that the input deletes before they are read are told of and counted; the others become rows', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);
  const write = (spanId: number) =>
    produce(testBroker(), [{ topic: pipeline.input, value: spansRequest(spanId, 1) }]);
  const work = async () => {
    const worker = startWorker(pipeline.settings);
    await untilConsumed(pipeline);
    await worker.stop();
    return worker;
  };
  await write(0);
  expect((await work()).logs.filter(({ event }) => event === 'records_missed')).toEqual([]);
  for (const spanId of [1, 2, 3]) await write(spanId);
  await deleteRecordsBefore(testBroker(), { topic: pipeline.input, partition: 0, offset: 3 });
  const worker = await work();

  expect(await worker.event('records_missed')).toMatchObject({
    level: 'error',
    topic: pipeline.input,
    partition: 0,
    from: 1,
    to: 3,
  });
  expect(await worker.event('stopped')).toMatchObject({ missedRecords: 2, rows: 1 });
  expect(await readAll(testBroker(), pipeline.output)).toHaveLength(2);
});

test('dry_run reads and transforms, but writes nothing, commits nothing and creates nothing', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);
  await produce(testBroker(), [{ topic: pipeline.input, value: spansRequest(0, 20) }]);

  const worker = startWorker({ ...pipeline.settings, dry_run: true });
  expect(await worker.event('started')).toMatchObject({ group: `${pipeline.group}-dry-run` });
  expect(await worker.event('committed')).toMatchObject({ records: 1, rows: 20 });
  expect(await worker.stop()).toBe(0);

  await expect(readAll(testBroker(), pipeline.output)).rejects.toThrow('does not exist');
  expect(await committedOffsets(testBroker(), pipeline.group, pipeline.input)).toEqual(new Map());
  expect(await committedOffsets(testBroker(), `${pipeline.group}-dry-run`, pipeline.input)).toEqual(
    new Map(),
  );
});

test('every output topic that is missing is named at start, with the setting that would create it', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);

  const worker = startWorker({
    ...pipeline.settings,
    traces: { topic: { name: pipeline.output, create: false } },
    dead_letter: { topic: { name: pipeline.deadLetters, create: false } },
  });

  expect(await worker.ended).toBe(1);
  expect(worker.stderr()).toContain(pipeline.output);
  expect(worker.stderr()).toContain('traces.topic.create: true');
  expect(worker.stderr()).toContain(pipeline.deadLetters);
  expect(worker.stderr()).not.toMatch(/^\s+at /m);
});

test('a topic with another number of partitions than configured is an error, not a surprise', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);
  await createTopic(testBroker(), pipeline.output, { partitions: 2 });

  const worker = startWorker(pipeline.settings);

  expect(await worker.ended).toBe(1);
  expect(worker.stderr()).toContain(
    `The topic ${pipeline.output} has 2 partitions, but traces.topic.num_partitions is 3`,
  );
});

test('a transaction time-out that the brokers do not allow is named', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);

  const worker = startWorker({ ...pipeline.settings, producer: { transaction_timeout_ms: 901_000 } });

  expect(await worker.ended).toBe(1);
  expect(worker.stderr()).toContain('producer.transaction_timeout_ms');
  expect(worker.stderr()).toContain('transaction.max.timeout.ms');
});

test('two dynamic members under one instance id: the older is fenced, says so, and no row is written twice', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 2 });
  const records = Array.from({ length: 200 }, (_, index) => ({
    topic: pipeline.input,
    partition: index % 2,
    value: spansRequest(index * 50, 50),
  }));
  await produce(testBroker(), records.slice(0, 10));
  const settings: Settings = { ...pipeline.settings, batch: { max_records: 5 } };
  settings['consumer'] = {
    ...(settings['consumer'] as object),
    instance_id: 'twin',
    static_membership: false,
  };

  const older = startWorker(settings);
  await older.event('committed');
  const younger = startWorker(settings);
  await younger.event('started');
  // Only now, so that the older has something to write after the younger took its name.
  await produce(testBroker(), records.slice(10));
  expect((await older.event('producer_replaced')).msg).toContain(
    'another worker under the same consumer.instance_id',
  );
  await Promise.all([older.stop(), younger.stop()]);
  const last = startWorker(settings);
  await untilConsumed(pipeline);
  await last.stop();

  expect(await readAll(testBroker(), pipeline.output)).toHaveLength(200 * 50);
});
