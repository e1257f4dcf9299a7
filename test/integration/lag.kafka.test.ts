import { expect, onTestFinished, test } from 'vitest';
import { defaultConfig } from '../../src/config/schema.js';
import { judgeHealth } from '../../src/http/health.js';
import { consumerOptions } from '../../src/kafka/client-options.js';
import { connectConsumer, nativeConsumers } from '../../src/kafka/confluent/consumer.js';
import { SILENT } from '../../src/kafka/connection.js';
import { keepStatus } from '../../src/observe/worker-status.js';
import { followAssignment } from '../../src/stream/assignment.js';
import { trackLag } from '../../src/stream/lag.js';
import { testBroker, uniqueName } from '../support/broker.js';
import { createTopic, produce, produceInTransaction } from '../support/kafka-client.js';

/** A consumer of a topic that has been read to its end. */
async function readTopic(partitions: number) {
  const topic = uniqueName('in');
  await createTopic(testBroker(), topic, { partitions });
  const write = (partition = 0) => produce(testBroker(), [{ topic, partition, value: Buffer.from('{}') }]);
  for (let partition = 0; partition < partitions; partition += 1) await write(partition);
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
  consumer.subscribe([topic]);
  const read = async (count: number) => {
    for (let left = count; left > 0; left -= (await consumer.poll(1, 100)).length) assignment.settle();
  };
  await read(partitions);
  await expect
    .poll(() => lag.measure().map(({ lag }) => lag), { timeout: 30_000 })
    .toEqual(Array(partitions).fill(0));
  await lag.lookAtEnds();
  return { topic, consumer, lag, write, read };
}

test('records that come after the client has stopped fetching are lag', async () => {
  const { topic, consumer, lag, write } = await readTopic(1);
  nativeConsumers.get(consumer)?.pause([{ topic, partition: 0 }]);
  await consumer.poll(1, 500); // takes longer than the fetch that was on its way
  await write();
  await write();

  await lag.lookAtEnds();
  // Not always both: a fetch that was on its way all the same has seen the first, and lag is all that counts.
  expect(lag.measure()[0]?.lag).toBeGreaterThan(0);
});

test('a worker of which one partition stands still is unhealthy, while it commits others', async () => {
  const { topic, consumer, lag, write, read } = await readTopic(2);
  let clock = 0;
  const keeper = keepStatus(() => clock);
  const look = async () => {
    await lag.lookAtEnds();
    keeper.measured(lag.measure(), true);
    const view = { worker: 0, pid: 1, silentMs: 0, restarts: 0, lastEnd: null, failingMs: 0 };
    return judgeHealth({ ...view, status: keeper.status() }, 60_000);
  };
  nativeConsumers.get(consumer)?.pause([{ topic, partition: 0 }]);
  await consumer.poll(1, 500); // takes longer than the fetch that was on its way
  await write(0);
  await write(0);
  expect((await look()).healthy).toBe(true);
  for (let seconds = 0; seconds < 60; seconds += 20) {
    expect((await look()).healthy).toBe(true);
    await write(1);
    await read(1);
    keeper.committed();
    clock += 20_000;
  }
  const judged = await look();
  expect(judged.healthy).toBe(false);
  expect(judged.problems[0]).toMatch(`${topic}-0 has stood at offset 1 for 60 s`);
});

test('records of a transaction that is still open lie ahead, but the worker is not to blame', async () => {
  const { topic, consumer, lag } = await readTopic(1);
  const commit = await produceInTransaction(
    testBroker(),
    [{ topic, partition: 0, value: Buffer.from('{}') }],
    'later',
  );
  onTestFinished(commit);
  await expect
    .poll(
      async () => {
        await consumer.poll(1, 100);
        return lag.measure()[0];
      },
      { timeout: 30_000 },
    )
    .toMatchObject({ lag: 1, offset: 1, waitsFor: 'open_transaction' });
});
