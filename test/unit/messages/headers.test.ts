import { expect, test } from 'vitest';
import { header, standardHeaders } from '../../../src/messages/headers.js';

const texts = (headers: ReturnType<typeof standardHeaders>) =>
  headers.map(({ key, value }) => `${key}=${value}`);

test('say what a row is and where it came from', () => {
  expect(texts(standardHeaders('metrics', 'glassflow', { topic: 'in', partition: 0, offset: 0 }))).toEqual([
    'otelrows.signal=metrics',
    'otelrows.row_format=glassflow',
    'otelrows.schema_version=1',
    'otelrows.source.topic=in',
    'otelrows.source.partition=0',
    'otelrows.source.offset=0',
  ]);
});

test('name no source where there is none', () => {
  expect(texts(standardHeaders('logs', 'clickhouse'))).toEqual([
    'otelrows.signal=logs',
    'otelrows.row_format=clickhouse',
    'otelrows.schema_version=1',
  ]);
});

test('are UTF-8', () => {
  expect(header('name', 'ü').value).toEqual(Buffer.from([0xc3, 0xbc]));
});
