import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countItems, formatItems, hasItem, parseItems, rangesOf } from '../../../src/messages/item-ranges.js';

test.each([
  [[], ''],
  [[0], '0'],
  [[3, 17, 49], '3,17,49'],
  [[0, 1, 2, 3, 4, 7], '0-4,7'],
  [[1, 2, 4, 5], '1-2,4-5'],
])('items %j are written as %j', (items, text) => {
  expect(formatItems(rangesOf(items))).toBe(text);
});

test('lists of single items, as dead-letter records had them once, are read as well', () => {
  expect(parseItems('0,1,2')).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
  ]);
});

test('what is written and read back holds the same items', () => {
  const itemSets = fc.uniqueArray(fc.nat(60), { maxLength: 60 });
  fc.assert(
    fc.property(itemSets, items => {
      const ranges = parseItems(formatItems(rangesOf(items.sort((a, b) => a - b))));
      const found = Array.from({ length: 62 }, (_, index) => index).filter(index => hasItem(ranges, index));
      expect(found).toEqual(items);
      expect(countItems(ranges)).toBe(items.length);
    }),
  );
});
