import { expect, test } from 'vitest';
import { CRASHES_IN_A_ROW_MAX, restartPolicy } from '../../../../src/stream/workers/restart-policy.js';

const atStart = { livedMs: 300, committed: false };

test('a crashed worker is started again soon, then later, then not at all', () => {
  const policy = restartPolicy();
  const waits = Array.from({ length: CRASHES_IN_A_ROW_MAX }, () => policy.next(atStart));
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000, null]);
});

test.each([
  ['committed something', { livedMs: 300, committed: true }],
  ['lived for a while', { livedMs: 10_000, committed: false }],
])('one that %s may be killed for ever', (_, crash) => {
  const policy = restartPolicy();
  for (let count = 0; count < 100; count += 1) expect(policy.next(crash)).toBe(250);
});

test('getting somewhere begins a new row', () => {
  const policy = restartPolicy();
  policy.next(atStart);
  policy.next(atStart);
  policy.next({ livedMs: 300, committed: true });
  expect(policy.next(atStart)).toBe(500);
});
