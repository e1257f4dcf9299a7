import { expect, test } from 'vitest';
import type { NextOffset, TopicPartition } from '../../../src/kafka/ports.js';
import { missedBetween, missedRecordsFinder, type OffsetReset } from '../../../src/stream/missed-records.js';
import { record } from '../../support/scripted-kafka.js';

const P0: TopicPartition = { topic: 'in', partition: 0 };
const at = (offset: number): NextOffset => ({ ...P0, offset });
const records = (...offsets: number[]) => offsets.map(offset => record(0, offset));
const missed = (from: number, to: number) => ({ ...P0, from, to });

/** @param committed the offset that the group has committed before anything is read; `undefined` = none. */
function find({ committed, reset = 'earliest' }: { committed?: number; reset?: OffsetReset } = {}) {
  const world = {
    logStart: 0 as number | null,
    /** Of the partitions beside the first one. */
    otherLogStart: 0,
    nextFetch: null as number | null,
    statistics: true,
  };
  const finder = missedRecordsFinder(
    {
      watermarks: ({ partition }) => {
        const low = partition === 0 ? world.logStart : world.otherLogStart;
        return low === null ? null : { low, high: 1000 };
      },
      statistics: () =>
        world.statistics
          ? {
              brokersUp: true,
              nextFetch: () => world.nextFetch,
              fetchedCount: () => 0,
              stableEnd: () => null,
            }
          : null,
    },
    reset,
  );
  const commit = (offset: number) => finder.committed([at(offset)], { nextOffset: () => committed });
  return { world, finder, commit };
}

test('what was deleted between the committed offset and the first record was missed', () => {
  const { world, finder, commit } = find({ committed: 40 });
  world.logStart = 100;
  finder.polled(records(100, 101));
  expect(commit(102)).toEqual([missed(40, 100)]);
  expect(commit(102)).toEqual([]);
});

test('every gap within a batch is found, whatever the number of records that are polled at once', () => {
  const { world, finder, commit } = find({ committed: 1 });
  finder.polled(records(1, 2));
  world.logStart = 10;
  finder.polled(records(10, 11));
  world.logStart = 30;
  finder.polled(records(30));
  expect(commit(31)).toEqual([missed(3, 10), missed(12, 30)]);
});

test('each partition has gaps of its own', () => {
  const { world, finder } = find();
  world.logStart = 5;
  world.otherLogStart = 6;
  finder.polled([record(0, 2), record(1, 7), record(0, 6), record(1, 8), record(0, 7)]);
  const offsets = [at(8), { topic: 'in', partition: 1, offset: 9 }];
  const nextOffset = ({ partition }: TopicPartition) => (partition === 1 ? 4 : undefined);
  expect(finder.committed(offsets, { nextOffset })).toEqual([
    { topic: 'in', partition: 1, from: 4, to: 6 },
    missed(3, 5),
  ]);
});

test('a gap is told with the commit behind it, also when a batch is committed in parts', () => {
  const { world, finder, commit } = find({ committed: 1 });
  finder.polled(records(1));
  world.logStart = 10;
  finder.polled(records(10, 11));
  expect(commit(2)).toEqual([]);
  expect(commit(11)).toEqual([missed(2, 10)]);
  expect(commit(12)).toEqual([]);
});

test('a batch that is read again tells of a gap once', () => {
  const { world, finder, commit } = find({ committed: 40 });
  world.logStart = 100;
  finder.polled(records(100, 101));
  finder.putBack(at(40));
  finder.polled(records(100, 101));
  expect(commit(102)).toEqual([missed(40, 100)]);
});

test('what was told is not told again, whatever is read again', () => {
  const { world, finder, commit } = find({ committed: 40 });
  world.logStart = 60;
  finder.polled(records(100, 101));
  expect(commit(102)).toEqual([missed(40, 60)]);
  finder.putBack(at(40));
  finder.polled(records(100, 101));
  expect(commit(102)).toEqual([]);
  // More was deleted meanwhile.
  world.logStart = 80;
  finder.putBack(at(40));
  finder.polled(records(100, 101));
  expect(commit(102)).toEqual([missed(60, 80)]);
});

test('a gap that is found again counts as it is then', () => {
  const { world, finder, commit } = find({ committed: 40 });
  world.logStart = 60;
  finder.polled(records(100));
  world.logStart = 80;
  finder.putBack(at(40));
  finder.polled(records(100));
  expect(commit(101)).toEqual([missed(40, 80)]);
});

test.each([
  ['behind the records that follow it, whose commit was carried out without an answer', 101],
  ['right behind it', 100],
])('a gap is not forgotten when reading is put %s', (_, position) => {
  const { world, finder, commit } = find();
  finder.polled(records(39));
  commit(40);
  world.logStart = 100;
  finder.polled(records(100));
  finder.putBack(at(position));
  finder.polled(records(101));
  expect(commit(102)).toEqual([missed(40, 100)]);
});

test('what becomes of one partition is nothing to the gaps of another', () => {
  const { world, finder, commit } = find({ committed: 40 });
  world.logStart = 100;
  finder.polled(records(100));
  finder.putBack({ topic: 'in', partition: 1, offset: 5 });
  finder.forget([{ topic: 'in', partition: 1 }]);
  expect(commit(101)).toEqual([missed(40, 100)]);
});

test('a gap of a partition that was given up is told by whoever reads it next', () => {
  const { world, finder } = find();
  finder.polled(records(39, 40));
  world.logStart = 100;
  finder.polled(records(100));
  finder.forget([P0]);
  finder.polled(records(150));
  expect(finder.committed([at(151)], { nextOffset: () => 150 })).toEqual([]);
});

test('what was polled, but deleted before its batch was done again, was missed', () => {
  const { world, finder, commit } = find({ committed: 40 });
  finder.polled(records(40, 41, 42));
  world.logStart = 42;
  finder.putBack(at(40));
  finder.polled(records(42));
  expect(commit(43)).toEqual([missed(40, 42)]);
});

test('the log is not asked again once it began before a gap: what is deleted later had been read', () => {
  const { world, finder, commit } = find({ committed: 1 });
  finder.polled(records(1, 2, 4)); // 3 is a marker
  world.logStart = 4;
  expect(commit(5)).toEqual([]);
});

test('a log start that the client does not know yet is asked for again', () => {
  const { world, finder, commit } = find({ committed: 40 });
  world.logStart = null;
  finder.polled(records(100));
  expect(commit(101)).toEqual([]);
  world.logStart = 100;
  finder.polled(records(101));
  expect(commit(102)).toEqual([missed(40, 100)]);
});

test('what follows the start of the log up to the first record was none: markers, or compaction', () => {
  const { world, finder, commit } = find({ committed: 40 });
  world.logStart = 60;
  finder.polled(records(100));
  expect(commit(101)).toEqual([missed(40, 60)]);
});

test('with auto_offset_reset latest, what was passed over was missed as well', () => {
  const { world, finder, commit } = find({ committed: 40, reset: 'latest' });
  world.logStart = 60;
  finder.polled(records(100));
  expect(commit(101)).toEqual([missed(40, 100)]);
});

test.each([
  ['records that follow on the last ones', 100, 0],
  ['a gap in a log that begins before it: markers, or compaction', 40, 40],
  ['a new group, which begins where the log does', 0, 100],
  ['a group without a committed offset', undefined, 100],
])('nothing was missed: %s', (_, committed, logStart) => {
  const { world, finder, commit } = find(committed === undefined ? {} : { committed });
  world.logStart = logStart;
  finder.polled(records(100, 101));
  expect(commit(102)).toEqual([]);
});

test('partitions that were given up and come back begin at what is committed then', () => {
  const { world, finder, commit } = find({ committed: 90 });
  finder.polled(records(40, 41));
  finder.forget([P0]);
  world.logStart = 100;
  finder.polled(records(100));
  expect(commit(101)).toEqual([missed(90, 100)]);
});

test('where all that lay ahead was deleted and nothing follows, it is told of, once', () => {
  const { world, finder, commit } = find({ committed: 40 });
  finder.polled(records(40, 41));
  commit(42);
  expect(finder.idle([P0])).toEqual([]);
  world.logStart = 100;
  expect(finder.idle([P0])).toEqual([]); // what was fetched before may still come
  world.nextFetch = 100;
  expect(finder.idle([P0])).toEqual([missed(42, 100)]);
  expect(finder.idle([P0])).toEqual([]);

  finder.polled(records(100));
  expect(commit(101)).toEqual([]);
});

test('a marker behind the last record is none, when fetching had passed over it before it was deleted', () => {
  const { world, finder, commit } = find({ committed: 1 });
  finder.polled(records(1)); // 2 is a marker
  world.nextFetch = 3;
  expect(finder.idle([P0])).toEqual([]);
  world.logStart = 3;
  finder.polled(records(3));
  expect(commit(4)).toEqual([]);
});

test('the same is known of a partition that was never read from, by its committed offset', () => {
  const { world, finder } = find();
  finder.begin(at(42));
  world.logStart = 100;
  world.nextFetch = 100;
  expect(finder.idle([P0])).toEqual([missed(42, 100)]);
});

test('a committed offset that is known late does not put back what was read meanwhile', () => {
  const { world, finder } = find();
  finder.polled(records(40, 41));
  finder.begin(at(30));
  world.logStart = 100;
  world.nextFetch = 100;
  expect(finder.idle([P0])).toEqual([missed(42, 100)]);
});

test.each<[string, number | undefined]>([
  ['of which nothing is known yet', undefined],
  ['that a new group reads from its beginning', 0],
])('nothing was missed in a partition %s', (_, begin) => {
  const { world, finder } = find();
  if (begin !== undefined) finder.begin(at(begin));
  world.logStart = 100;
  world.nextFetch = 100;
  expect(finder.idle([P0])).toEqual([]);
});

test.each<[string, { logStart?: number | null; nextFetch?: number; statistics?: boolean }]>([
  ['the client has told nothing yet', { statistics: false }],
  ['it does not know where the log begins', { logStart: null, nextFetch: 100 }],
  ['what it told is older than what was read', { logStart: 0, nextFetch: 30 }],
  ['more is deleted than fetching has passed over', { nextFetch: 43 }],
])('nothing is told, and nothing forgotten, while %s', (_, now) => {
  const { world, finder } = find();
  finder.begin(at(42));
  Object.assign(world, { logStart: 100 }, now);
  expect(finder.idle([P0])).toEqual([]);
  Object.assign(world, { logStart: 100, nextFetch: 100, statistics: true });
  expect(finder.idle([P0])).toEqual([missed(42, 100)]);
});

test.each([
  [10, 10],
  [10, 9],
])(
  'between two records that follow each other, or come again, nothing is missed: from %d to %d',
  (from, to) => {
    expect(missedBetween(P0, { from, to, logStart: 20, reset: 'earliest' })).toEqual([]);
  },
);
