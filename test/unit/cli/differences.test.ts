import { expect, test } from 'vitest';
import { align } from '../../../src/cli/rows/align.js';
import { differencesOf, pathText } from '../../../src/cli/rows/differences.js';

const paths = (...[before, after, members]: Parameters<typeof differencesOf>) =>
  differencesOf(before, after, members).map(({ at }) => pathText(at));

test('values differ down to members of maps and elements of lists', () => {
  const before = { a: 1, map: { x: 1, 'y.z': 2, gone: 3 }, list: [{ n: 1 }, { n: 2 }], short: [1] };
  const after = { a: '1', map: { x: 2, 'y.z': 2, come: 3 }, list: [{ n: 1 }, { n: 3 }], short: [1, 2] };
  expect(paths(before, after)).toEqual(['map.x', 'map.gone', 'map.come', 'list[1].n', 'short']);
  expect(paths(before, after, 'of_first')).toEqual(['map.x', 'map.gone', 'list[1].n', 'short']);
});

test('null is nothing, and an attribute may have the name of a property of objects', () => {
  expect(paths({ a: null }, {})).toEqual([]);
  expect(paths({ constructor: 'x' }, {})).toEqual(['constructor']);
});

test('as many elements as possible belong to the same', () => {
  const texts = (before: string, after: string) =>
    align(before.length, after.length, (i, j) => before[i] === after[j]).map(pair => [
      pair.before === null ? '-' : before[pair.before],
      pair.after === null ? '-' : after[pair.after],
    ]);
  expect(texts('abcd', 'acxd').map(pair => pair.join(''))).toEqual(['aa', 'b-', 'cc', '-x', 'dd']);
  expect(texts('ab', 'xyz').map(pair => pair.join(''))).toEqual(['ax', 'by', '-z']);
});
