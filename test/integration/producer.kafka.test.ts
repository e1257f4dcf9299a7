import { readdirSync, readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { defaultConfig } from '../../src/config/schema.js';
import { limitProbeOptions, producerOptions } from '../../src/kafka/client-options.js';
import { connectLimitProbe } from '../../src/kafka/confluent/limit-probe.js';
import { connectProducer } from '../../src/kafka/confluent/producer.js';
import { SILENT } from '../../src/kafka/connection.js';
import { testBroker, uniqueName } from '../support/broker.js';
import { addPartitions, createTopic } from '../support/kafka-client.js';

/** Many times the 100 answers that the client tells of at once. */
const MESSAGES = 5_000;
const LARGER_THAN_ITS_TOPIC_TAKES = Buffer.alloc(2_000);

test('once the producer is drained, the answer to every message has been counted', async () => {
  const topic = uniqueName('out');
  await createTopic(testBroker(), topic, { partitions: 3, config: { 'max.message.bytes': '1000' } });
  const config = defaultConfig();
  config.delivery = 'at_least_once';
  config.kafka.brokers = testBroker().split(',');
  config.producer.compression = 'none';
  const producer = await connectProducer(producerOptions(config, 'test-0'), {
    client: 'producer',
    events: SILENT,
    deliveryReports: true,
  });
  onTestFinished(() => producer.disconnect());

  for (let number = 0; number < MESSAGES; number += 1)
    producer.send(topic, null, LARGER_THAN_ITS_TOPIC_TAKES);
  while (!(await producer.drain()));

  expect(producer.takeFailures()).toEqual({ failedCount: MESSAGES, tooLargeCount: MESSAGES });
  expect(producer.takeFailures()).toEqual({ failedCount: 0, tooLargeCount: 0 });
});

test('a producer tells how many partitions a topic has, also once there are more', async () => {
  const topic = uniqueName('out');
  await createTopic(testBroker(), topic, { partitions: 2 });
  const config = defaultConfig();
  config.kafka.brokers = testBroker().split(',');
  config.kafka.metadata.refresh_interval_ms = 1_000;
  const producer = await connectProducer(producerOptions(config, 'test-1'), {
    client: 'producer',
    events: SILENT,
    deliveryReports: false,
  });
  onTestFinished(() => producer.disconnect());

  expect(await producer.partitionCount(topic)).toBe(2);
  await addPartitions(testBroker(), topic, 5);
  await expect.poll(() => producer.partitionCount(topic), { timeout: 20_000 }).toBe(5);
  await expect(producer.partitionCount(uniqueName('missing'))).rejects.toThrow(
    'its partitions are not known: there is no such topic, or this user may not see it',
  );
});

/** Threads of Kafka clients in this process. */
function clientThreads(): number {
  const names = readdirSync('/proc/self/task').map(task => {
    try {
      return readFileSync(`/proc/self/task/${task}/comm`, 'utf8');
    } catch {
      return ''; // it has just ended
    }
  });
  return names.filter(name => name.startsWith('rdk')).length;
}

test.runIf(process.platform === 'linux')(
  'a limit probe that cannot start leaves no client behind',
  async () => {
    const config = defaultConfig();
    config.kafka.brokers = testBroker().split(',');
    // Longer than brokers allow, so taking over the transactional id fails.
    config.producer.transaction_timeout_ms = 2_000_000;
    const before = clientThreads();

    const starting = connectLimitProbe(limitProbeOptions(config, 'test-0'), {
      client: 'producer',
      events: SILENT,
    });

    await expect(starting).rejects.toMatchObject({ kind: 'transaction_timeout_too_long' });
    await expect.poll(clientThreads, { timeout: 10_000 }).toBe(before);
  },
);
