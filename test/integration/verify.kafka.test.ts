import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { defaultConfig } from '../../src/config/schema.js';
import { encodingsOf } from '../../src/encodings/encodings-of.js';
import { producerOptions, readerOptions } from '../../src/kafka/client-options.js';
import { connectAssignedConsumer } from '../../src/kafka/confluent/assigned-consumer.js';
import { connectProducer } from '../../src/kafka/confluent/producer.js';
import { SILENT } from '../../src/kafka/connection.js';
import type { NextOffset } from '../../src/kafka/ports.js';
import type { VerifyReport } from '../../src/verify/report.js';
import { parseMemory, parseStat } from '../bench/kafka/process-usage.js';
import { testBroker, uniqueName } from '../support/broker.js';
import {
  createTopic,
  deleteRecordsBefore,
  produce,
  produceInTransaction,
  type ReadRecord,
  readAll,
  type TestRecord,
} from '../support/kafka-client.js';
import { spanIdOf, spansRequest } from '../support/requests.js';
import { startCommand } from '../support/start-command.js';
import {
  type Pipeline,
  type Settings,
  spansPipeline,
  startWorker,
  untilConsumed,
} from '../support/worker.js';

interface Verified {
  report: VerifyReport;
  exitCode: number | NodeJS.Signals;
}

async function verified(settings: Settings, ...args: string[]): Promise<Verified> {
  const command = startCommand('verify', settings, ['--json', ...args]);
  const exitCode = await command.ended;
  if (command.stdout() === '') throw new Error(command.stderr());
  return { report: JSON.parse(command.stdout()), exitCode };
}

const FAULTS = ({ missing, duplicate, unexpected, changed, lostRecords }: VerifyReport) => ({
  missing,
  duplicate,
  unexpected,
  changed,
  lostRecords,
});
const NONE = { missing: 0, duplicate: 0, unexpected: 0, changed: 0, lostRecords: 0 };

/** Lets a worker process everything that is in the input. */
async function work(pipeline: Pipeline, settings = pipeline.settings): Promise<void> {
  const worker = startWorker(settings);
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);
}

async function processed(pipeline: Pipeline, values: readonly (Buffer | string)[]): Promise<void> {
  await createTopic(testBroker(), pipeline.input, { partitions: 2 });
  await produce(
    testBroker(),
    values.map((value, index) => ({ topic: pipeline.input, partition: index % 2, value })),
  );
  await work(pipeline);
}

/** A topic with just these rows. */
async function topicOf(rows: readonly Pick<ReadRecord, 'key' | 'value'>[]): Promise<string> {
  const topic = uniqueName('made');
  await createTopic(testBroker(), topic, { partitions: 2 });
  await produce(
    testBroker(),
    rows.map(({ key, value }) => ({ topic, key, value })),
  );
  return topic;
}

/**
 * Adds a group's offset to a transaction that stays open until the returned function commits it, as a killed worker
 * may.
 */
async function addOffsetsInTransaction(group: string, position: NextOffset): Promise<() => Promise<void>> {
  const config = defaultConfig();
  config.kafka.brokers = testBroker().split(',');
  config.consumer.group_id = group;
  config.producer.transaction_timeout_ms = 60_000;
  const consumer = await connectAssignedConsumer(readerOptions(config), {
    client: 'consumer',
    events: SILENT,
  });
  const producer = await connectProducer(producerOptions(config, 'killed'), {
    client: 'producer',
    deliveryReports: false,
    events: SILENT,
  });
  await producer.initTransactions();
  await producer.beginTransaction();
  await producer.sendOffsets([position], consumer);
  onTestFinished(async () => {
    await producer.disconnect();
    await consumer.disconnect();
  });
  return () => producer.commitTransaction();
}

const requests = (count: number, spans: number) =>
  Array.from({ length: count }, (_, index) => spansRequest(index * spans, spans));

test('records without items are told of, since no row misses them', async () => {
  const pipeline = spansPipeline();
  const dropped = '{"resourceSpans":[{"instrumentationLibrarySpans":[{"spans":[{"name":"a"}]}]}]}';
  await processed(pipeline, [...requests(4, 2), dropped, '{}', dropped, '{"level":"info"}']);

  const { exitCode, report } = await verified(pipeline.settings);

  expect(FAULTS(report)).toEqual(NONE);
  expect(exitCode).toBe(0);
  expect(report.input).toMatchObject({ records: 8, items: 8, undecodable: 1, empty: 1, suspicious: 2 });
  expect(report.notes).toEqual([
    `2 records of the input have no rows, since nothing of what they hold is an item: ${pipeline.input}-0 offset 2 ` +
      'holds something, but no span; the first field that OTLP does not know is resourceSpans[0].instrumentationLibrarySpans (byte 19).',
  ]);
});

test('what a worker wrote balances; rows taken away, doubled and foreign are counted and named', async () => {
  const pipeline = spansPipeline();
  await processed(pipeline, [...requests(20, 10), 'not a request']);

  const whole = await verified(pipeline.settings);
  expect(FAULTS(whole.report)).toEqual(NONE);
  expect(whole).toMatchObject({
    exitCode: 0,
    report: {
      balanced: true,
      group: pipeline.group,
      input: { topics: [pipeline.input], records: 21, items: 200, undecodable: 1, notConsumed: 0 },
      output: { topics: [pipeline.output], rows: 200, deadLetters: 1 },
      matched: 200,
      notes: [],
    },
  });

  const rows = await readAll(testBroker(), pipeline.output);
  const foreign = ['{"TraceId":"ff","SpanId":"ff","ParentSpanId":""}', 'no row at all'].map(value => ({
    key: null,
    value: Buffer.from(value),
  }));
  const made = await topicOf([...rows.slice(3), ...rows.slice(10, 15), ...foreign]);
  const altered = await verified(pipeline.settings, '--output', made, '--examples', '3');
  expect(altered.exitCode).toBe(1);
  expect(FAULTS(altered.report)).toEqual({ ...NONE, missing: 3, duplicate: 5, unexpected: 2 });
  const { missing, duplicate, unexpected } = altered.report.examples;
  const spanIdOf = ({ value }: Pick<ReadRecord, 'value'>) => JSON.parse(String(value)).SpanId;
  expect(missing.map(({ row }) => row['SpanId']).sort()).toEqual(rows.slice(0, 3).map(spanIdOf).sort());
  expect(missing[0]?.sources).toEqual([
    {
      topic: pipeline.input,
      partition: expect.any(Number),
      offset: expect.any(Number),
      itemIndex: expect.any(Number),
    },
  ]);
  expect(duplicate).toHaveLength(3);
  for (const { written } of duplicate) expect(written).toHaveLength(2);
  expect(unexpected.map(({ row }) => row['value'] ?? row['SpanId']).sort()).toEqual(['ff', 'no row at all']);
});

test('logs and metrics: equal rows of equal items are counted, and each kind has its topic', async () => {
  const names = { logs: uniqueName('logs'), metrics: uniqueName('metrics') };
  const pipeline = spansPipeline();
  const output = (name: string) => ({ enabled: true, topic: { name, create: true } });
  const settings = {
    ...pipeline.settings,
    inputs: [
      { topic: names.logs, signal: 'logs' },
      { topic: names.metrics, signal: 'metrics' },
    ],
    logs: output(uniqueName('out-logs')),
    metrics: {
      sum: output(uniqueName('out-sum')),
      gauge: output(uniqueName('out-gauge')),
      histogram: { enabled: false },
    },
  };
  const corpus = (name: string) => readFileSync(`test/golden/corpus/${name}.json`);
  for (const topic of Object.values(names)) await createTopic(testBroker(), topic);
  await produce(testBroker(), [
    { topic: names.logs, value: corpus('app-otlp.logs') },
    { topic: names.logs, value: corpus('app-otlp.logs') },
    { topic: names.metrics, value: corpus('gauge-values.metrics') },
    { topic: names.metrics, value: corpus('default-points.metrics') },
  ]);
  const worker = startWorker(settings);
  for (const input of Object.values(names)) await untilConsumed({ ...pipeline, input });
  await worker.stop();

  const { report, exitCode } = await verified(settings);
  expect(FAULTS(report)).toEqual(NONE);
  expect(exitCode).toBe(0);
  expect(report.input.filtered).toBeGreaterThan(0);
  expect(report.matched).toBe(report.input.items - report.input.filtered);

  const logs = await readAll(testBroker(), settings.logs.topic.name);
  const made = await topicOf(logs.slice(1));
  const onlyLogs = await verified(settings, '--input', names.logs, '--output', `logs=${made}`);
  expect(FAULTS(onlyLogs.report)).toEqual({ ...NONE, missing: 1 });

  // A point in the table of another kind is one too many there, and one too few where it belongs.
  await produce(testBroker(), [
    {
      topic: settings.metrics.sum.topic.name,
      value: (await readAll(testBroker(), settings.metrics.gauge.topic.name))[0]?.value ?? null,
    },
  ]);
  expect(FAULTS((await verified(settings)).report)).toEqual({ ...NONE, unexpected: 1 });
});

test('a span that was sent twice has two rows', async () => {
  const pipeline = spansPipeline();
  await processed(pipeline, [spansRequest(0, 5), spansRequest(0, 5)]);
  expect((await verified(pipeline.settings)).report).toMatchObject({ balanced: true, matched: 10 });

  const rows = await readAll(testBroker(), pipeline.output);
  const once = await verified(pipeline.settings, '--output', await topicOf(rows.slice(1)));
  expect(FAULTS(once.report)).toEqual({ ...NONE, missing: 1 });
});

test('dead letters explain the items that they name, and only those', async () => {
  const pipeline = spansPipeline();
  pipeline.settings['producer'] = { max_message_bytes: 2000 };
  const large = spansRequest(100, 4, { large: 'x'.repeat(3000) });
  await processed(pipeline, [...requests(2, 10), large, 'not a request']);

  const { report } = await verified(pipeline.settings);
  expect(FAULTS(report)).toEqual(NONE);
  expect(report).toMatchObject({ matched: 20, deadLettered: 4, input: { undecodable: 1, items: 24 } });

  const without = {
    ...pipeline.settings,
    dead_letter: { topic: { name: uniqueName('no-dead-letters') } },
  };
  const lost = await verified(without);
  expect(FAULTS(lost.report)).toEqual({ ...NONE, missing: 4, lostRecords: 1 });
  expect(lost.report.examples.lostRecords).toEqual([{ topic: pipeline.input, partition: 1, offset: 1 }]);
});

test('rows that were cut to fit are the right ones, also where their limit is not known', async () => {
  const pipeline = spansPipeline();
  pipeline.settings['producer'] = { max_message_bytes: 2000 };
  pipeline.settings['oversize'] = { policy: 'truncate' };
  await processed(pipeline, [...requests(1, 10), spansRequest(100, 4, { large: 'x'.repeat(3000) })]);

  const { report } = await verified(pipeline.settings);
  expect(FAULTS(report)).toEqual(NONE);
  expect(report).toMatchObject({ matched: 14, truncated: 0 });
  const other = await verified({ ...pipeline.settings, producer: {} });
  expect(FAULTS(other.report)).toEqual(NONE);
  expect(other.report).toMatchObject({ matched: 14, truncated: 4 });
});

test('rows that share a message are rows of their own', async () => {
  const pipeline = spansPipeline();
  const { topic } = pipeline.settings['traces'] as { topic: Settings };
  pipeline.settings['traces'] = { topic, encoding: 'json_lines', key: 'service_name' };
  pipeline.settings['row_id'] = 'column';
  await processed(pipeline, requests(4, 10));
  const messages = await readAll(testBroker(), pipeline.output);
  expect(messages).toHaveLength(4);
  expect((await verified(pipeline.settings)).report).toMatchObject({ balanced: true, matched: 40 });

  const [first, ...others] = messages.map(({ key, value }) => ({ key, value }));
  const lines = String(first?.value).split('\n');
  const packed = [...lines.slice(2), lines[9], '{"SpanId":"ff","TraceId":"ff","ParentSpanId":""}'].join('\n');
  const made = await topicOf([...others, { key: first?.key ?? null, value: Buffer.from(packed) }]);
  const { report } = await verified(pipeline.settings, '--output', made);
  expect(FAULTS(report)).toEqual({ ...NONE, missing: 2, duplicate: 1, unexpected: 1 });
  expect(report.examples.unexpected[0]).toMatchObject({ row: { SpanId: 'ff' }, written: [{ rowIndex: 9 }] });
});

test('rows in blocks are rows of their own', async () => {
  const pipeline = spansPipeline();
  pipeline.settings['traces'] = { ...(pipeline.settings['traces'] as Settings), encoding: 'native' };
  pipeline.settings['row_id'] = 'column';
  await processed(pipeline, requests(4, 10));
  expect((await verified(pipeline.settings)).report).toMatchObject({ balanced: true, matched: 40 });

  const messages = await readAll(testBroker(), pipeline.output);
  expect(messages.length).toBeLessThan(40);
  const config = defaultConfig();
  config.traces.encoding = 'native';
  const { rowsIn, packing } = encodingsOf(config).traces;
  const rows = messages.flatMap(({ value }) => rowsIn(value ?? Buffer.alloc(0))).map(({ row }) => row);
  expect(rows).toHaveLength(40);
  const [first, second, ...others] = rows;
  if (!first || !second || !packing) throw new Error('no rows');
  const blockOf = (block: readonly Buffer[]) => Buffer.from(packing.join(block.map(value => ({ value }))));
  const garbage = Buffer.from('no block');
  const made = await topicOf(
    [blockOf(others), blockOf([second, second]), garbage].map(value => ({ key: null, value })),
  );
  const { report } = await verified(pipeline.settings, '--output', `traces=${made}`);
  expect(FAULTS(report)).toEqual({ ...NONE, missing: 1, duplicate: 1, unexpected: 1 });
  expect(report.examples.duplicate[0]).toMatchObject({
    row: { SpanId: expect.stringMatching(/^[0-9a-f]{16}$/) },
    rows: 1,
  });
  expect(report.examples.unexpected[0]).toMatchObject({ row: { value: 'no block' } });
});

test('aborted rows are not there, and rows of an open transaction are waited for', async () => {
  const pipeline = spansPipeline();
  await processed(pipeline, requests(2, 10));
  const rows = (await readAll(testBroker(), pipeline.output)).map(({ key, value }) => ({ key, value }));
  const made = await topicOf(rows.slice(4));
  const inMade = rows.map(row => ({ ...row, topic: made }));
  await produceInTransaction(testBroker(), inMade.slice(0, 4), 'abort');
  expect(FAULTS((await verified(pipeline.settings, '--output', made)).report)).toEqual({
    ...NONE,
    missing: 4,
  });

  const commit = await produceInTransaction(testBroker(), inMade.slice(0, 4), 'later');
  const waiting = startCommand('verify', pipeline.settings, ['--output', made]);
  waiting.process.stderr?.once('data', () => commit());
  expect(await waiting.ended).toBe(0);
});

test('committed offsets on which a transaction is pending are waited for, by deadletters list too', async () => {
  const pipeline = spansPipeline();
  await processed(pipeline, [...requests(2, 10), 'not a request']);
  const deadLetters = { topic: pipeline.deadLetters, partition: 0, offset: 1 };
  const commits = [
    await addOffsetsInTransaction(pipeline.group, { topic: pipeline.input, partition: 0, offset: 2 }),
    await addOffsetsInTransaction(`${pipeline.group}-deadletters`, deadLetters),
  ];

  const waiting = [
    startCommand('verify', pipeline.settings),
    startCommand('deadletters', pipeline.settings, ['list']),
  ];
  const first = Promise.race(waiting.map(({ ended }) => ended));
  // The client asks for ten seconds by itself, and the commands take one to start: from then on it is otelrows that waits.
  expect(await Promise.race([first, delay(12_000, 'both wait')])).toBe('both wait');
  for (const commit of commits) await commit();
  for (const { ended } of waiting) expect(await ended).toBe(0);
});

test('what the group has not committed is not missing, also while workers run', async () => {
  const pipeline = spansPipeline();
  await processed(pipeline, requests(4, 10));
  await produce(testBroker(), [{ topic: pipeline.input, partition: 0, value: spansRequest(1000, 10) }]);

  const { report } = await verified(pipeline.settings);
  expect(FAULTS(report)).toEqual(NONE);
  expect(report).toMatchObject({ matched: 40, input: { notConsumed: 1 } });
  expect(report.notes.join()).toContain('1 offsets behind');
  const all = await verified(pipeline.settings, '--group', 'none');
  expect(FAULTS(all.report)).toEqual({ ...NONE, missing: 10 });

  const worker = startWorker(pipeline.settings);
  let feeding = true;
  const feed = async () => {
    for (let first = 2000; feeding; first += 200) {
      await produce(
        testBroker(),
        [0, 1].map(partition => ({
          topic: pipeline.input,
          partition,
          value: spansRequest(first + partition * 100, 100),
        })),
      );
    }
  };
  const fed = feed();
  await worker.event('committed');
  for (let look = 0; look < 3; look += 1) {
    const { report: running } = await verified(pipeline.settings);
    expect({ ...FAULTS(running), notes: running.notes.filter(note => !note.includes('behind')) }).toEqual({
      ...NONE,
      notes: [],
    });
  }
  feeding = false;
  await fed;
  await worker.stop();
});

test('a group that has committed nothing bounds nothing', async () => {
  const pipeline = spansPipeline();
  await processed(pipeline, requests(2, 10));
  const { report } = await verified(pipeline.settings, '--group', uniqueName('never-was'));
  expect(FAULTS(report)).toEqual(NONE);
  expect(report).toMatchObject({ group: null, matched: 20 });
  expect(report.notes.join()).toContain('has committed no offsets');
});

test('rows of other settings are changed rows; by ids they balance', async () => {
  const pipeline = spansPipeline();
  await processed(pipeline, requests(2, 10));
  const others = { ...pipeline.settings, time_format: 'rfc3339' };
  const { report, exitCode } = await verified(others);
  expect(exitCode).toBe(1);
  expect(FAULTS(report)).toEqual({ ...NONE, changed: 20 });
  expect(await verified(others, '--identity', 'ids')).toMatchObject({ exitCode: 0, report: { matched: 20 } });
  expect(FAULTS((await verified(others, '--identity', 'row')).report)).toEqual({
    ...NONE,
    missing: 20,
    unexpected: 20,
  });
});

test('records that the input has deleted: said, and told from foreign rows where rows say where they are from', async () => {
  const pipeline = spansPipeline();
  pipeline.settings['headers'] = 'standard';
  await processed(pipeline, requests(6, 10));
  await deleteRecordsBefore(testBroker(), { topic: pipeline.input, partition: 0, offset: 2 });

  const { report } = await verified(pipeline.settings);
  expect(FAULTS(report)).toEqual(NONE);
  expect(report).toMatchObject({ matched: 40, sourceDeleted: 20 });
  expect(report.notes.join()).toContain(`${pipeline.input}-0 begins at 2`);

  const rows = await readAll(testBroker(), pipeline.output);
  const silent = await verified(pipeline.settings, '--output', await topicOf(rows));
  expect(FAULTS(silent.report)).toEqual({ ...NONE, unexpected: 20 });
  expect(silent.report.notes.join()).toContain('Rows made of what is gone count as unexpected');
});

test('records that the input deletes while rows are read are told from foreign rows as well', async () => {
  const pipeline = spansPipeline();
  pipeline.settings['headers'] = 'standard';
  await processed(pipeline, requests(6, 10));
  const made = await topicOf([]);
  const rows = (await readAll(testBroker(), pipeline.output)).map(({ key, value, headers }) => ({
    topic: made,
    key,
    value,
    headers: Object.fromEntries(headers),
  }));
  const whileReading = async (records: TestRecord[], deletedBefore: number): Promise<VerifyReport> => {
    const commit = await produceInTransaction(testBroker(), records, 'later');
    const verifying = startCommand('verify', pipeline.settings, ['--output', made, '--json']);
    verifying.process.stderr?.once('data', async () => {
      await deleteRecordsBefore(testBroker(), { topic: pipeline.input, partition: 0, offset: deletedBefore });
      await commit();
    });
    await verifying.ended;
    return JSON.parse(verifying.stdout());
  };

  const report = await whileReading(rows, 1);
  expect(FAULTS(report)).toEqual(NONE);
  expect(report).toMatchObject({ balanced: true, matched: 50, sourceDeleted: 10 });
  expect(report.notes.join()).toContain(`${pipeline.input}-0 begins at 1`);

  const foreign = { topic: made, value: 'from nowhere' };
  const again = await whileReading([foreign], 2);
  expect(FAULTS(again)).toEqual({ ...NONE, unexpected: 1 });
  expect(again).toMatchObject({ matched: 40, sourceDeleted: 20 });
});

test('rows that the output has deleted: items without a row that are younger are missing, older ones may be deleted', async () => {
  const pipeline = spansPipeline();
  const hourMs = 3_600_000;
  const times = [Date.now() - 2 * hourMs, Date.now() - hourMs] as const;
  await createTopic(testBroker(), pipeline.input);
  await produce(
    testBroker(),
    times.map((timestampMs, index) => ({
      topic: pipeline.input,
      timestampMs,
      value: spansRequest(10 * index, 10),
    })),
  );
  await work(pipeline);
  const spanIdIn = (value: Buffer | null) => JSON.parse(String(value)).SpanId as string;
  const rows = new Map(
    (await readAll(testBroker(), pipeline.output)).map(({ key, value }) => [spanIdIn(value), { key, value }]),
  );
  const made = uniqueName('made');
  await createTopic(testBroker(), made);
  const write = (...spans: number[]) =>
    produce(
      testBroker(),
      spans.map(span => ({
        ...(rows.get(spanIdOf(span)) ?? { value: null }),
        topic: made,
        timestampMs: times[span < 10 ? 0 : 1],
      })),
    );
  await write(...Array.from({ length: 19 }, (_, span) => span));
  await deleteRecordsBefore(testBroker(), { topic: made, partition: 0, offset: 7 });

  const { report, exitCode } = await verified(pipeline.settings, '--output', made);
  expect(exitCode).toBe(1);
  expect(FAULTS(report)).toEqual({ ...NONE, missing: 1 });
  expect(report).toMatchObject({ balanced: false, matched: 12, maybeDeleted: 7 });
  const [since = ''] = /(?<=--from )\S+Z/.exec(report.notes.join()) ?? [];
  expect(report.notes.join()).toContain(`deleted the beginning of 1 partition (${made}-0 begins at 7)`);

  const left = await verified(pipeline.settings, '--output', made, '--from', since);
  expect(FAULTS(left.report)).toEqual({ ...NONE, missing: 1 });
  expect(left.report).toMatchObject({ matched: 9, maybeDeleted: 0 });
  await write(19);
  expect(await verified(pipeline.settings, '--output', made, '--from', since)).toMatchObject({
    exitCode: 0,
    report: { balanced: true, matched: 10 },
  });

  await deleteRecordsBefore(testBroker(), { topic: made, partition: 0, offset: 20 });
  const none = await verified(pipeline.settings, '--output', made);
  expect(FAULTS(none.report)).toEqual(NONE);
  expect(none).toMatchObject({ exitCode: 1, report: { balanced: false, matched: 0, maybeDeleted: 20 } });
  expect(none.report.notes.join()).toContain('--from TIME');
});

test('from a time on, older records and rows are left aside', async () => {
  const pipeline = spansPipeline();
  await processed(pipeline, requests(2, 10));
  const later = new Date(Date.now() + 3_600_000 * 2).toISOString();
  const { report } = await verified(pipeline.settings, '--from', later);
  expect(FAULTS(report)).toEqual(NONE);
  expect(report).toMatchObject({ balanced: false, matched: 0, output: { rows: 0 } });
  const earlier = new Date(Date.now() - 600_000).toISOString();
  expect((await verified(pipeline.settings, '--from', earlier)).report).toMatchObject({
    balanced: true,
    matched: 20,
  });
});

test('from a time on, rows of a transaction that was opened since are waited for too', async () => {
  const pipeline = spansPipeline();
  await processed(pipeline, requests(2, 10));
  const made = await topicOf([]);
  const rows = (await readAll(testBroker(), pipeline.output)).map(({ key, value }) => ({
    topic: made,
    key,
    value,
  }));
  const commit = await produceInTransaction(testBroker(), rows, 'later');
  const earlier = new Date(Date.now() - 600_000).toISOString();
  const waiting = startCommand('verify', pipeline.settings, ['--output', made, '--from', earlier]);
  waiting.process.stderr?.once('data', () => commit());
  expect(await waiting.ended).toBe(0);
});

test('a topic that does not exist, or that no input reads, is a mistake', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);
  const missing = startCommand('verify', pipeline.settings, ['--output', 'no-such-topic']);
  expect(await missing.ended).toBe(1);
  expect(missing.stderr()).toContain('The topic no-such-topic does not exist');
  const unread = startCommand('verify', pipeline.settings, ['--input', 'what']);
  expect(await unread.ended).toBe(2);
  expect(unread.stderr()).toContain('--input traces=what');
});

test('where nothing is compared, nothing is said to add up', async () => {
  const pipeline = spansPipeline();
  const nowhere = await verified(pipeline.settings);
  expect(nowhere.exitCode).toBe(1);
  expect(nowhere.report).toMatchObject({
    balanced: false,
    nothingCompared: expect.stringContaining(`none of the inputs exists (${pipeline.input})`),
    missingTopics: [pipeline.input, pipeline.output, pipeline.deadLetters],
  });

  await createTopic(testBroker(), pipeline.input);
  await createTopic(testBroker(), pipeline.output, { partitions: 3 });
  const empty = await verified(pipeline.settings);
  expect([empty.exitCode, empty.report.nothingCompared]).toEqual([1, 'there are no records and no rows']);
  expect(empty.report.notes).toContain(
    `Of the topics that are written to, these do not exist: ${pipeline.deadLetters}.`,
  );

  await produce(testBroker(), [{ topic: pipeline.input, value: spansRequest(0, 5) }]);
  await work(pipeline);
  const pattern = '^no-such-topic-';
  const partly = { ...pipeline.settings, inputs: [pipeline.input, pattern].map(traces) };
  const { report, exitCode } = await verified(partly);
  expect(report).toMatchObject({
    balanced: true,
    matched: 5,
    nothingCompared: null,
    missingTopics: [pattern],
  });
  expect([exitCode, report.notes]).toEqual([0, [`Of the inputs, these do not exist: ${pattern}.`]]);

  const later = new Date(Date.now() + 86_400_000).toISOString();
  const future = startCommand('verify', pipeline.settings, ['--from', later]);
  expect(await future.ended).toBe(1);
  expect(future.stdout()).toContain(
    `✗ Nothing was compared: there are no records and no rows since ${later}.`,
  );
});

const traces = (topic: string) => ({ topic, signal: 'traces' });

// It tells its speed as well; docs/verify.md says how to have it compare more rows.
test('136,000 rows in little memory, and nothing left in the temporary folder, also after Ctrl-C', async () => {
  const records = Number(process.env['OTELROWS_TEST_VERIFY_RECORDS'] ?? 680);
  const pipeline = spansPipeline();
  await processed(pipeline, requests(records, 200));
  const temporary = mkdtempSync(join(tmpdir(), 'otelrows-test-'));
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
  const env = { ...process.env, TMPDIR: temporary, NODE_OPTIONS: '--max-old-space-size=80' };

  const whole = startCommand('verify', pipeline.settings, [], env);
  const begunAt = performance.now();
  let [peakBytes, cpuSeconds] = [0, 0];
  let sawFiles = false;
  const look = setInterval(() => {
    const used = usageOf(whole.process.pid);
    if (used) cpuSeconds = used.cpuSeconds;
    // One that has just ended has no memory.
    peakBytes = Math.max(peakBytes, used?.residentPeakBytes ?? 0);
    sawFiles ||= readdirSync(temporary).length > 0;
  }, 50);
  expect(await whole.ended).toBe(0);
  clearInterval(look);
  const seconds = ((performance.now() - begunAt) / 1000).toFixed(1);
  process.stdout.write(
    `verify: ${records * 200} spans and their rows in ${seconds} s, ${cpuSeconds} s of CPU time\n`,
  );
  expect(sawFiles).toBe(true);
  expect(readdirSync(temporary)).toEqual([]);
  expect(peakBytes).toBeGreaterThan(0);
  expect(peakBytes).toBeLessThan(400_000_000);

  const stopped = startCommand('verify', pipeline.settings, [], env);
  const files = setInterval(() => {
    if (readdirSync(temporary).length > 0) stopped.process.kill('SIGINT');
  }, 20);
  expect(await stopped.ended).toBe(130);
  clearInterval(files);
  expect(readdirSync(temporary)).toEqual([]);
});

/** What a process has used so far; undefined when it has ended. */
function usageOf(pid: number | undefined): { residentPeakBytes: number; cpuSeconds: number } | undefined {
  try {
    const { residentPeakBytes } = parseMemory(readFileSync(`/proc/${pid}/status`, 'utf8'));
    const { cpuSeconds } = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return { residentPeakBytes, cpuSeconds };
  } catch {
    return undefined;
  }
}
