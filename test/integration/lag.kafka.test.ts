import { expect, onTestFinished, test } from 'vitest';
import { defaultConfig } from '../../src/config/schema.js';
import { consumerOptions } from '../../src/kafka/client-options.js';
import { SILENT } from '../../src/kafka/confluent/connect.js';
import { connectConsumer, nativeConsumers } from '../../src/kafka/confluent/consumer.js';
import { followAssignment } from '../../src/stream/assignment.js';
import { trackLag } from '../../src/stream/lag.js';
import { testBroker, uniqueName } from '../support/broker.js';
import { createTopic, produce } from '../support/kafka-client.js';

test('records that come after the client has stopped fetching are lag', async () => {
  const topic = uniqueName('in');
  await createTopic(testBroker(), topic);
  const write = () => produce(testBroker(), [{ topic, value: Buffer.from('{}') }]);
  await write();
  const config = defaultConfig();
  config.kafka.brokers = testBroker().split(',');
  config.consumer.group_id = uniqueName('group');
  config.consumer.fetch_wait_max_ms = 10;
  const options = { client: 'consumer', events: SILENT };
  const consumer = await connectConsumer(consumerOptions(config, 'test-0'), options);
  const assignment = followAssignment(consumer, () => undefined);
  onTestFinished(async () => {
    assignment.release();
    await consumer.disconnect();
  });
  const lag = trackLag(consumer, () => assignment.partitions);
  const lags = () => lag.measure().map(({ lag }) => lag);
  consumer.subscribe([topic]);
  while ((await consumer.poll(1, 100)).length === 0) assignment.settle();
  await expect.poll(lags, { timeout: 30_000 }).toEqual([0]);
  await lag.lookAtEnds();

  nativeConsumers.get(consumer)?.pause([{ topic, partition: 0 }]);
  await consumer.poll(1, 500); // takes longer than the fetch that was on its way
  await write();
  await write();

  await lag.lookAtEnds();
  // Not always both: a fetch that was on its way all the same has seen the first, and lag is all that counts.
  expect(lags()[0]).toBeGreaterThan(0);
});
