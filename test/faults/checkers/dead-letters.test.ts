import { expect, test } from 'vitest';
import { deadLetterProblems, type ExpectedLetter } from './dead-letters.js';

const whole: ExpectedLetter = { topic: 'in', partition: 0, offset: 3, valueHash: 'a', itemIndexes: null };
const items: ExpectedLetter = { topic: 'in', partition: 1, offset: 5, valueHash: 'b', itemIndexes: [2, 4] };

test('one letter per record, or several that share its items, are in order', () => {
  expect(deadLetterProblems([whole, items], [whole, items])).toEqual([]);
  const shared = [
    { ...items, itemIndexes: [4] },
    { ...items, itemIndexes: [2] },
  ];
  expect(deadLetterProblems([items], shared)).toEqual([]);
});

test.each([
  ['a record without letter', [], 'no dead letter of in-0 offset 3'],
  ['a second letter', [whole, whole], 'a second dead letter of in-0 offset 3'],
  ['other bytes', [{ ...whole, valueHash: 'x' }], 'the dead letter of in-0 offset 3 has other bytes'],
  ['a letter of a good record', [whole, items], 'a dead letter of in-1 offset 5, which is in order'],
])('%s is wrong', (_, found, problem) => {
  expect(deadLetterProblems([whole], found)).toEqual([problem]);
});

test('a letter must name the items that have no row, all of them, and no others', () => {
  expect(deadLetterProblems([items], [{ ...items, itemIndexes: [2] }])).toEqual([
    'no dead letter of items 4 of in-1 offset 5',
  ]);
  expect(deadLetterProblems([items], [{ ...items, itemIndexes: [2, 3, 4] }])).toEqual([
    'a dead letter of in-1 offset 5 names item 3',
  ]);
  expect(deadLetterProblems([whole], [{ ...whole, itemIndexes: [0] }])).toContain(
    'the dead letter of in-0 offset 3 is of items only',
  );
});
