import { expect, test } from 'vitest';
import type { KafkaAdmin, Place } from '../../../../src/kafka/ports.js';
import { planRanges } from '../../../../src/stream/replay/plan-ranges.js';

/** Partition 0 holds the offsets 10 to 99, partition 1 nothing. At time 1000 partition 0 is at offset 50. */
const PARTITIONS = [0, 1].map(partition => ({ topic: 'in', partition }));
const admin: Pick<KafkaAdmin, 'offsetsAt'> = {
  offsetsAt: async (place, partitions) =>
    partitions.map(at => ({ ...at, offset: at.partition === 0 ? inFirst(place) : inEmpty(place) })),
};
const inFirst = (place: Place) => {
  if (typeof place === 'object') return place.sinceMs <= 1000 ? 50 : null;
  return place === 'earliest' ? 10 : 100;
};
const inEmpty = (place: Place) => (typeof place === 'object' ? null : 0);

const offsets = (...listed: [partition: number, offset: number][]) => ({
  kind: 'offsets' as const,
  offsets: listed.map(([partition, offset]) => ({ topic: 'in', partition, offset })),
});

test.each([
  ['all there is', { kind: 'earliest' }, { kind: 'now' }, [10, 100], [0, 0]],
  ['from a time', { kind: 'time', ms: 1000 }, { kind: 'now' }, [50, 100], [0, 0]],
  ['to a time', { kind: 'earliest' }, { kind: 'time', ms: 1000 }, [10, 50], [0, 0]],
  ['from a time that is yet to come', { kind: 'time', ms: 2000 }, { kind: 'now' }, [100, 100], [0, 0]],
  ['an end before the beginning is empty', { kind: 'now' }, { kind: 'earliest' }, [100, 100], [0, 0]],
  ['one end is given, the other is now', { kind: 'earliest' }, offsets([0, 20]), [10, 20], [0, 0]],
] as const)('%s', async (_, from, to, first, second) => {
  const ranges = await planRanges(admin, PARTITIONS, from, to);
  expect(ranges.map(range => [range.from, range.to])).toEqual([first, second]);
});

test('given offsets choose the partitions; what is gone begins where the topic does', async () => {
  expect(await planRanges(admin, PARTITIONS, offsets([0, 3]), { kind: 'now' })).toEqual([
    { topic: 'in', partition: 0, from: 10, to: 100 },
  ]);
});

test('offsets beyond the end and of other partitions are refused', async () => {
  await expect(planRanges(admin, PARTITIONS, offsets([0, 101]), { kind: 'now' })).rejects.toThrow(
    '--from: in:0:101 is beyond the end of the partition, which is 100',
  );
  await expect(planRanges(admin, PARTITIONS, { kind: 'earliest' }, offsets([7, 1]))).rejects.toThrow(
    '--to: in:7 is no partition of the topics',
  );
});

test('an end that is before the beginning in every partition is refused, in one it makes that empty', async () => {
  const planned = planRanges(admin, PARTITIONS, { kind: 'time', ms: 1000 }, offsets([0, 20]));
  expect((await planned).map(range => [range.from, range.to])).toEqual([
    [50, 50],
    [0, 0],
  ]);
  const [first] = PARTITIONS;
  const reversed = planRanges(admin, first ? [first] : [], { kind: 'time', ms: 1000 }, offsets([0, 20]));
  await expect(reversed).rejects.toThrow('--to is before --from in every partition');
});
