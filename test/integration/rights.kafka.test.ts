import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultConfig } from '../../src/config/schema.js';
import { type JavaKafka, startJavaKafka } from '../../src/demo/broker/java-kafka.js';
import { consumerOptions } from '../../src/kafka/client-options.js';
import { connectConsumer } from '../../src/kafka/confluent/consumer.js';
import { SILENT } from '../../src/kafka/connection.js';
import { onceCoordinated } from '../../src/kafka/once-coordinated.js';
import { addAcls } from '../support/acls.js';
import { createTopic, produce, readAll } from '../support/kafka-client.js';
import { spansRequest } from '../support/requests.js';
import {
  type Pipeline,
  type Settings,
  spansPipeline,
  startWorker,
  untilConsumed,
} from '../support/worker.js';

const PASSWORD = 'right horse';

/** Users that have every right that a worker needs but the one they are named for. */
const LACKING = {
  'no-input': ['--operation', 'Read', '--topic', 'in-'],
  'no-sight': ['--operation', 'Describe', '--topic', 'in-'],
  'no-group': ['--operation', 'All', '--group', 'group-'],
  'no-transactions': ['--operation', 'Write', '--transactional-id', 'otelrows-'],
  'no-output': ['--operation', 'Write', '--topic', 'out-'],
  'no-creation': ['--operation', 'Create', '--topic', 'out-'],
} as const;

const USERS = ['complete', 'stranger', ...Object.keys(LACKING)];
const PREFIXED = ['--resource-pattern-type', 'prefixed'];

let kafka: JavaKafka;

beforeAll(async () => {
  const passwords = USERS.map(name => `user_${name}="${PASSWORD}"`).join(' ');
  kafka = await startJavaKafka({
    listeners: [{ name: 'SASL', protocol: 'SASL_PLAINTEXT' }],
    properties: {
      'listener.name.sasl.sasl.enabled.mechanisms': 'PLAIN',
      'listener.name.sasl.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required ${passwords};`,
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      // Who comes through the plain listener: the broker itself, and the tests.
      'super.users': 'User:ANONYMOUS',
    },
  });
  const workers = USERS.filter(name => name !== 'stranger').flatMap(name => [
    '--allow-principal',
    `User:${name}`,
  ]);
  const topics = ['in-', 'out-', 'dead-'].flatMap(prefix => ['--topic', prefix]);
  await addAcls(kafka.brokers, [
    ...workers,
    ...['--consumer', '--group', 'group-', '--producer', '--transactional-id', 'otelrows-'],
    ...topics,
    ...PREFIXED,
  ]);
  for (const [name, right] of Object.entries(LACKING)) {
    await addAcls(kafka.brokers, ['--deny-principal', `User:${name}`, ...right, ...PREFIXED]);
  }
});

afterAll(() => kafka?.stop());

/** A pipeline with one record in its input, as a user sees it who logs in. */
async function pipelineOf(username: string): Promise<{ pipeline: Pipeline; settings: Settings }> {
  const pipeline = spansPipeline(kafka.brokers);
  await createTopic(kafka.brokers, pipeline.input);
  await produce(kafka.brokers, [{ topic: pipeline.input, value: spansRequest(0, 10) }]);
  const sasl = { mechanism: 'PLAIN', username, password: PASSWORD };
  const settings = {
    ...pipeline.settings,
    kafka: { brokers: [kafka.listeners['SASL']], auth: { sasl } },
  };
  return { pipeline, settings };
}

async function checkAs(username: string) {
  const { pipeline, settings } = await pipelineOf(username);
  if (username !== 'no-creation') await createTopic(kafka.brokers, pipeline.output, { partitions: 3 });
  const checked = startWorker(settings, 'check');
  const exitCode = await checked.ended;
  const problems = checked.logs.map(({ msg }) => msg).filter(line => line.startsWith('✗'));
  return { exitCode, problems, stderr: checked.stderr(), settings, pipeline };
}

test('a user with the rights that a worker needs: check finds no problem, and rows are written', async () => {
  const { exitCode, problems, settings, pipeline } = await checkAs('complete');
  expect(problems).toEqual([]);
  expect(exitCode).toBe(0);

  const worker = startWorker(settings);
  await worker.event('committed');
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);
  expect(await readAll(kafka.brokers, pipeline.output)).toHaveLength(10);
});

describe.each([
  ['no-input', /in-\w+.*READ/],
  ['no-sight', /in-\w+.*READ/],
  ['no-group', /group-\w+.*READ|right to .* use the consumer group/],
  ['no-transactions', /transactional id.*WRITE|right to .* use the transactional id/],
  ['no-output', /out-\w+.*WRITE/],
] as const)('%s', (username, missing) => {
  test('check names the right that is missing, and only that', async () => {
    const { exitCode, problems, stderr } = await checkAs(username);

    expect(problems).toEqual([expect.stringMatching(missing)]);
    expect(exitCode).toBe(1);
    expect(stderr.trim()).toBe('error: 1 problem found.');
  });

  test('run ends with the right that is missing, and no stack trace', async () => {
    const { settings } = await pipelineOf(username);
    const worker = startWorker(settings);

    expect(await worker.ended).toBe(1);
    expect(worker.stderr()).toMatch(missing);
    expect(worker.stderr()).not.toMatch(/^\s+at /m);
  });
});

test('no-creation: check names the right that the topic would need, and only that', async () => {
  const { exitCode, problems, pipeline } = await checkAs('no-creation');
  expect(problems).toEqual([expect.stringMatching(new RegExp(`${pipeline.output}.*may not create.*CREATE`))]);
  expect(exitCode).toBe(1);
});

test('no-creation: run names the right that the topic would need', async () => {
  const { pipeline, settings } = await pipelineOf('no-creation');
  const worker = startWorker(settings);

  expect(await worker.ended).toBe(1);
  expect(worker.stderr()).toMatch(new RegExp(`create topic ${pipeline.output}.*CREATE`));
  expect(worker.stderr()).not.toMatch(/^\s+at /m);
});

test('committed offsets of a topic that may not be seen are denied, which ends a worker instead of waiting', async () => {
  const { settings, pipeline } = await pipelineOf('no-sight');
  const { kafka: kafkaSettings } = settings as { kafka: { brokers: string[]; auth: { sasl: object } } };
  const config = defaultConfig();
  config.kafka.brokers = kafkaSettings.brokers;
  Object.assign(config.kafka.auth.sasl, kafkaSettings.auth.sasl);
  config.consumer.group_id = pipeline.group;
  const options = { client: 'consumer', events: SILENT };
  const consumer = await connectConsumer(consumerOptions(config, 'test-0'), options);
  try {
    const ask = () => consumer.committed([{ topic: pipeline.input, partition: 0 }]);
    await expect(onceCoordinated(ask)).rejects.toMatchObject({ kind: 'denied' });
  } finally {
    await consumer.disconnect();
  }
});

test('a stranger: check and run name every topic, and neither is a crash', async () => {
  const { exitCode, problems, settings, pipeline } = await checkAs('stranger');
  expect(exitCode).toBe(1);
  for (const name of [pipeline.input, pipeline.output, pipeline.deadLetters, pipeline.group]) {
    expect(problems).toContainEqual(expect.stringContaining(name));
  }
  expect(problems).toContainEqual(expect.stringContaining('transactions'));

  const worker = startWorker(settings);
  expect(await worker.ended).toBe(1);
  for (const name of [pipeline.input, pipeline.output, pipeline.deadLetters]) {
    expect(worker.stderr()).toContain(name);
  }
  expect(worker.stderr()).not.toMatch(/^\s+at /m);
});
