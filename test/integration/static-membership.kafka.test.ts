import { expect, test } from 'vitest';
import { connectConsumer } from '../../src/kafka/confluent/consumer.js';
import { SILENT } from '../../src/kafka/connection.js';
import { testBroker } from '../support/broker.js';
import { createTopic, memberCount, produce, readAll } from '../support/kafka-client.js';
import { spansRequest } from '../support/requests.js';
import {
  type Pipeline,
  type Settings,
  spansPipeline,
  startWorker,
  untilConsumed,
  untilTrue,
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

test('a clean stop amid a rebalance that another worker holds up leaves the group', async () => {
  const { brokers, group, input } = spansPipeline();
  await createTopic(brokers, input, { partitions: 2 });
  const slow = await joinGroup({ brokers, group, input, id: 'pod-0', heldUpMs: 4_500 });
  await untilTrue(() => slow.owned() === 2);
  const second = await joinGroup({ brokers, group, input, id: 'pod-1' });
  await untilTrue(() => slow.isHeldUp());
  // Its question is not answered before the first has come to ask as well.
  const third = await joinGroup({ brokers, group, input, id: 'pod-2' });
  await untilTrue(async () => (await memberCount(brokers, group)) === 3);
  await third.leave();

  // Were it still a member, it would have its part until the end of its session.
  await untilTrue(() => slow.owned() + second.owned() === 2 && !slow.isHeldUp());
  await untilTrue(async () => (await memberCount(brokers, group)) === 2);
  await Promise.all([slow.leave(), second.leave()]);
});

interface Joining extends Pick<Pipeline, 'brokers' | 'group' | 'input'> {
  id: string;
  /** How long it takes to give partitions up, as a batch does that has to end first. */
  heldUpMs?: number;
}

async function joinGroup({ brokers, group, input, id, heldUpMs = 0 }: Joining) {
  const consumer = await connectConsumer(
    {
      'bootstrap.servers': brokers,
      'group.id': group,
      'group.instance.id': id,
      'session.timeout.ms': 300_000,
      'heartbeat.interval.ms': 100,
      'partition.assignment.strategy': 'cooperative-sticky',
      'enable.auto.commit': false,
    },
    { client: id, events: SILENT },
  );
  let owned = 0;
  let held = 0;
  consumer.onRebalance(event => {
    const accept = () => {
      consumer.accept(event);
      owned += (event.kind === 'assigned' ? 1 : -1) * event.partitions.length;
    };
    if (event.kind === 'assigned' || over) return accept();
    held += 1;
    setTimeout(() => {
      held -= 1;
      accept();
    }, heldUpMs);
  });
  consumer.subscribe([input]);
  let over = false;
  const polling = (async () => {
    while (!over) await consumer.poll(1, 50);
  })();
  return {
    owned: () => owned,
    isHeldUp: () => held > 0,
    leave: async () => {
      over = true;
      await polling;
      await consumer.disconnect();
    },
  };
}
