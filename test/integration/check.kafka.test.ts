import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freePorts } from '../../src/demo/broker/free-port.js';
import { testBroker } from '../support/broker.js';
import { committedOffsets, createTopic, produce, readAll } from '../support/kafka-client.js';
import { spansRequest } from '../support/requests.js';
import {
  type Pipeline,
  type Settings,
  spansPipeline,
  startWorker,
  untilConsumed,
} from '../support/worker.js';

interface Checked {
  exitCode: number | NodeJS.Signals;
  /** The findings, one per line: mark, subject, text. */
  lines: string[];
  stderr: string;
}

async function check(settings: Settings): Promise<Checked> {
  const process = startWorker(settings, 'check');
  const exitCode = await process.ended;
  return { exitCode, lines: process.logs.map(({ msg }) => msg), stderr: process.stderr() };
}

/** A pipeline whose topics are all there. */
async function readyPipeline(): Promise<Pipeline> {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 2 });
  await createTopic(testBroker(), pipeline.output, { partitions: 3 });
  await createTopic(testBroker(), pipeline.deadLetters);
  return pipeline;
}

test('an output topic that is compacted is a problem, and trying it leaves no message', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 2 });
  await createTopic(testBroker(), pipeline.deadLetters);
  for (const [name, policy] of [
    [pipeline.output, 'compact'],
    [`${pipeline.output}-2`, 'compact,delete'],
  ] as const) {
    await createTopic(testBroker(), name, { config: { 'cleanup.policy': policy } });
    const { exitCode, lines } = await check({ ...pipeline.settings, traces: { topic: { name } } });
    expect(lines.filter(line => line.startsWith('✗'))).toEqual([
      expect.stringMatching(`${name} is compacted .*the others are lost. Set cleanup.policy to delete`),
    ]);
    expect(exitCode).toBe(1);
    expect(await readAll(testBroker(), name)).toEqual([]);
    const blocks = await check({ ...pipeline.settings, traces: { topic: { name }, encoding: 'native' } });
    expect(blocks.lines).toContainEqual(
      expect.stringMatching(`^✗ .*${name} is compacted .*takes no messages without a key`),
    );
  }
  expect(await readAll(testBroker(), pipeline.deadLetters)).toEqual([]);
});

test('all is well: exit 0, and what a worker would find', async () => {
  const pipeline = await readyPipeline();

  const { exitCode, lines, stderr } = await check(pipeline.settings);

  expect(exitCode).toBe(0);
  expect(stderr).toBe('');
  expect(lines.filter(line => line.startsWith('✗'))).toEqual([]);
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^✓ config .*otelrows\.json$/),
      expect.stringMatching(/^✓ brokers .*: Kafka \d+\.\d+ or newer/),
      expect.stringMatching(/^✓ login +anonymous, not encrypted$/),
      expect.stringMatching(
        new RegExp(`^✓ group +${pipeline.group}: new, will start at the earliest offset$`),
      ),
      expect.stringMatching(/^✓ transactions +allowed, up to 10000 ms/),
      expect.stringMatching(new RegExp(`^✓ input +${pipeline.input} \\(traces\\): 2 partitions$`)),
      expect.stringMatching(new RegExp(`^✓ output +${pipeline.output}: 3 partitions, 1 replica each$`)),
      expect.stringMatching(new RegExp(`^✓ output +${pipeline.deadLetters}: 1 partition, 1 replica each$`)),
    ]),
  );
});

test('a group that has committed offsets: where it goes on', async () => {
  const pipeline = await readyPipeline();
  await produce(testBroker(), [{ topic: pipeline.input, partition: 1, value: spansRequest(0, 5) }]);
  const worker = startWorker(pipeline.settings);
  await untilConsumed(pipeline);
  await worker.stop();

  const { exitCode, lines } = await check(pipeline.settings);

  expect(exitCode).toBe(0);
  expect(lines).toContainEqual(
    expect.stringMatching(
      new RegExp(`✓ group +${pipeline.group}: goes on in 1 of 2 partitions \\(${pipeline.input}-1 at 1\\)`),
    ),
  );
});

test('it changes nothing: no topic, no offset, and a running worker goes on', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);
  const settings = { ...pipeline.settings, consumer: { ...(pipeline.settings['consumer'] as Settings) } };

  const { exitCode, lines } = await check(settings);

  expect(exitCode).toBe(0);
  expect(lines).toContainEqual(expect.stringContaining(`${pipeline.output}: will be created`));
  await expect(readAll(testBroker(), pipeline.output)).rejects.toThrow('does not exist');
  expect(await committedOffsets(testBroker(), pipeline.group, pipeline.input)).toEqual(new Map());

  const worker = startWorker(settings);
  await worker.event('started');
  expect((await check(settings)).exitCode).toBe(0);
  await produce(testBroker(), [{ topic: pipeline.input, value: spansRequest(0, 5) }]);
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);
  expect(await worker.event('stopped')).toMatchObject({ aborts: 0, producersReplaced: 0 });
});

test('every output topic that is missing is a problem, and the exit code says so', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);

  const { exitCode, lines, stderr } = await check({
    ...pipeline.settings,
    output_topics: { create: false },
    traces: { topic: { name: pipeline.output } },
    dead_letter: { topic: { name: pipeline.deadLetters } },
  });

  expect(exitCode).toBe(1);
  for (const name of [pipeline.output, pipeline.deadLetters]) {
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^✗ output .*${name} .*does not exist`)));
  }
  expect(stderr.trim()).toBe('error: 2 problems found.');
});

test('more replicas than brokers: what would fail, and the setting', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);

  const { exitCode, lines } = await check({
    ...pipeline.settings,
    output_topics: { replication_factor: 100 },
  });

  expect(exitCode).toBe(1);
  for (const name of [pipeline.output, pipeline.deadLetters]) {
    expect(lines).toContainEqual(
      expect.stringMatching(
        new RegExp(`^✗ output +${name} .*100 replicas.*output_topics\\.replication_factor is 100`),
      ),
    );
  }
});

test('an input with one partition, and one that is missing, are warnings', async () => {
  const pipeline = await readyPipeline();
  const single = spansPipeline().input;
  await createTopic(testBroker(), single);

  const { exitCode, lines } = await check({
    ...pipeline.settings,
    inputs: [
      { topic: single, signal: 'traces' },
      { topic: `${single}-later`, signal: 'traces' },
      { topic: `^${single}-eu-.*`, signal: 'traces' },
    ],
  });

  expect(exitCode).toBe(0);
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(new RegExp(`^! input +${single} has one partition`)),
      expect.stringMatching(new RegExp(`^! input +${single}-later \\(traces\\) does not exist yet`)),
      expect.stringMatching(/^! input .* matches no topic yet/),
    ]),
  );
});

test('a pattern: the topics that match it', async () => {
  const pipeline = await readyPipeline();

  const { lines } = await check({
    ...pipeline.settings,
    inputs: [{ topic: `^${pipeline.input}$`, signal: 'traces' }],
  });

  expect(lines).toContainEqual(expect.stringContaining(`${pipeline.input} (traces): 2 partitions`));
});

test('what the records of each input are, first and last, and a wrong signal with its setting', async () => {
  const pipeline = await readyPipeline();
  const [logs, empty, small] = ['logs', 'empty', 'small'].map(name => `${pipeline.input}-${name}`) as [
    string,
    string,
    string,
  ];
  await createTopic(testBroker(), logs, { partitions: 2 });
  await createTopic(testBroker(), empty, { partitions: 2 });
  await createTopic(testBroker(), small, { partitions: 2 });
  const logRequest = readFileSync('test/golden/corpus/attribute-values.logs.binpb');
  await produce(testBroker(), [
    { topic: pipeline.input, partition: 0, value: Buffer.from('not OTLP, and the first') },
    ...Array.from({ length: 20 }, (_, n) => ({
      topic: pipeline.input,
      partition: n % 2,
      value: spansRequest(n, n < 2 ? 5 : 7),
    })),
    ...[0, 1].map(partition => ({ topic: logs, partition, value: logRequest })),
    ...[0, 1].map(partition => ({ topic: small, partition, value: spansRequest(0, 3) })),
  ]);

  const { exitCode, lines } = await check({
    ...pipeline.settings,
    inputs: [pipeline.input, logs, empty, small].map(topic => ({ topic, signal: 'traces' })),
  });

  expect(exitCode).toBe(1);
  const records = lines.filter(line => /^. records /.test(line)).map(line => line.replace(/ +/g, ' '));
  expect(records).toEqual([
    `✓ records ${pipeline.input}: traces in otlp_json, 5 to 7 spans each (15 of 16 records read)`,
    expect.stringMatching(
      new RegExp(`^! records ${pipeline.input}: .* malformed: .*1 of 16 .* ${pipeline.input}-0 offset 0\\)`),
    ),
    expect.stringMatching(
      new RegExp(
        `^✗ records ${logs}: .* wrong_signal: holds logs, .*2 of 2 .*Set signal: logs of this input`,
      ),
    ),
    `✓ records ${empty}: none there now`,
    `✓ records ${small}: traces in otlp_json, 3 spans each (2 of 2 records read)`,
  ]);
  expect(await committedOffsets(testBroker(), pipeline.group, pipeline.input)).toEqual(new Map());
});

test('brokers that do not answer: one line with their address, and nothing after it', async () => {
  const [port = 0] = await freePorts(1);

  const { exitCode, lines, stderr } = await check(spansPipeline(`127.0.0.1:${port}`).settings);

  expect(exitCode).toBe(1);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(new RegExp(`^✗ brokers +none of 127.0.0.1:${port} could be used`));
  expect(lines[1]).toContain('kafka.brokers');
  expect(stderr.trim()).toBe('error: 1 problem found.');
});

test('a transaction time-out that the brokers do not allow', async () => {
  const pipeline = await readyPipeline();

  const { exitCode, lines } = await check({
    ...pipeline.settings,
    producer: { transaction_timeout_ms: 901_000 },
  });

  expect(exitCode).toBe(1);
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^✗ transactions +producer\.transaction_timeout_ms \(901000\) .*transaction\.max\.timeout\.ms/,
    ),
  );
});

test('at_least_once needs no transactions, so none are looked at', async () => {
  const pipeline = await readyPipeline();

  const { exitCode, lines } = await check({ ...pipeline.settings, delivery: 'at_least_once' });

  expect(exitCode).toBe(0);
  expect(lines.filter(line => line.includes('transactions'))).toEqual([]);
});
