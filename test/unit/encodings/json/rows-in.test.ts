import { expect, test } from 'vitest';
import { rowsIn } from '../../../../src/encodings/json/rows-in.js';

test.each([
  ['{"a":1}', ['{"a":1}']],
  ['{"a":1}\n{"b":"\\n"}', ['{"a":1}', '{"b":"\\n"}']],
  ['{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}']],
  ['{\n  "a": 1\n}', ['{\n  "a": 1\n}']],
  ['not\nrows', ['not\nrows']],
  ['\n', ['\n']],
  ['', ['']],
])('%j', (value, rows) => {
  expect(rowsIn(Buffer.from(value)).map(({ row }) => String(row))).toEqual(rows);
});

test('rows come without their ids', () => {
  const message = Buffer.from('{"RowId":"spans/0/7/0","a":1}\n{"RowId":"spans/0/7/1","a":2}');
  expect(rowsIn(message)).toEqual([
    { row: Buffer.from('{"a":1}'), rowId: 'spans/0/7/0' },
    { row: Buffer.from('{"a":2}'), rowId: 'spans/0/7/1' },
  ]);
});
