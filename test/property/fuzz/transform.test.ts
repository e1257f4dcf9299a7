import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { harmlessCases, hostileCases, rawBytes, twinCases } from './cases.js';
import { checkCase } from './check-case.js';
import type { FuzzCase } from './fuzz-case.js';
import { type HangWatch, watchForHangs } from './hang-watch.js';
import { largeCases } from './large-cases.js';
import type { Outcome } from './outcome.js';
import { assertInRounds, ROUNDS_TIMEOUT_MS } from './rounds.js';
import { FUZZ_MINUTES, FUZZ_SEED } from './settings.js';

// For every record, whatever it is, `checkCase` holds: it becomes rows or is poison with a reason, never anything else;
// the outcome is the same again and in all transforms; rows are valid; items are rows or filtered; a request that was
// accepted has the same rows in the other encoding; no prototype changes; and the transform comes back.

let watch: HangWatch;

beforeAll(() => {
  console.log(`fuzz seed ${FUZZ_SEED}: OTELROWS_FUZZ_SEED=${FUZZ_SEED} repeats this run`);
  watch = watchForHangs();
});

afterAll(() => watch.close());

/** @returns how many records became what. */
async function fuzz(
  cases: fc.Arbitrary<FuzzCase>,
  numRuns: number,
): Promise<Record<Outcome['kind'], number>> {
  const counts = { rows: 0, poison: 0 };
  const property = fc.property(cases, fuzzed => {
    counts[checkCase(fuzzed, watch).kind] += 1;
  });
  await assertInRounds(property, numRuns);
  if (FUZZ_MINUTES > 0) console.log(`${counts.rows} records became rows, ${counts.poison} were refused`);
  return counts;
}

describe('a record', { timeout: ROUNDS_TIMEOUT_MS }, () => {
  it('of any bytes holds what every record holds', async () => {
    const { poison } = await fuzz(rawBytes, 1200);
    expect(poison).toBeGreaterThan(0);
  });

  it('that is a request taken apart and put together wrongly does, too', async () => {
    const { rows, poison } = await fuzz(hostileCases, 1500);
    // Were nearly all refused, then little but the refusal would be tried.
    expect(rows).toBeGreaterThan(poison / 10);
    expect(poison).toBeGreaterThan(rows / 10);
  });

  it('of half a megabyte of the same small thing does, too', async () => {
    const { poison } = await fuzz(largeCases, 12);
    expect(poison).toBeGreaterThan(0);
  });

  it('that is the same request in another writing has the same rows', async () => {
    const { rows, poison } = await fuzz(harmlessCases, 1000);
    expect(rows).toBeGreaterThan(0);
    expect(poison).toBe(0);
  });

  it('that is any request has the same rows in the other encoding', async () => {
    const { rows } = await fuzz(twinCases, 700);
    expect(rows).toBeGreaterThan(0);
  });
});
