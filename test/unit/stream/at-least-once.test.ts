import { describe, expect, test } from 'vitest';
import { AbortBatch, Fenced } from '../../../src/errors.js';
import { followAssignment } from '../../../src/stream/assignment.js';
import { atLeastOnceDelivery } from '../../../src/stream/at-least-once.js';
import { failure, scriptedConsumer, scriptedProducer } from '../../support/scripted-kafka.js';

const ROW = { topic: 'out', key: null, value: Buffer.from('{}') };
const NEXT = [{ topic: 'in', partition: 0, offset: 7 }];

function setUp(
  producerScript: Parameters<typeof scriptedProducer>[1] = {},
  producerOptions: Parameters<typeof scriptedProducer>[2] = {},
  consumerOptions: Parameters<typeof scriptedConsumer>[1] = {},
) {
  const calls: string[] = [];
  const consumer = scriptedConsumer(calls, consumerOptions);
  let producerCount = 0;
  const limits = { refused: () => void calls.push('limits refused') };
  const delivery = atLeastOnceDelivery({
    timeMaxMs: 300_000,
    limits,
    makeProducer: async () => {
      producerCount += 1;
      return scriptedProducer(calls, producerScript, producerOptions);
    },
    consumer,
    assignment: followAssignment(consumer, () => undefined),
  });
  return { delivery, calls, consumer, producerCount: () => producerCount };
}

test('offsets are committed by the consumer, after every message was answered, and no transaction is begun', async () => {
  const { delivery, calls, consumer } = setUp();

  await delivery.open();
  await delivery.send([ROW, ROW]);
  await delivery.commit(NEXT);

  expect(calls).toEqual(['send out', 'send out', 'drain', 'commit in-0@7']);
  expect(consumer.committedOffsets.get('in-0')).toBe(7);
});

test('a message that the brokers refused keeps the offsets from being committed', async () => {
  const { delivery, calls } = setUp({}, { failedCounts: [2] });
  await delivery.open();
  await delivery.send([ROW, ROW, ROW]);

  const error = await delivery.commit(NEXT).catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(AbortBatch);
  expect((error as AbortBatch).message).toBe('the brokers refused 2 of 3 messages');
  expect(calls).not.toContain('commit in-0@7');
});

test('the number of partitions is asked of the producer; when it is not known the batch is done again', async () => {
  const { delivery } = setUp(
    { partitionCount: [null, failure('abortable', 'send to out')] },
    { partitionCount: 12 },
  );
  await delivery.open();
  expect(await delivery.partitionCount('out')).toBe(12);
  await expect(delivery.partitionCount('out')).rejects.toThrow(AbortBatch);
});

test('refusals of an aborted batch are not held against the next one', async () => {
  const { delivery, calls } = setUp({}, { failedCounts: [3, 0] });
  await delivery.open();
  await delivery.send([ROW]);
  await delivery.abort();

  await delivery.send([ROW]);
  await delivery.commit(NEXT);

  expect(calls.at(-1)).toBe('commit in-0@7');
});

test('partitions that the group gave to others are not committed', async () => {
  const { delivery, calls, consumer } = setUp();
  await delivery.open();
  await delivery.send([ROW]);
  consumer.lost = true;

  await expect(delivery.commit(NEXT)).rejects.toThrow(
    new AbortBatch("the group gave this worker's partitions to others"),
  );

  expect(calls).not.toContain('commit in-0@7');
});

describe('failures are answered by doing the batch again', () => {
  test.each(['retriable', 'other', 'denied', 'indefinite'] as const)('send: %s', async kind => {
    const cause = failure(kind);
    const { delivery } = setUp({ send: [cause] });
    await delivery.open();
    const error = await delivery.send([ROW]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AbortBatch);
    expect(error).toMatchObject({ message: cause.message, cause });
  });

  test.each(['retriable', 'other', 'indefinite'] as const)('commit: %s', async kind => {
    const cause = failure(kind);
    const { delivery } = setUp({}, {}, { script: { commit: [cause] } });
    await delivery.open();
    const error = await delivery.commit(NEXT).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AbortBatch);
    expect(error).toMatchObject({ message: cause.message, cause });
  });

  test('a broker that does not answer while the queue empties', async () => {
    const { delivery } = setUp({ drain: [failure('other')] });
    await delivery.open();
    await delivery.send([ROW]);
    await expect(delivery.commit(NEXT)).rejects.toThrow(AbortBatch);
  });

  test('a defect stays what it is', async () => {
    const defect = new TypeError('undefined is not a function');
    const { delivery } = setUp({ send: [defect] });
    await delivery.open();
    await expect(delivery.send([ROW])).rejects.toBe(defect);
  });
});

test('a producer that will never send again is replaced', async () => {
  const cause = failure('fenced');
  const { delivery, calls, producerCount } = setUp({ send: [cause] });
  await delivery.open();

  const error = await delivery.send([ROW]).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Fenced);
  expect(error).toMatchObject({ message: cause.message, cause });
  await delivery.abort();
  expect(calls).toEqual(['send out', 'disconnect']);
  await expect(delivery.send([ROW])).rejects.toThrow(new Fenced('the producer is closed'));

  await delivery.open();
  expect(producerCount()).toBe(2);
});

test('messages that are too large are told by position and not counted as sent', async () => {
  const { delivery } = setUp({ send: [failure('too_large'), null] }, { failedCounts: [1] });
  await delivery.open();

  expect(await delivery.send([ROW, ROW])).toEqual([0]);
  await expect(delivery.commit(NEXT)).rejects.toThrow('the brokers refused 1 of 1 messages');
});

test('one producer serves until close; opening again after it makes another', async () => {
  const { delivery, calls, producerCount } = setUp();
  await delivery.open();
  await delivery.open();
  await delivery.close();
  await delivery.close();
  expect(producerCount()).toBe(1);
  expect(calls).toEqual(['disconnect']);

  await delivery.open();
  expect(producerCount()).toBe(2);
});

test('messages too large for their topic are no reason to try again with the same producer', async () => {
  const { delivery, calls, producerCount } = setUp({}, { failedCounts: [1], tooLargeCounts: [1] });
  await delivery.open();
  await delivery.send([ROW, ROW]);

  await expect(delivery.commit(NEXT)).rejects.toThrow(
    new Fenced('the brokers refused 1 of 2 messages as too large for their topic'),
  );
  await delivery.abort();
  await delivery.open();

  expect(calls).toEqual(['send out', 'send out', 'drain', 'limits refused', 'disconnect']);
  expect(producerCount()).toBe(2);
});

test('brokers are never asked about a slow record, which would leave something: so none is given up', async () => {
  const { delivery, calls } = setUp();
  await delivery.open();
  expect(await delivery.brokersAnswer(['out'], { topic: 'in', partition: 0, offset: 7 })).toBe(false);
  expect(calls).toEqual([]);
});
