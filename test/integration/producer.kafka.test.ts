import { expect, onTestFinished, test } from 'vitest';
import { defaultConfig } from '../../src/config/schema.js';
import { producerOptions } from '../../src/kafka/client-options.js';
import { SILENT } from '../../src/kafka/confluent/connect.js';
import { connectProducer } from '../../src/kafka/confluent/producer.js';
import { testBroker, uniqueName } from '../support/broker.js';
import { createTopic } from '../support/kafka-client.js';

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
