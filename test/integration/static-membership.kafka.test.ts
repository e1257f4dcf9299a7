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

/** Of a session so long that no test of this file could wait for its end. */
function member(pipeline: Pipeline, instanceId: string): Settings {
  const consumer = pipeline.settings['consumer'] as Settings;
  return {
    ...pipeline.settings,
    consumer: { ...consumer, instance_id: instanceId, session_timeout_ms: 300_000 },
  };
}

async function pipelineWithSpans(): Promise<Pipeline> {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 2 });
  await produce(testBroker(), [{ topic: pipeline.input, value: spansRequest(0, 10) }]);
  return pipeline;
}

test('a worker that comes back after kill -9 gets its partitions before its old session has run out', async () => {
  const pipeline = await pipelineWithSpans();
  const before = startWorker(member(pipeline, 'pod-0'));
  await untilConsumed(pipeline);
  await before.kill();

  await produce(testBroker(), [{ topic: pipeline.input, value: spansRequest(10, 10) }]);
  const after = startWorker(member(pipeline, 'pod-0'));
  await untilConsumed(pipeline);
  expect(await after.stop()).toBe(0);

  expect(await readAll(testBroker(), pipeline.output)).toHaveLength(20);
});

test.each(['cooperative-sticky', 'range'])('a clean stop leaves the group at once (%s)', async strategy => {
  const pipeline = await pipelineWithSpans();
  const consumer = pipeline.settings['consumer'] as Settings;
  pipeline.settings['consumer'] = { ...consumer, partition_assignment_strategy: strategy };
  const first = startWorker(member(pipeline, 'pod-0'));
  await untilConsumed(pipeline);
  expect(await first.stop()).toBe(0);

  await produce(testBroker(), [{ topic: pipeline.input, value: spansRequest(10, 10) }]);
  const other = startWorker(member(pipeline, 'pod-1'));
  await untilConsumed(pipeline);
  expect(await other.stop()).toBe(0);

  expect(await readAll(testBroker(), pipeline.output)).toHaveLength(20);
});

test('a worker whose name another one takes ends and names the setting', async () => {
  const pipeline = await pipelineWithSpans();
  const older = startWorker(member(pipeline, 'pod-0'));
  await older.event('committed');

  const younger = startWorker(member(pipeline, 'pod-0'));

  expect(await older.ended).toBe(1);
  expect(older.stderr()).toContain('Another worker runs under the same consumer.instance_id');
  expect(await younger.stop()).toBe(0);
});
