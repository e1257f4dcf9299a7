import { expect, test } from 'vitest';
import { createLatencyHistogram } from './latency-histogram.js';

test('percentiles are exact to half a millisecond, the largest one is exact', () => {
  const histogram = createLatencyHistogram();
  for (let milliseconds = 1; milliseconds <= 1000; milliseconds++) histogram.add(milliseconds - 0.25);
  expect(histogram.count()).toBe(1000);
  expect(histogram.percentile(0.5)).toBe(500);
  expect(histogram.percentile(0.99)).toBe(990);
  expect(histogram.percentile(1)).toBe(999.75);
});

test('a latency beyond all bounds is not lost', () => {
  const histogram = createLatencyHistogram();
  histogram.add(-3); // Clocks of two processes differ by a little.
  histogram.add(1e9);
  expect(histogram.count()).toBe(2);
  expect(histogram.percentile(0.5)).toBe(0.5);
  expect(histogram.percentile(1)).toBe(60_000);
});

test('nothing measured is 0', () => {
  expect(createLatencyHistogram().percentile(0.99)).toBe(0);
});
