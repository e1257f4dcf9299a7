/** Of the test suite, which has to decide the same each time. `npm run fuzz` takes another one each time. */
const SUITE_SEED = 20_261_130;

/** How this run of the fuzz tests goes: `npm run fuzz -- --seed N --minutes N`, or the same by environment variables. */
export const FUZZ_SEED: number = numberFrom('OTELROWS_FUZZ_SEED') ?? SUITE_SEED;

/** How long to go on; 0 = one round of each test, as the test suite does. */
export const FUZZ_MINUTES: number = numberFrom('OTELROWS_FUZZ_MINUTES') ?? 0;

function numberFrom(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Error(`${name} is no number: ${text}`);
  return value;
}
