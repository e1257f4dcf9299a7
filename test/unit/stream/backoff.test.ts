import { describe, expect, test } from 'vitest';
import { exponentialBackoff } from '../../../src/stream/backoff.js';

const waits = (backoff: ReturnType<typeof exponentialBackoff>, count: number) =>
  Array.from({ length: count }, () => backoff.next());

describe('waits', () => {
  test('double from the first to the longest', () => {
    expect(waits(exponentialBackoff({ initialMs: 100, maxMs: 1000 }), 6)).toEqual([
      100, 200, 400, 800, 1000, 1000,
    ]);
  });

  test('begin anew after a success', () => {
    const backoff = exponentialBackoff({ initialMs: 100, maxMs: 1000 });
    waits(backoff, 3);
    backoff.reset();
    expect(waits(backoff, 2)).toEqual([100, 200]);
  });
});

describe('time of failing', () => {
  test('counts from the first failure after a success', () => {
    let now = 1000;
    const backoff = exponentialBackoff({ initialMs: 1, maxMs: 1 }, () => now);
    expect(backoff.elapsedMs()).toBe(0);

    now = 2000;
    backoff.next();
    now = 2500;
    backoff.next();
    expect(backoff.elapsedMs()).toBe(500);

    backoff.reset();
    now = 9000;
    expect(backoff.elapsedMs()).toBe(0);
    backoff.next();
    expect(backoff.elapsedMs()).toBe(0);
  });

  test('a first failure at time 0 is a failure', () => {
    let now = 0;
    const backoff = exponentialBackoff({ initialMs: 1, maxMs: 1 }, () => now);
    backoff.next();
    now = 70;
    expect(backoff.elapsedMs()).toBe(70);
  });
});
