import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { testBroker, uniqueName } from '../support/broker.js';
import { createTopic, produce, readAll, type TestRecord } from '../support/kafka-client.js';
import { otelrows } from '../support/otelrows.js';
import { spanIdOf, spansRequest } from '../support/requests.js';
import { temporaryFiles } from '../support/temporary-files.js';
import { spansPipeline, startWorker, untilConsumed } from '../support/worker.js';

const write = temporaryFiles();

const LOGS = readFileSync('test/golden/corpus/app-otlp.logs.binpb');
const METRICS = readFileSync('test/golden/corpus/host-metrics.metrics.binpb');
/** One log record of nothing but a body. */
const BODY_ONLY = Buffer.from('0a09120712052a030a0161', 'hex');
const PREFIX = Buffer.from([0, 0, 0, 0, 42, 0]);

test('signals share a topic, with and without what is around requests; what is of no signal is dead-lettered', async () => {
  const pipeline = spansPipeline();
  const topics = { logs: uniqueName('logs'), sums: uniqueName('sums'), gauges: uniqueName('gauges') };
  const shared = (input: object) => ({
    ...pipeline.settings,
    inputs: [{ topic: pipeline.input, signal: 'auto', ...input }],
    logs: { topic: { name: topics.logs } },
    metrics: {
      sum: { topic: { name: topics.sums } },
      gauge: { enabled: true, topic: { name: topics.gauges } },
    },
    headers: 'standard',
  });
  await createTopic(testBroker(), pipeline.input, { partitions: 2 });
  const records: Omit<TestRecord, 'topic'>[] = [
    { value: spansRequest(0, 2) },
    { value: spansRequest(2, 2), headers: { 'otelcol.signal': 'traces' } },
    { value: LOGS },
    { value: METRICS, headers: { 'otelcol.signal': 'metrics' } },
    { value: gzipSync(spansRequest(4, 2)) },
    { value: Buffer.concat([PREFIX, LOGS]) },
    { value: '{"resourceProfiles":[{}]}' },
    { value: spansRequest(6, 1), headers: { 'otelcol.signal': 'profiles' } },
    { value: BODY_ONLY },
    { value: spansRequest(8, 2) },
  ];
  await produce(
    testBroker(),
    records.map(record => ({ topic: pipeline.input, partition: 0, ...record })),
  );
  const config = (input: object) => write(`${uniqueName('config')}.json`, JSON.stringify(shared(input)));
  const command = (...args: string[]) => otelrows([...args, '--config', config({})]);

  const { stdout: checked } = command('check');
  expect(checked).toContain(`${pipeline.input} (any signal): 2 partitions`);
  expect(checked).toContain(`${pipeline.input}: traces in otlp_json, 2 spans each`);
  expect(checked).toContain(`${pipeline.input}: logs in otlp_proto, 12 log records each`);
  expect(checked).toMatch(/would become dead letters, unknown_signal: .*Set signal_header: true/);
  expect(checked).toContain(`${topics.gauges}: will be created with 2 partitions (as ${pipeline.input} has)`);

  const worker = startWorker(shared({}));
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);

  const read = (topic: string) => readAll(testBroker(), topic);
  const spanIds = async () =>
    (await read(pipeline.output)).map(({ value }) => JSON.parse(String(value)).SpanId).sort();
  expect(await spanIds()).toEqual([0, 1, 2, 3, 4, 5, 8, 9].map(spanIdOf));
  const signalsOf = async (topic: string) =>
    new Set(
      (await read(topic)).map(({ headers }) =>
        String(headers.find(([name]) => name === 'otelrows.signal')?.[1]),
      ),
    );
  expect(await signalsOf(topics.logs)).toEqual(new Set(['logs']));
  expect(await signalsOf(topics.sums)).toEqual(new Set(['metrics']));
  const logRows = (await read(topics.logs)).length;

  const letters = await read(pipeline.deadLetters);
  const reasons = letters.map(({ headers }) => String(new Map(headers).get('otelrows.dead_letter.reason')));
  expect(reasons.sort()).toEqual(['unknown_signal', 'unsupported_signal', 'unsupported_signal']);
  expect(await worker.event('stopped')).toMatchObject({
    deadLetteredRecordsBy: { unknown_signal: 1, unsupported_signal: 2 },
  });

  const verified = command('verify');
  expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringContaining(pipeline.input)]);
  const named = command('verify', '--input', `auto=${pipeline.input}`);
  expect(named.exitCode).toBe(0);

  // The one record whose signal nothing told is replayed with the signal that it is of.
  const replay = ['deadletters', 'replay', '--yes', '--reason', 'unknown_signal'];
  const replayed = otelrows([...replay, '--config', config({ signal: 'logs' })]);
  expect(replayed.stderr).toContain('replayed');
  expect(replayed.exitCode).toBe(0);
  expect(await read(topics.logs)).toHaveLength(logRows + 1);
});

test('headers of records are copied to the messages of their rows, in blocks too', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 1 });
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const of = (tenant: string | null, first: number): TestRecord => ({
    topic: pipeline.input,
    value: spansRequest(first, 1),
    headers: { ...(tenant === null ? {} : { tenant }), traceparent, other: 'x' },
  });
  await produce(testBroker(), [of('a', 0), of('a', 1), of('b', 2), of(null, 3)]);
  const traces = { topic: { name: pipeline.output, num_partitions: 1 } };
  const settings = { ...pipeline.settings, traces, copy_headers: ['traceparent', 'tenant'] };
  const worker = startWorker(settings);
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);
  const headersIn = async (topic: string) =>
    (await readAll(testBroker(), topic)).map(({ headers }) =>
      headers.map(([name, value]) => `${name}=${value}`),
    );
  const tenantAnd = (tenant: string) => [`tenant=${tenant}`, `traceparent=${traceparent}`];
  const expected = [tenantAnd('a'), tenantAnd('a'), tenantAnd('b'), [`traceparent=${traceparent}`]];
  expect(await headersIn(pipeline.output)).toEqual(expected);

  const blocks = uniqueName('blocks');
  const native = startWorker({
    ...settings,
    consumer: { group_id: `${pipeline.group}-native` },
    traces: { encoding: 'native', topic: { name: blocks, num_partitions: 1 } },
  });
  await untilConsumed({ ...pipeline, group: `${pipeline.group}-native` });
  expect(await native.stop()).toBe(0);
  // The records of tenant a are one batch or two.
  const seen = (await headersIn(blocks)).map(headers => headers.join());
  expect([...new Set(seen)]).toEqual([...new Set(expected.map(headers => headers.join()))]);
});
