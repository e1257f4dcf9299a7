import { expect, test } from 'vitest';
import type { NextOffset, TopicPartition } from '../../../src/kafka/ports.js';
import { trackLag } from '../../../src/stream/lag.js';
import { failure, record } from '../../support/scripted-kafka.js';

const at = (partition: number, offset: number): NextOffset => ({ topic: 'in', partition, offset });

interface World {
  positions?: NextOffset[];
  /** The end of each partition as the last fetch saw it, by partition number. */
  ends?: Record<number, number>;
  /** Where the log of each partition begins, by partition number; 0 unless given. */
  starts?: Record<number, number>;
  nextFetch?: Record<number, number>;
  /** Records that were fetched and not read, and where open transactions begin, by partition number. */
  fetched?: Record<number, number>;
  stableEnds?: Record<number, number>;
  owned?: TopicPartition[];
  /** Whether the client has told its statistics already. */
  statistics?: boolean;
}

function track({
  positions = [],
  ends = {},
  starts = {},
  nextFetch = {},
  fetched = {},
  stableEnds = {},
  owned = [at(0, 0), at(1, 0)],
  statistics = true,
}: World) {
  const world = { positions, ends, realEnds: {} as Record<number, number>, asking: Promise.resolve() };
  const asked: number[] = [];
  const tracker = trackLag(
    {
      positions: () => world.positions,
      watermarks: ({ partition }) => {
        const high = world.ends[partition];
        return high === undefined ? null : { low: starts[partition] ?? 0, high };
      },
      askEnd: async ({ partition }) => {
        asked.push(partition);
        await world.asking;
        const end = world.realEnds[partition];
        if (end === undefined) throw failure('indefinite');
        return end;
      },
      statistics: () =>
        statistics
          ? {
              brokersUp: true,
              nextFetch: ({ partition }) => nextFetch[partition] ?? null,
              fetchedCount: ({ partition }) => fetched[partition] ?? 0,
              stableEnd: ({ partition }) => stableEnds[partition] ?? null,
            }
          : null,
    },
    () => owned,
  );
  const lags = () => Object.fromEntries(tracker.measure().map(({ partition, lag }) => [partition, lag]));
  return { tracker, lags, world, asked };
}

test('is what lies ahead of the position in each owned partition', () => {
  const { lags } = track({ positions: [at(0, 5), at(1, 0)], ends: { 0: 7, 1: 10 } });
  expect(lags()).toEqual({ 0: 2, 1: 10 });
});

test('is 0 at the end', () => {
  expect(track({ positions: [at(0, 7)], ends: { 0: 7 } }).lags()).toEqual({ 0: 0 });
});

test('is 0 in a partition without records', () => {
  expect(track({ positions: [at(0, 0)], ends: { 0: 0 } }).lags()).toEqual({ 0: 0 });
});

test('is never negative: the end that was seen last may be older than the position', () => {
  expect(track({ positions: [at(0, 9)], ends: { 0: 7 } }).lags()).toEqual({ 0: 0 });
});

test('is unknown before anything was fetched', () => {
  expect(track({}).lags()).toEqual({});
  expect(track({ positions: [at(0, 5)] }).lags()).toEqual({});
  expect(track({ ends: { 0: 7 }, statistics: false }).lags()).toEqual({});
});

test('of a partition that was never read from is told by where fetching goes on', () => {
  expect(track({ ends: { 0: 7, 1: 9 }, nextFetch: { 0: 7 } }).lags()).toEqual({ 0: 0 });
});

test('counts records that were read but not committed, whatever the position says', () => {
  const { tracker, lags } = track({ positions: [at(0, 7), at(1, 3)], ends: { 0: 7, 1: 3 } });

  tracker.onTheWay([record(0, 4), record(0, 6), record(1, 2)]);
  expect(lags()).toEqual({ 0: 3, 1: 1 });

  tracker.onTheWay([]);
  expect(lags()).toEqual({ 0: 0, 1: 0 });
});

test('counts a batch that failed until the next one is on its way', () => {
  const { tracker, lags } = track({ positions: [at(0, 7)], ends: { 0: 7 } });

  tracker.onTheWay([record(0, 4), record(0, 5), record(0, 6)]);
  tracker.onTheWay([record(0, 6)]);

  expect(lags()).toEqual({ 0: 1 });
});

test('forgets what was on its way in a partition that was taken away', () => {
  const { tracker, lags } = track({ positions: [at(0, 7), at(1, 3)], ends: { 0: 7, 1: 3 } });
  tracker.onTheWay([record(0, 4), record(1, 2)]);

  tracker.revoked([{ topic: 'in', partition: 0 }]);

  expect(lags()).toEqual({ 0: 0, 1: 1 });
});

test('grows also when fetching has stopped: brokers are asked for the ends of partitions that stand still', async () => {
  const { tracker, lags, world, asked } = track({ positions: [at(0, 7), at(1, 3)], ends: { 0: 7, 1: 3 } });
  world.realEnds = { 0: 9, 1: 3 };
  await tracker.lookAtEnds();
  expect(asked).toEqual([]); // Nobody knows yet that they stand still.
  expect(lags()).toEqual({ 0: 0, 1: 0 });

  await tracker.lookAtEnds();
  expect(asked).toEqual([0, 1]);
  expect(lags()).toEqual({ 0: 2, 1: 0 });

  world.positions = [at(0, 9), at(1, 3)];
  expect(lags()).toEqual({ 0: 0, 1: 0 });
});

test('brokers are not asked for what fetching tells, and what they do not answer changes nothing', async () => {
  const { tracker, lags, world, asked } = track({ positions: [at(0, 5), at(1, 3)], ends: { 0: 7, 1: 3 } });
  await tracker.lookAtEnds();
  await tracker.lookAtEnds();
  expect(asked).toEqual([1]);
  expect(lags()).toEqual({ 0: 2, 1: 0 });

  world.realEnds = { 1: 4 };
  await tracker.lookAtEnds();
  expect(lags()).toEqual({ 0: 2, 1: 1 });
});

test('what was deleted is no lag, but what was read before that is, until it is committed', () => {
  const { tracker, lags } = track({ positions: [at(0, 5)], ends: { 0: 9 }, starts: { 0: 8 } });
  expect(lags()).toEqual({ 0: 1 });
  tracker.onTheWay([record(0, 4)]);
  expect(lags()).toEqual({ 0: 5 });
});

test('says what a partition waits for, and where it stands', () => {
  const { tracker } = track({
    positions: [at(0, 5), at(1, 5), at(2, 5), at(3, 5)],
    ends: { 0: 9, 1: 9, 2: 9, 3: 9 },
    owned: [at(0, 0), at(1, 0), at(2, 0), at(3, 0)],
    fetched: { 0: 3 },
    stableEnds: { 0: 9, 1: 5, 2: 9 },
  });
  expect(tracker.measure()).toEqual([
    { topic: 'in', partition: 0, lag: 4, offset: 5, waitsFor: 'its_turn' },
    { topic: 'in', partition: 1, lag: 4, offset: 5, waitsFor: 'open_transaction' },
    { topic: 'in', partition: 2, lag: 4, offset: 5, waitsFor: null },
    // Nobody knows yet whether a transaction is open there.
    { topic: 'in', partition: 3, lag: 4, offset: 5, waitsFor: null },
  ]);
});

test('an end that only brokers have told, since fetching has stopped, is no open transaction', async () => {
  const { tracker, world } = track({
    positions: [at(0, 7)],
    ends: { 0: 7 },
    stableEnds: { 0: 7 },
    owned: [at(0, 0)],
  });
  world.realEnds = { 0: 9 };
  await tracker.lookAtEnds();
  await tracker.lookAtEnds();
  expect(tracker.measure()).toEqual([{ topic: 'in', partition: 0, lag: 2, offset: 7, waitsFor: null }]);
});

test('says of no partition what it waits for before the client has told its statistics', () => {
  const { tracker } = track({ positions: [at(0, 5)], ends: { 0: 9 }, fetched: { 0: 3 }, statistics: false });
  expect(tracker.measure()).toEqual([{ topic: 'in', partition: 0, lag: 4, offset: 5, waitsFor: null }]);
});

test('brokers that are slow to answer are not asked again meanwhile', async () => {
  const { tracker, world, asked } = track({ positions: [at(0, 7)], ends: { 0: 7 } });
  world.realEnds = { 0: 9 };
  await tracker.lookAtEnds();
  let answer = (): void => undefined;
  world.asking = new Promise(resolve => {
    answer = resolve;
  });
  const looking = tracker.lookAtEnds();
  await tracker.lookAtEnds();
  expect(asked).toEqual([0]);

  answer();
  await looking;
  await tracker.lookAtEnds();
  expect(asked).toEqual([0, 0]);
});

test('what goes wrong in looking for ends and is not of Kafka is a defect, and stays what it is', async () => {
  const defect = new TypeError('undefined is not a function');
  const { tracker, world } = track({ positions: [at(0, 7)], ends: { 0: 7 } });
  await tracker.lookAtEnds();
  world.asking = Promise.reject(defect);
  await expect(tracker.lookAtEnds()).rejects.toBe(defect);
});
