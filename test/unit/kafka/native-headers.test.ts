import { expect, test } from 'vitest';
import { headersConverter } from '../../../src/kafka/confluent/native-headers.js';
import { header } from '../../../src/messages/headers.js';

test('headers are made into what the client takes, once for all messages that have the same', () => {
  const convert = headersConverter();
  const first = [header('a', '1'), header('a', '2')];
  const second = [header('b', '3')];

  const converted = convert(first);
  expect(converted).toEqual([{ a: Buffer.from('1') }, { a: Buffer.from('2') }]);
  expect(convert(first)).toBe(converted);
  expect(convert(second)).toEqual([{ b: Buffer.from('3') }]);
  expect(convert(undefined)).toBeUndefined();
  expect(convert(first)).toEqual(converted);
});
