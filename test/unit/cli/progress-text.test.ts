import { expect, test } from 'vitest';
import { durationText, progressOf, progressText } from '../../../src/cli/replay/progress-text.js';

test('shows how far it is, how fast and how long it will take', () => {
  const progress = progressOf(10_000, 130_000, 0);
  progress.committed(30_000, 10_000);
  expect(progressText(progress.at(10_000, 400_000))).toBe(
    '23.0 %, 30,000 of 130,000 offsets, 2,000/s, 50 s left',
  );
});

test('says nothing of the time left before anything is done, and 100 % only at the end', () => {
  const at = (before: number, done: number, all: number) => {
    const progress = progressOf(before, all, 0);
    if (done > before) progress.committed(done, 1000);
    return progressText(progress.at(1000, 0));
  };
  expect(at(10, 10, 100)).toBe('10.0 %, 10 of 100 offsets, 0/s');
  expect(at(0, 99_999, 100_000)).toMatch(/^99\.9 %/);
  expect(at(0, 0, 0)).toMatch(/^100\.0 %/);
});

test('between two commits the time left shrinks, and is not known once the next one is overdue', () => {
  const progress = progressOf(0, 100, 0);
  progress.committed(10, 1000);
  const left = [1000, 5000, 9999, 10_001, 60_000].map(nowMs => progress.at(nowMs, 200).secondsLeft);
  expect(left).toEqual([9, 5, expect.closeTo(0.001), null, null]);
});

test('held to a rate, what was sent at once in the beginning does not make the rest look short', () => {
  // One record of 1,000 rows at once, at 100 rows a second: each of the others takes ten seconds.
  const progress = progressOf(0, 100, 0, 100);
  progress.committed(1, 500);
  const left = [500, 5000, 10_000].map(nowMs => progress.at(nowMs, 1000).secondsLeft);
  expect(left).toEqual([990, 985.5, 980.5]);
  progress.committed(2, 10_500);
  expect(progress.at(10_500, 2000).secondsLeft).toBe(980);
});

test.each([
  [0.2, '1 s'],
  [59.5, '1 min 0 s'],
  [132, '2 min 12 s'],
  [11_100, '3 h 5 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
