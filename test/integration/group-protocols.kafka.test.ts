import { expect, test } from 'vitest';
import { testBroker } from '../support/broker.js';
import { createTopic, produce, readAll } from '../support/kafka-client.js';
import { spanIdOf, spansRequest } from '../support/requests.js';
import {
  type Pipeline,
  type Settings,
  spansPipeline,
  startWorker,
  untilConsumed,
} from '../support/worker.js';

const SPANS_PER_RECORD = 50;
const RECORDS_AT_ONCE = 100;

async function pipelineOf(consumer: Settings): Promise<Pipeline> {
  const pipeline = spansPipeline();
  const { group_id } = pipeline.settings['consumer'] as Settings;
  pipeline.settings['consumer'] = { group_id, ...consumer };
  pipeline.settings['batch'] = { max_records: 20 };
  await createTopic(testBroker(), pipeline.input, { partitions: 6 });
  return pipeline;
}

async function produceSpans({ input }: Pipeline, first: number): Promise<void> {
  await produce(
    testBroker(),
    Array.from({ length: RECORDS_AT_ONCE }, (_, index) => ({
      topic: input,
      partition: index % 6,
      value: spansRequest((first + index) * SPANS_PER_RECORD, SPANS_PER_RECORD),
    })),
  );
}

/** Writes records until told to stop, so that no member of the group runs out of work before the others have joined. */
function keepProducing(pipeline: Pipeline): () => Promise<number> {
  let wanted = true;
  const produced = (async () => {
    let recordCount = 0;
    for (; wanted; recordCount += RECORDS_AT_ONCE) await produceSpans(pipeline, recordCount);
    return recordCount;
  })();
  return () => {
    wanted = false;
    return produced;
  };
}

async function expectEachSpanOnce({ output }: Pipeline, recordCount: number): Promise<void> {
  const ids = (await readAll(testBroker(), output)).map(({ value }) => JSON.parse(String(value)).SpanId);
  const expected = Array.from({ length: recordCount * SPANS_PER_RECORD }, (_, number) => spanIdOf(number));
  expect(ids.sort()).toEqual(expected.sort());
}

test.each<[string, Settings]>([
  ['eager', { partition_assignment_strategy: 'range' }],
  ['cooperative', { partition_assignment_strategy: 'cooperative-sticky' }],
  ['consumer', { group_protocol: 'consumer' }],
  ['consumer, static', { group_protocol: 'consumer', static_membership: true }],
])('%s: workers join and leave while records flow, and every row is there once', async (_, consumer) => {
  const pipeline = await pipelineOf(consumer);
  const stopProducing = keepProducing(pipeline);

  const first = startWorker(pipeline.settings);
  await first.event('committed');
  const second = startWorker(pipeline.settings);
  await second.event('committed');
  expect(await first.stop()).toBe(0);
  const third = startWorker(pipeline.settings);
  await third.event('committed');
  const recordCount = await stopProducing();
  await untilConsumed(pipeline);
  expect(await Promise.all([second.stop(), third.stop()])).toEqual([0, 0]);

  await expectEachSpanOnce(pipeline, recordCount);
});

test('consumer, static: a worker that comes back after kill -9 waits until its old session has ended', async () => {
  const pipeline = await pipelineOf({ group_protocol: 'consumer', static_membership: true });
  await produceSpans(pipeline, 0);
  const before = startWorker(pipeline.settings);
  await untilConsumed(pipeline);
  await before.kill();

  await produceSpans(pipeline, RECORDS_AT_ONCE);
  const after = startWorker(pipeline.settings);
  const refused = await after.event('poll_failed');
  expect(refused.msg).toContain('whose session has not ended yet');
  await untilConsumed(pipeline);
  expect(await after.stop()).toBe(0);

  await expectEachSpanOnce(pipeline, 2 * RECORDS_AT_ONCE);
});
