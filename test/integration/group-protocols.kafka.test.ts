import { expect, test } from 'vitest';
import { testBroker, uniqueName } from '../support/broker.js';
import { committedOffsets, createTopic, produce, readAll } from '../support/kafka-client.js';
import { spansRequest } from '../support/requests.js';
import { expectEachSpanOnce, keepProducing, produceSpans } from '../support/spans-load.js';
import {
  type Pipeline,
  type Settings,
  spansPipeline,
  startWorker,
  untilConsumed,
} from '../support/worker.js';

const PARTITIONS = 6;
const RECORDS_AT_ONCE = 100;

/** For static members of the `consumer` protocol. */
async function createPipeline(): Promise<Pipeline> {
  const pipeline = spansPipeline();
  const { group_id } = pipeline.settings['consumer'] as Settings;
  pipeline.settings['consumer'] = { group_id, group_protocol: 'consumer', static_membership: true };
  pipeline.settings['batch'] = { max_records: 20 };
  await createTopic(testBroker(), pipeline.input, { partitions: PARTITIONS });
  return pipeline;
}

// Eager, cooperative and `consumer` without static members: the storms of test/faults.
test('consumer, static: workers join and leave while records flow, and every row is there once', async () => {
  const pipeline = await createPipeline();
  const stopProducing = keepProducing(pipeline, PARTITIONS);

  const first = startWorker(pipeline.settings);
  await first.event('committed');
  const second = startWorker(pipeline.settings);
  await second.event('committed');
  // Side by side on one host, each under a name of its own.
  expect((await second.event('started')).instance).not.toBe((await first.event('started')).instance);
  expect(await first.stop()).toBe(0);
  const third = startWorker(pipeline.settings);
  await third.event('committed');
  const recordCount = await stopProducing();
  await untilConsumed(pipeline);
  expect(await Promise.all([second.stop(), third.stop()])).toEqual([0, 0]);

  await expectEachSpanOnce(pipeline, recordCount);
});

test('consumer, static: a worker that comes back after kill -9 waits until its old session has ended', async () => {
  const pipeline = await createPipeline();
  await produceSpans(pipeline, RECORDS_AT_ONCE, { partitions: PARTITIONS });
  const before = startWorker(pipeline.settings);
  await untilConsumed(pipeline);
  await before.kill();

  await produceSpans(pipeline, RECORDS_AT_ONCE, { first: RECORDS_AT_ONCE, partitions: PARTITIONS });
  const after = startWorker(pipeline.settings);
  const refused = await after.event('poll_failed');
  expect(refused.msg).toContain('whose session has not ended yet');
  await untilConsumed(pipeline);
  expect(await after.stop()).toBe(0);

  await expectEachSpanOnce(pipeline, 2 * RECORDS_AT_ONCE);
});

test.each(['classic', 'consumer'])(
  '%s: a ^regex input with alternatives reads what check and verify list',
  async group_protocol => {
    const pipeline = spansPipeline();
    const stem = uniqueName('t');
    const [first, second, end, inside] = [`${stem}a-1`, `${stem}b`, `${stem}c`, `x-${stem}b`];
    for (const topic of [first, second, end, `${end}-more`, inside]) {
      await createTopic(testBroker(), topic);
      await produce(testBroker(), [{ topic, value: spansRequest(0, 1) }]);
    }
    const settings = {
      ...pipeline.settings,
      inputs: [{ topic: `^${stem}a|${stem}b|${stem}c$`, signal: 'traces' }],
      consumer: { group_id: pipeline.group, group_protocol },
    };
    const worker = startWorker(settings);
    for (const input of [first, second, end]) await untilConsumed({ ...pipeline, input });
    expect(await worker.stop()).toBe(0);
    for (const input of [`${end}-more`, inside])
      expect((await committedOffsets(testBroker(), pipeline.group, input)).size).toBe(0);
    expect(await readAll(testBroker(), pipeline.output)).toHaveLength(3);
    expect(worker.stderr()).toBe('');

    const checked = startWorker(settings, 'check');
    await checked.ended;
    const listed = checked.logs.flatMap(({ msg }) => /input +(\S+) \(traces\): /.exec(msg)?.[1] ?? []);
    expect(listed.sort()).toEqual([first, second, end].sort());
    const verified = startWorker(settings, 'verify');
    expect(await verified.ended).toBe(0);
  },
);

test('consumer: a ^regex input reads every topic whose name begins like it', async () => {
  const pipeline = await createPipeline();
  await produceSpans(pipeline, RECORDS_AT_ONCE, { partitions: PARTITIONS });

  const beginning = `^${pipeline.input.slice(0, -1)}`;
  const worker = startWorker({ ...pipeline.settings, inputs: [{ topic: beginning, signal: 'traces' }] });
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);

  await expectEachSpanOnce(pipeline, RECORDS_AT_ONCE);
});
