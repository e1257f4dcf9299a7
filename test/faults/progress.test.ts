import { expect, test } from 'vitest';
import {
  longestReadersBlockedMs,
  longestStallMs,
  recordsPerSecond,
  type Sample,
  slowestPartitionStallMs,
} from './progress.js';

const ALL = { from: 0, to: Number.POSITIVE_INFINITY };

function sample(at: number, committed: number[], ends: number[], stable = [0], high = [0]): Sample {
  return { at, committed, ends, stable, high };
}

test('a stall lasts from the first look that finds work waiting to the first that finds a commit', () => {
  const samples = [
    sample(0, [5], [5]),
    sample(100, [5], [9]),
    sample(200, [5], [9]),
    sample(300, [6], [9]),
    sample(400, [9], [9]),
    sample(900, [9], [9]),
  ];
  expect(longestStallMs(samples, ALL)).toBe(200);
});

test('what stood still before the window counts from its begin, and what begins in it to its own end', () => {
  const samples = [0, 100, 200, 300, 400].map(at => sample(at, [0], [1]));
  expect(longestStallMs(samples, { from: 150, to: 310 })).toBe(250);
});

test('what has just begun when the window ends is of the next fault, but for what lies in the window', () => {
  const samples = [0, 100, 200, 350].map(at => sample(at, [at], [1000]));
  samples.push(sample(450, [350], [1000]), sample(9000, [350], [1000]));
  expect(longestStallMs(samples, { from: 0, to: 400 })).toBe(150);
  expect(longestStallMs(samples, { from: 400, to: 9500 })).toBe(8600);
});

test('what begins after the window does not count', () => {
  const samples = [
    sample(0, [0], [9]),
    sample(100, [1], [9]),
    sample(200, [2], [9]),
    sample(300, [2], [9]),
    sample(900, [2], [9]),
  ];
  expect(longestStallMs(samples, { from: 0, to: 150 })).toBe(100);
});

test('one partition can stand still while others move', () => {
  const samples = [
    sample(0, [0, 0], [9, 9]),
    sample(100, [1, 0], [9, 9]),
    sample(200, [2, 0], [9, 9]),
    sample(300, [3, 1], [9, 9]),
  ];
  expect(longestStallMs(samples, ALL)).toBe(100);
  expect(slowestPartitionStallMs(samples, ALL)).toBe(300);
});

test('readers are blocked while the last stable offset stands before the end', () => {
  const samples = [
    sample(0, [0], [0], [5], [5]),
    sample(100, [0], [0], [5], [8]),
    sample(200, [0], [0], [5], [9]),
    sample(300, [0], [0], [9], [9]),
  ];
  expect(longestReadersBlockedMs(samples, ALL)).toBe(200);
});

test('throughput is what was committed between the first and the last look', () => {
  const samples = [
    sample(0, [0, 0], [0, 0]),
    sample(500, [40, 10], [0, 0]),
    sample(2000, [100, 100], [0, 0]),
  ];
  expect(recordsPerSecond(samples, ALL)).toBe(100);
  expect(recordsPerSecond(samples, { from: 3000, to: 4000 })).toBe(0);
});
