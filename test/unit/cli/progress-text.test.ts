import { expect, test } from 'vitest';
import { durationText, progressText } from '../../../src/cli/replay/progress-text.js';

test('shows how far it is, how fast and how long it will take', () => {
  expect(progressText(30_000, 10_000, 130_000, 10_000)).toBe(
    '23.0 %, 30,000 of 130,000 records, 2,000/s, 50 s left',
  );
});

test('says nothing of the time left before anything is done, and 100 % only at the end', () => {
  expect(progressText(10, 10, 100, 0)).toBe('10.0 %, 10 of 100 records, 0/s');
  expect(progressText(99_999, 0, 100_000, 1000)).toMatch(/^99\.9 %/);
  expect(progressText(0, 0, 0, 0)).toMatch(/^100\.0 %/);
});

test.each([
  [0.2, '1 s'],
  [59.5, '1 min 0 s'],
  [132, '2 min 12 s'],
  [11_100, '3 h 5 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
