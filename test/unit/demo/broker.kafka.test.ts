import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startJavaKafka } from '../../../src/demo/broker/java-kafka.js';
import { findJavaKafka } from '../../../src/demo/broker/kafka-release.js';
import { testBroker, uniqueName } from '../../support/broker.js';
import { committedOffsets, createTopic, endOffsets, produce, readAll } from '../../support/kafka-client.js';

const javaKafkaIsHere = !('missing' in findJavaKafka());

test('what is produced is read back, bytes, keys and headers intact', async () => {
  const topic = uniqueName('echo');
  await createTopic(testBroker(), topic, { partitions: 2 });
  await produce(testBroker(), [
    {
      topic,
      partition: 1,
      key: Buffer.from([0xff, 0x00]),
      value: Buffer.from([0x80]),
      headers: { signal: 'traces' },
    },
    { topic, partition: 1, key: null, value: 'second' },
  ]);
  expect(await readAll(testBroker(), topic)).toEqual([
    {
      topic,
      partition: 1,
      offset: 0,
      key: Buffer.from([0xff, 0x00]),
      value: Buffer.from([0x80]),
      headers: [['signal', Buffer.from('traces')]],
    },
    { topic, partition: 1, offset: 1, key: null, value: Buffer.from('second'), headers: [] },
  ]);
  expect(await endOffsets(testBroker(), topic)).toEqual(
    new Map([
      [0, 0],
      [1, 2],
    ]),
  );
  expect(await committedOffsets(testBroker(), uniqueName('nobody'), topic)).toEqual(new Map());
});

// Where the tests' broker is given or a container, Java need not be here.
test.runIf(javaKafkaIsHere)(
  'a broker by Java takes extra listeners, properties and SCRAM users',
  async () => {
    const kafka = await startJavaKafka({
      listeners: [{ name: 'SASL_PLAINTEXT' }],
      properties: {
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256',
        'listener.name.sasl_plaintext.plain.sasl.jaas.config':
          'org.apache.kafka.common.security.plain.PlainLoginModule required user_ada="ada-secret";',
        'listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config':
          'org.apache.kafka.common.security.scram.ScramLoginModule required;',
      },
      scramUsers: [{ mechanism: 'SCRAM-SHA-256', name: 'grace', password: 'grace-secret' }],
    });
    try {
      const topic = uniqueName('sasl');
      await createTopic(kafka.brokers, topic);
      const secured = kafka.listeners['SASL_PLAINTEXT'] ?? '';
      const login = (mechanism: string, username: string) => ({
        'security.protocol': 'sasl_plaintext' as const,
        'sasl.mechanisms': mechanism,
        'sasl.username': username,
        'sasl.password': `${username}-secret`,
      });
      await produce(secured, [{ topic, value: 'plain' }], login('PLAIN', 'ada'));
      await produce(secured, [{ topic, value: 'scram' }], login('SCRAM-SHA-256', 'grace'));
      const read = await readAll(secured, topic, 'read_committed', login('PLAIN', 'ada'));
      expect(read.map(record => String(record.value))).toEqual(['plain', 'scram']);
    } finally {
      await kafka.stop();
    }
  },
);

test.runIf(javaKafkaIsHere)('three brokers serve on while one is killed, and it comes back', async () => {
  const kafka = await startJavaKafka({
    brokers: 3,
    // A broker cannot come back before the controller has given up on its last life.
    properties: { 'broker.session.timeout.ms': 3000, 'broker.heartbeat.interval.ms': 500 },
  });
  try {
    const topic = uniqueName('replicated');
    await createTopic(kafka.brokers, topic, { replicationFactor: 3 });
    await kafka.kill(1);
    await produce(kafka.brokers, [{ topic, value: 'while it is away' }]);
    await kafka.start(1);
    expect((await readAll(kafka.brokers, topic)).map(record => String(record.value))).toEqual([
      'while it is away',
    ]);
  } finally {
    await kafka.stop();
  }
});

test.runIf(javaKafkaIsHere)('a broker that cannot start says why', async () => {
  await expect(startJavaKafka({ properties: { 'num.io.threads': 'many' } })).rejects.toThrow(
    /num\.io\.threads/,
  );
});

test.runIf(javaKafkaIsHere)('a broker by Java goes on with the data of one before it', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'otelrows-kept-'));
  try {
    const topic = uniqueName('kept');
    const first = await startJavaKafka({ dataDir });
    try {
      await createTopic(first.brokers, topic);
      await produce(first.brokers, [{ topic, value: 'from before' }]);
    } finally {
      await first.stop();
    }
    const second = await startJavaKafka({ dataDir });
    try {
      expect((await readAll(second.brokers, topic)).map(({ value }) => String(value))).toEqual([
        'from before',
      ]);
    } finally {
      await second.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
