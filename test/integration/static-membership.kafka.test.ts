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

test("of two workers under one name, which take each other's place, one ends and names the setting", async () => {
  const pipeline = await pipelineWithSpans();
  const workers = [startWorker(member(pipeline, 'pod-0')), startWorker(member(pipeline, 'pod-0'))];

  const ended = await Promise.race(workers.map(async worker => ({ worker, code: await worker.ended })));
  expect(ended.code).toBe(1);
  expect(ended.worker.stderr()).toContain('Another worker runs under the same consumer.instance_id, pod-0');
  await produce(testBroker(), [{ topic: pipeline.input, value: spansRequest(10, 10) }]);
  await untilConsumed(pipeline);
  expect(await Promise.all(workers.map(worker => worker.stop()))).toEqual(
    workers.map(worker => (worker === ended.worker ? 1 : 0)),
  );

  expect(await readAll(testBroker(), pipeline.output)).toHaveLength(20);
});
