import { expect, test } from 'vitest';
import { offsetProblems } from './offsets.js';

const ends = new Map([
  [0, 10],
  [1, 0],
]);

test('the end of each partition is committed; an empty partition needs no commit', () => {
  expect(offsetProblems({ input: 'in', ends, committed: new Map([[0, 10]]) })).toEqual([]);
});

test.each([
  ['short of the end', new Map([[0, 9]]), 'in-0 ends at 10, but the group has committed 9'],
  ['beyond it', new Map([[0, 11]]), 'in-0 ends at 10, but the group has committed 11'],
  ['not at all', new Map(), 'in-0 ends at 10, but the group has committed nothing'],
])('a commit %s is wrong', (_, committed, problem) => {
  expect(offsetProblems({ input: 'in', ends, committed })).toEqual([problem]);
});
