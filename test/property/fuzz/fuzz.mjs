// Fuzzes the transform for as long as is wanted: `npm run fuzz -- [--minutes N] [--seed N]`. Without a seed it is another one
// each time, also for all other property tests, of which one round each is run.

import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const env = {
  ...process.env,
  OTELROWS_FUZZ_MINUTES: values.minutes,
  OTELROWS_FUZZ_SEED: values.seed,
};
// npm puts vitest on the path.
const { status, error } = spawnSync('vitest', ['run', '--project', 'unit', 'test/property'], {
  stdio: 'inherit',
  env,
});
if (error) console.error(`${error.message}. Call it by: npm run fuzz -- [--minutes N] [--seed N]`);
process.exit(status ?? 1);
