import { expect, test } from 'vitest';
import { renderTable } from '../../../src/demo/render-table.js';

test('text is aligned to the left, numbers to the right with the same decimals', () => {
  const rows = [
    { service: 'frontend', calls: 12_345, p95_ms: 1.5 },
    { service: 'cart', calls: 7, p95_ms: 120 },
  ];
  expect(renderTable(rows)).toEqual([
    'service    calls  p95_ms', //
    'frontend  12,345     1.5',
    'cart           7   120.0',
  ]);
});

test('a long text is cut and a broken one joined, so that each row stays a line', () => {
  const [, row] = renderTable([{ body: `first\nsecond ${'x'.repeat(60)}`, n: 1 }]);
  expect(row).toMatch(/^first second x+… {2}1$/);
  expect(row).toHaveLength(44 + 3);
});

test('no rows make no columns', () => {
  expect(renderTable([])).toEqual(['']);
});
