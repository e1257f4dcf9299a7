import { expect, test } from 'vitest';
import { parseCores, pinned } from './cores.js';

test('reads lists of cores as taskset prints them', () => {
  expect(parseCores('0,1\n')).toEqual([0, 1]);
  expect(parseCores('0,2-4,7')).toEqual([0, 2, 3, 4, 7]);
  expect(parseCores('')).toEqual([]);
});

test('leaves a command as it is where nothing can be pinned', () => {
  expect(pinned(['node', 'x.js'], null)).toEqual(['node', 'x.js']);
  expect(pinned(['node', 'x.js'], '0')).toEqual(['taskset', '-c', '0', 'node', 'x.js']);
});
