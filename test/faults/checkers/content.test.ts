import { expect, test } from 'vitest';
import { contentChecker } from './content.js';
import { row } from './rows.js';

test('a row that holds something of another item is told, and one that does not is not', () => {
  const checker = contentChecker();
  for (const found of [row(0, 0), { ...row(0, 1, 2, 5), foreign: 'key is service-3' }]) checker.add(found);
  expect(checker.problems()).toEqual([
    'the row of item 1 of in-0 (output partition 2, offset 5) is not all its own: key is service-3',
  ]);
});
