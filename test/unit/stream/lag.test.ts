import { expect, test } from 'vitest';
import type { NextOffset } from '../../../src/kafka/ports.js';
import { lagOf } from '../../../src/stream/lag.js';

const at = (partition: number, offset: number): NextOffset => ({ topic: 'in', partition, offset });

/** @param ends the end of each partition as the last fetch saw it, by partition number. */
function lag(positions: NextOffset[], ends: Record<number, number>): number | null {
  return lagOf(
    {
      positions: () => positions,
      watermarks: ({ partition }) => {
        const high = ends[partition];
        return high === undefined ? null : { low: 0, high };
      },
    },
    positions,
  );
}

test('is what lies ahead in all owned partitions', () => {
  expect(lag([at(0, 5), at(1, 0)], { 0: 7, 1: 10 })).toBe(12);
});

test('is 0 at the end', () => {
  expect(lag([at(0, 7)], { 0: 7 })).toBe(0);
});

test('is never negative: the end that was seen last may be older than the position', () => {
  expect(lag([at(0, 9), at(1, 1)], { 0: 7, 1: 2 })).toBe(1);
});

test('is unknown before anything was fetched', () => {
  expect(lag([], {})).toBeNull();
  expect(lag([at(0, 5)], {})).toBeNull();
});
