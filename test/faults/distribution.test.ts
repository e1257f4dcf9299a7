import { expect, test } from 'vitest';
import { distribution } from './distribution.js';

test('tells the middle, the upper end and the worst of what was measured', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(distribution(values)).toEqual({ count: 100, median: 50, p95: 95, max: 100 });
  expect(distribution([7])).toEqual({ count: 1, median: 7, p95: 7, max: 7 });
});
