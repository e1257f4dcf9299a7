import { expect, test } from 'vitest';
import { renderTable } from './table.js';

const LINES = [
  ['case', 'who', 'CPU-s/M'],
  ['spans', 'otelrows', '4.20'],
  ['spans-lines', 'x', '13.00'],
];

test('aligns names to the left and numbers to the right', () => {
  expect(renderTable(LINES, 'text')).toBe(
    'case         who       CPU-s/M\n' +
      'spans        otelrows     4.20\n' +
      'spans-lines  x           13.00\n',
  );
});

test('writes Markdown', () => {
  expect(renderTable(LINES, 'markdown')).toBe(
    '| case        | who      | CPU-s/M |\n' +
      '| ----------- | -------- | ------: |\n' +
      '| spans       | otelrows |    4.20 |\n' +
      '| spans-lines | x        |   13.00 |\n',
  );
});
