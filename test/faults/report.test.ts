import { expect, test } from 'vitest';
import { verdictText } from './report.js';

test('a verdict is never silent about a problem or about what was not done', () => {
  expect(verdictText({ problems: [] })).toBe('exact');
  expect(verdictText({ problems: ['no row of item 1', 'more'] })).toBe('**2 problems**: no row of item 1');
  expect(verdictText({ problems: [], skipped: 'no root' })).toBe('skipped: no root');
});
