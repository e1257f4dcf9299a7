import { expect, test } from 'vitest';
import { deadLetterProblems, type ExpectedDeadLetter } from './dead-letters.js';

const whole: ExpectedDeadLetter = { topic: 'in', partition: 0, offset: 3, valueHash: 'a', itemIndexes: null };
const items: ExpectedDeadLetter = {
  topic: 'in',
  partition: 1,
  offset: 5,
  valueHash: 'b',
  itemIndexes: [2, 4],
};

test('one dead-letter record per record, or several that share its items, are in order', () => {
  expect(deadLetterProblems([whole, items], [whole, items])).toEqual([]);
  const shared = [
    { ...items, itemIndexes: [4] },
    { ...items, itemIndexes: [2] },
  ];
  expect(deadLetterProblems([items], shared)).toEqual([]);
});

test.each([
  ['a record without deadLetter', [], 'no dead-letter record of in-0 offset 3'],
  ['a second deadLetter', [whole, whole], 'a second dead-letter record of in-0 offset 3'],
  ['other bytes', [{ ...whole, valueHash: 'x' }], 'the dead-letter record of in-0 offset 3 has other bytes'],
  [
    'a deadLetter of a good record',
    [whole, items],
    'a dead-letter record of in-1 offset 5, which is in order',
  ],
])('%s is wrong', (_, found, problem) => {
  expect(deadLetterProblems([whole], found)).toEqual([problem]);
});

test('a dead-letter record must name the items that have no row, all of them, and no others', () => {
  expect(deadLetterProblems([items], [{ ...items, itemIndexes: [2] }])).toEqual([
    'no dead-letter record of items 4 of in-1 offset 5',
  ]);
  expect(deadLetterProblems([items], [{ ...items, itemIndexes: [2, 3, 4] }])).toEqual([
    'a dead-letter record of in-1 offset 5 names item 3',
  ]);
  expect(deadLetterProblems([whole], [{ ...whole, itemIndexes: [0] }])).toContain(
    'the dead-letter record of in-0 offset 3 is of items only',
  );
});
