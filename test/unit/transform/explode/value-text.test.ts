import { describe, expect, it } from 'vitest';
import type { AnyValue } from '../../../../src/transform/decode/otlp.js';
import { glassflowValueText, valueText } from '../../../../src/transform/explode/value-text.js';

const array = (...values: AnyValue[]): AnyValue => ({ arrayValue: { values } });
const map = (...members: [string, AnyValue?][]): AnyValue => ({
  kvlistValue: { values: members.map(([key, value]) => (value ? { key, value } : { key })) },
});
const bytes = { bytesValue: Buffer.from([0, 255, 16]) };
const noBytes = { bytesValue: Buffer.alloc(0) };

describe('the text of a value', () => {
  it.each<[string, AnyValue | undefined, string, string]>([
    ['a missing value', undefined, '', 'null'],
    ['an empty value', {}, '', 'null'],
    ['a string', { stringValue: '<"\u2028' }, '<"\u2028', '<"\u2028'],
    ['an empty string', { stringValue: '' }, '', ''],
    ['false', { boolValue: false }, 'false', 'false'],
    ['the least integer', { intValue: -(2n ** 63n) }, '-9223372036854775808', '-9223372036854775808'],
    ['minus zero', { doubleValue: -0 }, '-0', '-0'],
    ['NaN', { doubleValue: Number.NaN }, 'NaN', ''],
    ['an infinity', { doubleValue: Number.NEGATIVE_INFINITY }, '-Infinity', ''],
    ['bytes', bytes, 'AP8Q', '00ff10'],
    ['no bytes', noBytes, '', ''],
    ['an empty array', array(), '[]', '[]'],
    ['an empty map', map(), '{}', '{}'],
    [
      'nested values',
      array({ intValue: 1n }, {}, bytes, map(['k'])),
      '[1,null,"AP8Q",{"k":null}]',
      '[1,null,"AP8Q",{"k":null}]',
    ],
    ['no bytes inside', map(['k', array(noBytes)]), '{"k":[null]}', '{"k":[null]}'],
    ['markup inside', array({ stringValue: '<&>' }), '["<&>"]', '["\\u003c\\u0026\\u003e"]'],
    ['line separators inside', array({ stringValue: '\u2028' }), '["\\u2028"]', '["\\u2028"]'],
    ['NaN anywhere inside', map(['a', array({ doubleValue: Number.NaN })]), '', ''],
  ])('%s', (_, value, clickhouse, glassflow) => {
    expect(valueText(value)).toBe(clickhouse);
    expect(glassflowValueText(value)).toBe(glassflow);
  });

  it('sorts the members of a map by the bytes of their keys and keeps the last of equal ones', () => {
    const value = map(
      ['\u{1f600}', { intValue: 4n }],
      ['\uff61', { intValue: 3n }],
      ['__proto__', { doubleValue: Number.NaN }],
      ['10', { intValue: 1n }],
      ['9', { intValue: 2n }],
      ['__proto__', { boolValue: true }],
    );
    expect(valueText(value)).toBe('{"10":1,"9":2,"__proto__":true,"\uff61":3,"\u{1f600}":4}');
  });
});
