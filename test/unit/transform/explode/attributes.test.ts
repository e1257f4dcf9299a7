import { expect, it } from 'vitest';
import { serviceNameOf } from '../../../../src/transform/explode/attributes.js';
import { SHAPES } from '../../../../src/transform/explode/shapes.js';

const attributes = [
  { key: 'b', value: { intValue: 1n } },
  { key: '\u{1f600}', value: { stringValue: 'after \uff61' } },
  { key: 'a', value: { boolValue: true } },
  { key: '\uff61', value: { stringValue: 'before an emoji' } },
  { key: 'b', value: { intValue: 0n } },
  { key: '', value: {} },
];

it('clickhouse sorts by bytes and keeps equal keys in their order', () => {
  expect(SHAPES.clickhouse.attributes(attributes)).toStrictEqual([
    ['', ''],
    ['a', 'true'],
    ['b', '1'],
    ['b', '0'],
    ['\uff61', 'before an emoji'],
    ['\u{1f600}', 'after \uff61'],
  ]);
});

it('glassflow keeps the last of equal keys', () => {
  expect(SHAPES.glassflow.attributes(attributes)).toStrictEqual([
    ['', 'null'],
    ['a', 'true'],
    ['b', '0'],
    ['\uff61', 'before an emoji'],
    ['\u{1f600}', 'after \uff61'],
  ]);
});

it('the service name is the first of several', () => {
  const named = (...names: string[]) =>
    names.map(stringValue => ({ key: 'service.name', value: { stringValue } }));
  expect(serviceNameOf(named('first', 'second'))).toBe('first');
  expect(serviceNameOf([])).toBe('');
  expect(serviceNameOf([{ key: 'service.name' }])).toBe('');
});
