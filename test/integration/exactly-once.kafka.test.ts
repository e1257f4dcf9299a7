import { expect, test } from 'vitest';
import { testBroker } from '../support/broker.js';
import { committedOffsets, createTopic, readAll } from '../support/kafka-client.js';
import { killInTransaction } from '../support/kill-in-transaction.js';
import {
  expectEachSpanOnce,
  fillInput,
  keepProducing,
  killTwice,
  produceSpans,
  SPANS_PER_RECORD,
} from '../support/spans-load.js';
import { spansPipeline, startWorker, untilConsumed } from '../support/worker.js';

test('a worker killed twice with kill -9 and restarted writes every row once', async () => {
  const pipeline = spansPipeline();
  const recordCount = 4000;
  await fillInput(pipeline, recordCount, 4);
  // Small batches, so that the second kill comes before everything is done.
  const settings = { ...pipeline.settings, batch: { max_records: 50 } };

  await killTwice({ ...pipeline, settings }, recordCount);
  const last = startWorker(settings);
  await untilConsumed(pipeline);
  expect(await last.stop()).toBe(0);

  await expectEachSpanOnce(pipeline, recordCount);
});

test('SIGTERM finishes the batch, leaves the group and exits with 0; the next worker goes on exactly there', async () => {
  const pipeline = spansPipeline();
  const partitions = 2;
  await createTopic(testBroker(), pipeline.input, { partitions });
  const stopProducing = keepProducing(pipeline, partitions);

  const first = startWorker(pipeline.settings);
  await first.event('committed');
  expect(await first.stop()).toBe(0);
  const done = await first.event('stopped');
  expect(done.records).toBeGreaterThan(0);
  const recordCount = await stopProducing();
  // For the second, even if the first had just read everything.
  await produceSpans(pipeline, 10, { first: recordCount, partitions });

  const second = startWorker(pipeline.settings);
  // At once, not after the session time-out of the first: it has left the group.
  await second.event('assigned');
  await untilConsumed(pipeline);
  expect(await second.stop()).toBe(0);
  const rest = await second.event('stopped');
  expect(Number(done.records) + Number(rest.records)).toBe(recordCount + 10);

  await expectEachSpanOnce(pipeline, recordCount + 10);
});

test('rows of one input partition keep their order within their output partition', async () => {
  const pipeline = spansPipeline();
  await fillInput(pipeline, 300, 1);

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

test('rows of a transaction that was open when its worker died are not seen, nor are its records consumed', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 1 });
  const stopProducing = keepProducing(pipeline, 1);

  // Rows that are sent at once are there while their transaction is open.
  const worker = startWorker({ ...pipeline.settings, producer: { linger_ms: 0 } });
  await worker.event('committed');
  await killInTransaction(worker, pipeline.output);
  const recordCount = await stopProducing();

  // The offsets first: they are told once no transaction is pending on them, and so the rows are settled too.
  const committed = await committedOffsets(testBroker(), pipeline.group, pipeline.input);
  const rows = await readAll(testBroker(), pipeline.output);
  expect(rows.length).toBe((committed.get(0) ?? 0) * SPANS_PER_RECORD);
  expect(committed.get(0)).toBeLessThan(recordCount);
});
