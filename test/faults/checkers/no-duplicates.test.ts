import { expect, test } from 'vitest';
import { noDuplicatesChecker } from './no-duplicates.js';
import { row } from './rows.js';

test('items that differ in topic, partition or number are different', () => {
  const checker = noDuplicatesChecker();
  for (const found of [row(0, 0), row(0, 1), row(1, 0), { ...row(0, 0), input: 'other' }]) checker.add(found);
  expect(checker.problems()).toEqual([]);
});

test('a second row of an item is found wherever it lies, also when the first is at offset 0', () => {
  const checker = noDuplicatesChecker();
  for (const found of [row(0, 7, 2, 0), row(0, 7, 3, 55)]) checker.add(found);
  expect(checker.problems()).toEqual([
    'a second row of item 7 of in-0 (output partition 3, offset 55); the first is at partition 2, offset 0',
  ]);
});
