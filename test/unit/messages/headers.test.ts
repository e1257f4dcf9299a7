import { expect, test } from 'vitest';
import { header, rowHeaders, sameHeaders, standardHeaders } from '../../../src/messages/headers.js';
import { record } from '../../support/scripted-kafka.js';

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

test('are copied of the record, those that were chosen, all of them and in their order', () => {
  const source = record(0, 3, {
    headers: [
      header('tenant', 'a'),
      header('traceparent', '00-1'),
      header('Tenant', 'b'),
      header('other', 'c'),
      header('tenant', 'd'),
      header('large', 'x'.repeat(4097)),
      header('full', 'x'.repeat(4096)),
    ],
  });
  const copy_headers = ['tenant', 'traceparent', 'large', 'full', 'missing'];
  const none = rowHeaders({ headers: 'none', copy_headers, row_format: 'clickhouse' });
  const copied = ['tenant=a', 'traceparent=00-1', 'tenant=d', `full=${'x'.repeat(4096)}`];
  expect(texts([...(none('logs', source) ?? [])])).toEqual(copied);
  const standard = rowHeaders({ headers: 'standard', copy_headers, row_format: 'clickhouse' });
  expect(texts([...(standard('logs', source) ?? [])])).toEqual([
    ...texts(standardHeaders('logs', 'clickhouse', source)),
    ...copied,
  ]);
  expect(none('logs', record(0, 0))).toBeUndefined();
  expect(
    rowHeaders({ headers: 'none', copy_headers: [], row_format: 'clickhouse' })('logs', source),
  ).toBeUndefined();
});

test('of two messages are the same or not', () => {
  const [a, b] = [header('a', '1'), header('b', '2')];
  expect(sameHeaders(undefined, [])).toBe(true);
  expect(sameHeaders([a, b], [header('a', '1'), header('b', '2')])).toBe(true);
  for (const other of [[], [a], [b, a], [a, header('b', '3')], [a, b, b], undefined])
    expect(sameHeaders([a, b], other)).toBe(false);
});
