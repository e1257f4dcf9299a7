import { expect, test } from 'vitest';
import { testBroker } from '../support/broker.js';
import { createTopic, produce, readAll } from '../support/kafka-client.js';
import { spansRequest } from '../support/requests.js';
import {
  type Pipeline,
  type Settings,
  spansPipeline,
  startWorker,
  untilConsumed,
} from '../support/worker.js';

function staticMember(pipeline: Pipeline): Settings {
  const consumer = pipeline.settings['consumer'] as Settings;
  return {
    ...pipeline.settings,
    consumer: { ...consumer, static_membership: true, instance_id: 'pod-0', session_timeout_ms: 60_000 },
  };
}

test('a static member that comes back gets its partitions before its old session has run out', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 2 });
  await produce(testBroker(), [{ topic: pipeline.input, value: spansRequest(0, 10) }]);
  const before = startWorker(staticMember(pipeline));
  await untilConsumed(pipeline);
  await before.kill();

  await produce(testBroker(), [{ topic: pipeline.input, value: spansRequest(10, 10) }]);
  const after = startWorker(staticMember(pipeline));
  await untilConsumed(pipeline);
  expect(await after.stop()).toBe(0);

  expect(await readAll(testBroker(), pipeline.output)).toHaveLength(20);
});

test('a static member whose name another worker takes ends and names the setting', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);
  await produce(testBroker(), [{ topic: pipeline.input, value: spansRequest(0, 10) }]);
  const older = startWorker(staticMember(pipeline));
  await older.event('committed');

  const younger = startWorker(staticMember(pipeline));

  expect(await older.ended).toBe(1);
  expect(older.stderr()).toContain('Another worker runs under the same consumer.instance_id');
  expect(await younger.stop()).toBe(0);
});
