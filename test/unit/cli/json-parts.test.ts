import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonParts } from '../../../src/cli/convert/json-parts.js';
import { prettyJson } from '../../../src/cli/convert/pretty-json.js';

describe('jsonParts', () => {
  it('keeps every digit and every one of equal keys', () => {
    expect(jsonParts('{"a":18446744073709551615,"a":-0,"b":{"c":[1,"}"]}}')).toEqual([
      { key: 'a', value: '18446744073709551615' },
      { key: 'a', value: '-0' },
      { key: 'b', value: '{"c":[1,"}"]}' },
    ]);
  });

  it('takes JSON apart as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), (list, map) => {
        expect(jsonParts(JSON.stringify(list))?.map(({ value }) => value)).toEqual(
          list.map(item => JSON.stringify(item)),
        );
        expect(jsonParts(JSON.stringify(map))?.map(({ key, value }) => [key, value])).toEqual(
          Object.entries(map).map(([key, value]) => [key, JSON.stringify(value)]),
        );
      }),
    );
  });
});

describe('prettyJson', () => {
  it('is what JSON.stringify makes of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(prettyJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });
});
