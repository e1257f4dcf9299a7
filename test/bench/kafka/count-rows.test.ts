import { expect, test } from 'vitest';
import { gapCounter, ITEM_OF, rowsOf } from './count-rows.js';

const rows = (value: string) => [...rowsOf(Buffer.from(value))].map(String);

test('a message is one row or several', () => {
  expect(rows('{"a":1}')).toEqual(['{"a":1}']);
  expect(rows('{"a":1}\n{"b":2}')).toEqual(['{"a":1}', '{"b":2}']);
  expect(rows('{"a":1}\n{"b":2}\n')).toEqual(['{"a":1}', '{"b":2}']);
  expect(rows('')).toEqual([]);
});

test('a row tells its item', () => {
  expect(ITEM_OF.traces(Buffer.from('{"SpanId":"a1b2c3d40000002a","Links.SpanId":[]}'))).toBe(42);
  expect(ITEM_OF.metrics(Buffer.from('{"Attributes":{"seq":"1234"}}'))).toBe(1234);
  expect(ITEM_OF.logs(Buffer.from('{"SpanId":""}'))).toBeNull();
  expect(ITEM_OF.metrics(Buffer.from('{}'))).toBeNull();
});

test('a transaction is a gap between messages, however many rows of an aborted one lie in it', () => {
  const gaps = gapCounter();
  for (const offset of [0, 1, 3, 4, 5, 906]) gaps.visit('rows/0', offset);
  gaps.visit('rows/1', 0);
  gaps.visit('rows/0', 908);
  gaps.visit('rows/1', 2);
  expect(gaps.most()).toBe(3);
});
