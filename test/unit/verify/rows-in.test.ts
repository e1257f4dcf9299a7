import { expect, test } from 'vitest';
import { rowsIn } from '../../../src/verify/rows-in.js';

test.each([
  ['{"a":1}', ['{"a":1}']],
  ['{"a":1}\n{"b":"\\n"}', ['{"a":1}', '{"b":"\\n"}']],
  ['{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}']],
  ['{\n  "a": 1\n}', ['{\n  "a": 1\n}']],
  ['not\nrows', ['not\nrows']],
  ['\n', ['\n']],
  ['', ['']],
])('%j', (value, rows) => {
  expect(rowsIn(Buffer.from(value)).map(String)).toEqual(rows);
});

test('no value is one row that nothing explains', () => {
  expect(rowsIn(null)).toEqual([null]);
});
