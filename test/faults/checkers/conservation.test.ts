import { expect, test } from 'vitest';
import { conservationChecker } from './conservation.js';
import { row } from './rows.js';

const written = new Map([['in', [2, 1]]]);

test('every item once is in order', () => {
  const checker = conservationChecker(written);
  for (const found of [row(0, 0), row(0, 1), row(1, 0)]) checker.add(found);
  expect(checker.problems()).toEqual([]);
});

test('an item without a row is missing', () => {
  const checker = conservationChecker(written);
  for (const found of [row(0, 0), row(1, 0)]) checker.add(found);
  expect(checker.problems()).toEqual(['no row of item 1 of in-0']);
});

test('a row of an item, partition or topic that was never written is one too many', () => {
  const checker = conservationChecker(written);
  const strangers = [row(0, 2), row(2, 0), { ...row(0, 0), input: 'other' }];
  for (const found of [row(0, 0), row(0, 1), row(1, 0), ...strangers]) checker.add(found);
  expect(checker.problems()).toEqual([
    'a row of an item that was never written: item 2 of in-0 (output partition 0, offset 0)',
    'a row of an item that was never written: item 0 of in-2 (output partition 0, offset 0)',
    'a row of an item that was never written: item 0 of other-0 (output partition 0, offset 0)',
  ]);
});

test('an item that must have no row is not missed, and its row is one too many', () => {
  const withoutRow = new Map([['in', [{ partition: 0, sequence: 1 }]]]);
  const good = conservationChecker(written, withoutRow);
  const bad = conservationChecker(written, withoutRow);
  for (const found of [row(0, 0), row(1, 0)]) good.add(found);
  for (const found of [row(0, 0), row(1, 0), row(0, 1)]) bad.add(found);
  expect(good.problems()).toEqual([]);
  expect(bad.problems()).toEqual(['a row that should not be: item 1 of in-0 (output partition 0, offset 0)']);
});

test('many missing items are counted, and the first are named', () => {
  const problems = conservationChecker(new Map([['in', [1000]]])).problems();
  expect(problems[0]).toBe('1000 items have no row, the first 20:');
  expect(problems).toHaveLength(21);
});
