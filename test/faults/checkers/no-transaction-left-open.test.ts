import { expect, test } from 'vitest';
import { openTransactionProblems } from './no-transaction-left-open.js';

const high = new Map([
  [0, 10],
  [1, 4],
]);

test('a reader that comes to the end of every partition is stopped by nothing', () => {
  expect(openTransactionProblems({ topic: 'out', lastStable: high, high })).toEqual([]);
});

test('what others have written since does not matter', () => {
  const lastStable = new Map([
    [0, 12],
    [1, 4],
  ]);
  expect(openTransactionProblems({ topic: 'out', lastStable, high })).toEqual([]);
});

test('a reader that is stopped before the end, or of whom nothing is known, is stopped by an open transaction', () => {
  expect(openTransactionProblems({ topic: 'out', lastStable: new Map([[0, 7]]), high })).toEqual([
    'out-0 ends at 10, but an open transaction stops its readers at 7',
    'out-1 ends at 4, but an open transaction stops its readers at ?',
  ]);
});
