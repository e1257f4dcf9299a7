import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { FUZZ_MINUTES, FUZZ_SEED } from './settings.js';

/** Tests that share the minutes of a long run. */
const TESTS = 6;

/** In a long run a round, or the shrinking of what it found, ends early rather than hold up the others. */
const ROUND_MS_MAX = 60_000;

/** For vitest: a test that is fuzzed for minutes takes them. The one round of the test suite is done whole, however slow. */
export const ROUNDS_TIMEOUT_MS: number = FUZZ_MINUTES * 60_000 + 10 * ROUND_MS_MAX;

/**
 * Checks a property with one seed, and in a long run with the seeds after it until its share of the minutes is over.
 * @throws Error with the seed, the path and the shrunk counterexample of the first failure.
 */
export async function assertInRounds<T>(
  property: fc.IProperty<T> | fc.IAsyncProperty<T>,
  numRuns: number,
): Promise<void> {
  const until = performance.now() + (FUZZ_MINUTES / TESTS) * 60_000;
  let seed = FUZZ_SEED;
  do {
    const bound = FUZZ_MINUTES > 0 ? { interruptAfterTimeLimit: ROUND_MS_MAX } : {};
    await fc.assert(property, { seed, numRuns, ...bound });
    seed += 1;
    await setImmediate(); // Lets the test runner hear from this process.
  } while (performance.now() < until);
}
