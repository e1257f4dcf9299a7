import { expect, test } from 'vitest';
import { testBroker } from '../support/broker.js';
import { committedOffsets, createTopic, endOffsets, produce, readAll } from '../support/kafka-client.js';
import { spanIdOf, spansRequest } from '../support/requests.js';
import { spansPipeline, startWorker, untilConsumed, untilTrue } from '../support/worker.js';

const SPANS_PER_RECORD = 50;

/** The books of a run: every span's row there, none twice, and the offsets at the end of the input. */
async function expectEachSpanOnce(
  pipeline: ReturnType<typeof spansPipeline>,
  spanCount: number,
): Promise<void> {
  const rows = await readAll(testBroker(), pipeline.output);
  const ids = rows.map(({ value }) => JSON.parse(String(value)).SpanId as string);
  expect(ids).toHaveLength(spanCount);
  expect(new Set(ids)).toEqual(new Set(Array.from({ length: spanCount }, (_, number) => spanIdOf(number))));
  expect(await committedOffsets(testBroker(), pipeline.group, pipeline.input)).toEqual(
    await endOffsets(testBroker(), pipeline.input),
  );
}

async function fillInput(input: string, recordCount: number, partitions: number): Promise<void> {
  await createTopic(testBroker(), input, { partitions });
  await produce(
    testBroker(),
    Array.from({ length: recordCount }, (_, index) => ({
      topic: input,
      partition: index % partitions,
      value: spansRequest(index * SPANS_PER_RECORD, SPANS_PER_RECORD),
    })),
  );
}

test('a worker killed twice with kill -9 and restarted writes every row once', async () => {
  const pipeline = spansPipeline();
  const recordCount = 4000;
  await fillInput(pipeline.input, recordCount, 4);

  for (const fraction of [0.3, 0.6]) {
    const worker = startWorker(pipeline.settings);
    // In the middle of things: not before this much is committed, and whatever it is doing then.
    await untilTrue(async () => {
      const committed = await committedOffsets(testBroker(), pipeline.group, pipeline.input);
      return [...committed.values()].reduce((sum, offset) => sum + offset, 0) > recordCount * fraction;
    });
    await worker.kill();
  }
  const last = startWorker(pipeline.settings);
  await untilConsumed(pipeline);
  expect(await last.stop()).toBe(0);

  await expectEachSpanOnce(pipeline, recordCount * SPANS_PER_RECORD);
});

test('SIGTERM finishes the batch, leaves the group and exits with 0; the next worker goes on exactly there', async () => {
  const pipeline = spansPipeline();
  await fillInput(pipeline.input, 1000, 2);

  const first = startWorker(pipeline.settings);
  await first.event('committed');
  expect(await first.stop()).toBe(0);
  const done = await first.event('stopped');
  expect(done.records).toBeGreaterThan(0);
  expect(done.records).toBeLessThan(1000);

  const second = startWorker(pipeline.settings);
  // At once, not after the session time-out of the first: it has left the group.
  await second.event('assigned');
  await untilConsumed(pipeline);
  expect(await second.stop()).toBe(0);

  await expectEachSpanOnce(pipeline, 1000 * SPANS_PER_RECORD);
});

test('workers that join and leave while records flow share the partitions and write every row once', async () => {
  const pipeline = spansPipeline();
  await fillInput(pipeline.input, 4000, 6);

  const first = startWorker(pipeline.settings);
  await first.event('committed');
  const second = startWorker(pipeline.settings);
  await second.event('committed');
  // Side by side on one host, each under a name of its own.
  expect((await second.event('started')).instance).not.toBe((await first.event('started')).instance);
  expect(await first.stop()).toBe(0);
  await untilConsumed(pipeline);
  expect(await second.stop()).toBe(0);

  await expectEachSpanOnce(pipeline, 4000 * SPANS_PER_RECORD);
});

test('a worker that was paused until others took its partitions writes nothing when it wakes', async () => {
  const pipeline = spansPipeline();
  await fillInput(pipeline.input, 4000, 4);
  // Small batches, so that the pause hits one, and there is work left when the worker wakes.
  const settings = { ...pipeline.settings, batch: { max_records: 5 } };

  const sleeper = startWorker(settings);
  await sleeper.event('committed');
  const other = startWorker(settings);
  await other.event('committed');
  sleeper.process.kill('SIGSTOP');
  // Its session has run out when the other owns everything.
  await other.event('assigned', ({ owned }) => owned === 4);
  sleeper.process.kill('SIGCONT');
  await sleeper.event('lost');
  await untilConsumed(pipeline);
  expect(await Promise.all([sleeper.stop(), other.stop()])).toEqual([0, 0]);

  await expectEachSpanOnce(pipeline, 4000 * SPANS_PER_RECORD);
});

test('rows of one input partition keep their order within their output partition', async () => {
  const pipeline = spansPipeline();
  await fillInput(pipeline.input, 300, 1);

  const worker = startWorker(pipeline.settings);
  await untilConsumed(pipeline);
  await worker.stop();

  const byPartition = new Map<number, string[]>();
  for (const { partition, value } of await readAll(testBroker(), pipeline.output)) {
    byPartition.set(partition, [...(byPartition.get(partition) ?? []), JSON.parse(String(value)).SpanId]);
  }
  expect(byPartition.size).toBe(3);
  for (const ids of byPartition.values()) expect(ids).toEqual([...ids].sort());
});

test('rows of an aborted or open transaction are not seen, and a record is not consumed before its rows are', async () => {
  const pipeline = spansPipeline();
  await fillInput(pipeline.input, 400, 1);

  const worker = startWorker(pipeline.settings);
  await worker.event('committed');
  await worker.kill();

  // The offsets first: they are told once no transaction is pending on them, and so the rows are settled too.
  const committed = await committedOffsets(testBroker(), pipeline.group, pipeline.input);
  const rows = await readAll(testBroker(), pipeline.output);
  expect(rows.length).toBe((committed.get(0) ?? 0) * SPANS_PER_RECORD);
});
