import { expect, it } from 'vitest';
import { describeSteps } from '../../../src/cli/check/describe-steps.js';
import type { Look } from '../../../src/cli/check/look-at-record.js';

const look = (name: string, done: object, failedItems: object[] = []): Look =>
  ({
    kind: 'items',
    signal: 'traces',
    encoding: 'otlp_json',
    itemCount: 5,
    filteredCount: 0,
    steps: {
      tallies: [{ name, matched: 0, changed: 0, dropped: 0, failed: 0, ...done }],
      failedItems,
    },
  }) as Look;

const told = (...looks: Look[]) => describeSteps(looks).map(({ level, text }) => `${level} ${text}`);

it('adds up what each did, and warns of those that are for nothing', () => {
  expect(told({ kind: 'empty' })).toEqual([]);
  expect(told(look('set', { matched: 3, changed: 1 }), look('set', { matched: 2, dropped: 2 }))).toEqual([
    'ok set: is for 5 of 10 items; changed 1, dropped 2',
  ]);
  expect(told(look('keep', { matched: 3 }))).toEqual(['ok keep: is for 3 of 5 items']);
  expect(told(look('typo', {}))).toEqual(['warning typo: is for none of the 5 items that were read']);
});

it('says why one failed', () => {
  const failed = { itemIndex: 1, kind: 'traces', step: 'code', reason: 'rule_failed', message: 'no number' };
  expect(told(look('code', { matched: 3, failed: 1 }, [failed]))).toEqual([
    'warning code: is for 3 of 5 items; failed at 1, which become dead letters: no number',
  ]);
});
