import { expect, onTestFinished, test } from 'vitest';
import { defaultConfig } from '../../src/config/schema.js';
import { adminOptions, readerOptions } from '../../src/kafka/client-options.js';
import { connectAdmin } from '../../src/kafka/confluent/admin.js';
import { connectReader } from '../../src/kafka/confluent/reader.js';
import { SILENT } from '../../src/kafka/connection.js';
import type { InputRecord, NextOffset, TopicReader } from '../../src/kafka/ports.js';
import { testBroker, uniqueName } from '../support/broker.js';
import { createTopic, endOffsets, produce, produceInTransaction } from '../support/kafka-client.js';
import { untilTrue } from '../support/worker.js';

function config() {
  const { kafka, consumer, memory } = defaultConfig();
  return {
    memory,
    kafka: { ...kafka, brokers: testBroker().split(',') },
    consumer: { ...consumer, group_id: uniqueName('group') },
  };
}

async function reader(): Promise<TopicReader> {
  const connected = await connectReader(readerOptions(config()), { client: 'reader', events: SILENT });
  onTestFinished(() => connected.disconnect());
  return connected;
}

/** What is read until the ends of so many partitions were told. */
async function readToEnds(
  from: TopicReader,
  endCount: number,
): Promise<{ records: InputRecord[]; ends: NextOffset[] }> {
  const records: InputRecord[] = [];
  const ends: NextOffset[] = [];
  while (ends.length < endCount) {
    const polled = await from.poll(100, 200);
    records.push(...polled.records);
    ends.push(...polled.ends);
  }
  return { records, ends };
}

const values = (records: readonly InputRecord[]) => records.map(({ value }) => String(value));

test('committed records of the assigned partitions, and the ends behind the markers of transactions', async () => {
  const topic = uniqueName('read');
  await createTopic(testBroker(), topic, { partitions: 2 });
  await produce(testBroker(), [{ topic, partition: 0, value: 'plain', headers: { a: '1' } }]);
  await produceInTransaction(testBroker(), [{ topic, partition: 0, value: 'kept' }], 'commit');
  await produceInTransaction(testBroker(), [{ topic, partition: 0, value: 'dropped' }], 'abort');

  // Two records, a marker, the aborted record and its marker, which is written after the abort was answered.
  await untilTrue(async () => (await endOffsets(testBroker(), topic)).get(0) === 5);

  const from = await reader();
  from.assign([
    { topic, partition: 0, offset: 0 },
    { topic, partition: 1, offset: 0 },
  ]);
  const { records, ends } = await readToEnds(from, 2);

  expect(values(records)).toEqual(['plain', 'kept']);
  expect(records[0]).toMatchObject({ topic, partition: 0, offset: 0, key: null });
  expect(records[0]?.headers).toEqual([{ key: 'a', value: Buffer.from('1') }]);
  expect(ends).toEqual(
    expect.arrayContaining([
      { topic, partition: 0, offset: 5 },
      { topic, partition: 1, offset: 0 },
    ]),
  );
});

test('it can be sent elsewhere, and a partition that is released is read no more', async () => {
  const topic = uniqueName('read');
  await createTopic(testBroker(), topic, { partitions: 2 });
  await produce(testBroker(), [
    { topic, partition: 0, value: 'a' },
    { topic, partition: 0, value: 'b' },
    { topic, partition: 1, value: 'c' },
  ]);
  const from = await reader();
  from.assign([{ topic, partition: 0, offset: 1 }]);
  expect(values((await readToEnds(from, 1)).records)).toEqual(['b']);

  from.assign([
    { topic, partition: 0, offset: 0 },
    { topic, partition: 1, offset: 0 },
  ]);
  expect(values((await readToEnds(from, 2)).records).sort()).toEqual(['a', 'b', 'c']);

  from.release([{ topic, partition: 0 }]);
  await produce(testBroker(), [
    { topic, partition: 0, value: 'unseen' },
    { topic, partition: 1, value: 'seen' },
  ]);
  expect(values((await readToEnds(from, 1)).records)).toEqual(['seen']);

  from.assign([{ topic, partition: 0, offset: 2 }]);
  expect(values((await readToEnds(from, 1)).records)).toEqual(['unseen']);
});

test('offsets of places: an open transaction holds back the stable end', async () => {
  const topic = uniqueName('places');
  await createTopic(testBroker(), topic);
  const beforeMs = Date.now() - 60_000;
  const openMs = Date.now() + 10_000;
  await produce(testBroker(), [{ topic, value: 'plain' }]);
  const commit = await produceInTransaction(
    testBroker(),
    [{ topic, value: 'open', timestampMs: openMs }],
    'later',
  );
  const admin = connectAdmin(adminOptions(config()));
  onTestFinished(() => admin.disconnect());
  const at = async (place: Parameters<typeof admin.offsetsAt>[0]) =>
    (await admin.offsetsAt(place, [{ topic, partition: 0 }])).map(({ offset }) => offset);

  expect(await at('earliest')).toEqual([0]);
  expect(await at('end')).toEqual([2]);
  expect(await at('stable_end')).toEqual([1]);
  expect(await at({ sinceMs: beforeMs })).toEqual([0]);
  expect(await at({ sinceMs: openMs })).toEqual([1]);
  expect(await at({ sinceMs: Date.now() + 60_000 })).toEqual([null]);
  await commit();
  // The answer to a commit comes before its markers are written.
  await untilTrue(async () => (await at('stable_end'))[0] === 3);
  const unknown = [0, 7].map(partition => ({ topic, partition }));
  await expect(admin.offsetsAt('end', unknown)).rejects.toThrow(`${topic}-7`);
});

test('a group that never was has no offsets, and reading does not make one', async () => {
  const topic = uniqueName('read');
  await createTopic(testBroker(), topic);
  await produce(testBroker(), [{ topic, value: 'a' }]);
  const from = await reader();
  from.assign([{ topic, partition: 0, offset: 0 }]);
  await readToEnds(from, 1);
  expect(await from.committed([{ topic, partition: 0 }])).toEqual([{ topic, partition: 0, offset: null }]);
});
