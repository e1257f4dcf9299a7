import { expect, test } from 'vitest';
import { addRowId, ROW_ID_BYTES_MAX, splitRowId } from '../../../../src/encodings/json/row-id.js';

const ROW_ID = 'otlp_spans/3/1234/7';

test('what an id takes beside itself is known to the byte, but for the brace that it stands for', () => {
  const row = Buffer.from('{"SpanName":"a"}');
  const into = Buffer.alloc(200, '.');
  const end = addRowId(row, ROW_ID, into, 5);
  expect(into.toString('latin1', 0, end + 1)).toBe(`.....{"RowId":"${ROW_ID}","SpanName":"a"}.`);
  expect(end - 5).toBe(row.length + ROW_ID.length + ROW_ID_BYTES_MAX - 1);
  expect(splitRowId(into.subarray(5, end))).toEqual({ row, rowId: ROW_ID });
});

test.each(['{"Rate":"1","a":2}', '{"RowIds":"1","a":2}', '{"rowId":"1","a":2}', '{"RowId":"1"}'])(
  'a row without an id is answered as it is: %s',
  text => {
    expect(splitRowId(Buffer.from(text))).toEqual({ row: Buffer.from(text), rowId: null });
  },
);
