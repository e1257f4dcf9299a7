import { describe, expect, test } from 'vitest';
import type { AssignedConsumer, InputRecord } from '../../../../src/kafka/ports.js';
import { boundedConsumer } from '../../../../src/stream/replay/bounded-consumer.js';
import { record, scriptedConsumer } from '../../../support/scripted-kafka.js';

/** A consumer of these records that notes which partitions it was told to read. */
function assigned(records: readonly InputRecord[]): { consumer: AssignedConsumer; calls: string[] } {
  const calls: string[] = [];
  const scripted = scriptedConsumer([], { records });
  const consumer: AssignedConsumer = {
    ...scripted,
    begin: positions => {
      for (const { partition, offset } of positions) {
        calls.push(`begin ${partition}@${offset}`);
        void scripted.seek({ topic: 'in', partition, offset });
      }
    },
    end: partitions => calls.push(`end ${partitions.map(({ partition }) => partition).join(' ')}`),
    commitFromOutside: async () => undefined,
  };
  return { consumer, calls };
}

const RANGE = { topic: 'in', partition: 0, from: 2, to: 5 };
const records = (...offsets: number[]) => offsets.map(offset => record(0, offset));
const offsetsOf = (polled: readonly InputRecord[]) => polled.map(({ offset }) => offset);

test('hands out the records of the range, and is finished once they are committed', async () => {
  const { consumer, calls } = assigned(records(0, 1, 2, 3, 4, 5, 6));
  const bounded = boundedConsumer(consumer, [RANGE]);
  expect(offsetsOf(await bounded.poll(100, 0))).toEqual([2, 3, 4]);
  expect(calls).toEqual(['begin 0@2', 'end 0']);
  expect(bounded.finished()).toBe(false);
  bounded.noteCommitted(RANGE, 5);
  expect(bounded.finished()).toBe(true);
  expect(await bounded.poll(100, 0)).toEqual([]);
});

test('a record beyond the end tells that the range is over', async () => {
  const { consumer, calls } = assigned(records(2, 3, 7));
  const bounded = boundedConsumer(consumer, [RANGE]);
  expect(offsetsOf(await bounded.poll(100, 0))).toEqual([2, 3]);
  expect(calls).toEqual(['begin 0@2', 'end 0']);
});

test('so does the position, where nothing but markers comes after', async () => {
  const { consumer } = assigned(records(2));
  const bounded = boundedConsumer({ ...consumer, positions: () => [{ ...RANGE, offset: 5 }] }, [RANGE]);
  expect(offsetsOf(await bounded.poll(100, 0))).toEqual([2]);
  bounded.noteCommitted(RANGE, 3);
  expect(bounded.finished()).toBe(false);
  expect(await bounded.poll(100, 0)).toEqual([]);
  expect(bounded.finished()).toBe(true);
});

test('after a failed batch a range that was over is read again', async () => {
  const { consumer, calls } = assigned(records(2, 3, 4));
  const bounded = boundedConsumer(consumer, [RANGE]);
  await bounded.poll(100, 0);
  await bounded.seek({ ...RANGE, offset: 3 });
  expect(bounded.finished()).toBe(false);
  expect(calls).toEqual(['begin 0@2', 'end 0', 'begin 0@3']);
  expect(offsetsOf(await bounded.poll(100, 0))).toEqual([3, 4]);
});

test('a batch that failed but was committed is not read again', async () => {
  const { consumer, calls } = assigned(records(2, 3, 4));
  const bounded = boundedConsumer(consumer, [RANGE]);
  await bounded.poll(100, 0);
  await bounded.seek({ ...RANGE, offset: 5 });
  expect(bounded.finished()).toBe(true);
  expect(calls).toEqual(['begin 0@2', 'end 0']);
});

describe('records that the topic has deleted', () => {
  const deletedBelow = (low: number) => ({ watermarks: () => ({ low, high: 9 }) });
  const missed = (from: number, to: number) => ({ topic: 'in', partition: 0, from, to });

  test('are told of with the first commit behind them, once', async () => {
    const { consumer } = assigned(records(3, 4));
    const bounded = boundedConsumer({ ...consumer, ...deletedBelow(3) }, [{ ...RANGE, from: 0 }]);
    expect(offsetsOf(await bounded.poll(1, 0))).toEqual([3]);
    expect(bounded.noteCommitted(RANGE, 4)).toEqual([missed(0, 3)]);
    expect(offsetsOf(await bounded.poll(1, 0))).toEqual([4]);
    expect(bounded.noteCommitted(RANGE, 5)).toEqual([]);
  });

  test('are told of once also when their batch failed', async () => {
    const { consumer } = assigned(records(4));
    const bounded = boundedConsumer({ ...consumer, ...deletedBelow(4) }, [RANGE]);
    await bounded.poll(9, 0);
    await bounded.seek({ ...RANGE, offset: 2 });
    await bounded.poll(9, 0);
    expect(bounded.noteCommitted(RANGE, 5)).toEqual([missed(2, 4)]);
  });

  test('may be all that is left of the range: the log begins with a record behind it, or has none', async () => {
    const behind = assigned(records(7));
    const ended = boundedConsumer({ ...behind.consumer, ...deletedBelow(7) }, [RANGE]);
    expect(await ended.poll(9, 0)).toEqual([]);
    expect(ended.finished()).toBe(true);
    expect(ended.noteCommitted(RANGE, 5)).toEqual([missed(2, 5)]);

    // The client has no position then.
    const empty = { ...assigned([]).consumer, positions: () => [] };
    const bounded = boundedConsumer({ ...empty, ...deletedBelow(9) }, [RANGE]);
    expect(await bounded.poll(9, 0)).toEqual([]);
    expect(bounded.finished()).toBe(true);
    expect(bounded.noteCommitted(RANGE, 5)).toEqual([missed(2, 5)]);
  });

  test('are not what markers and compaction leave out of a log that begins before', async () => {
    const { consumer } = assigned(records(4));
    const bounded = boundedConsumer({ ...consumer, ...deletedBelow(2) }, [RANGE]);
    await bounded.poll(9, 0);
    expect(bounded.noteCommitted(RANGE, 5)).toEqual([]);
  });
});

test('records from before where it goes on are dropped, whatever brings them', async () => {
  const { consumer } = assigned(records(0, 1, 2, 3, 4));
  const stale = { ...consumer, poll: async () => records(0, 1, 2, 2, 3) };
  expect(offsetsOf(await boundedConsumer(stale, [RANGE]).poll(9, 0))).toEqual([2, 3]);
});

test('an empty range is not read at all', () => {
  const { consumer, calls } = assigned([]);
  expect(boundedConsumer(consumer, [{ ...RANGE, from: 5 }]).finished()).toBe(true);
  expect(calls).toEqual([]);
});
