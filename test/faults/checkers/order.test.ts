import { expect, test } from 'vitest';
import { orderChecker } from './order.js';
import { row } from './rows.js';

test('rows of different input partitions and in different output partitions have no order among them', () => {
  const checker = orderChecker();
  for (const found of [row(0, 5), row(1, 0), row(0, 0, 1), row(0, 6)]) checker.add(found);
  expect(checker.problems()).toEqual([]);
});

test('a row after a later one of its input partition is out of order', () => {
  const checker = orderChecker();
  for (const found of [row(0, 5), row(0, 3, 0, 9), row(0, 6)]) checker.add(found);
  expect(checker.problems()).toEqual(['item 3 of in-0 (output partition 0, offset 9) comes after item 5']);
});
