import { expect, test } from 'vitest';
import { defaultConfig } from '../../../src/config/schema.js';
import { encodingsOf } from '../../../src/encodings/encodings-of.js';
import { gapCounter, itemOf } from './count-rows.js';

const { traces, logs, sum } = encodingsOf(defaultConfig());

test('a row tells its item', () => {
  const span =
    '{"Timestamp":1.5,"TraceId":"0a","SpanId":"a1b2c3d40000002a","ParentSpanId":"","Links.SpanId":[]}';
  expect(itemOf(traces, 'traces', Buffer.from(span))).toBe(42);
  expect(itemOf(sum, 'metrics', Buffer.from('{"Attributes":{"seq":"1234"}}'))).toBe(1234);
  expect(itemOf(logs, 'logs', Buffer.from('{"SpanId":""}'))).toBeNull();
  expect(itemOf(sum, 'metrics', Buffer.from('{}'))).toBeNull();
});

test('a transaction is a gap between messages, however many rows of an aborted one lie in it', () => {
  const gaps = gapCounter();
  for (const offset of [0, 1, 3, 4, 5, 906]) gaps.visit('rows/0', offset);
  gaps.visit('rows/1', 0);
  gaps.visit('rows/0', 908);
  gaps.visit('rows/1', 2);
  expect(gaps.most()).toBe(3);
});
