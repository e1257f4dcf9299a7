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
for (const args of [
  ['deploy/setup/setup.mjs', 'build'],
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', 'test/property'],
]) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}
