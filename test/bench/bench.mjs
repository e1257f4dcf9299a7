// Installs what is missing, compiles the benches and what they use of `src`, and runs one: npm run bench [-- NAME OPTIONS]
import { spawnSync } from 'node:child_process';

const needsKafka = ['kafka', 'bill'].includes(process.argv[2]);
for (const args of [
  ['deploy/setup/setup.mjs', needsKafka ? 'test' : 'build'],
  ['node_modules/typescript/bin/tsc', '-p', 'test/bench/tsconfig.json'],
]) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
await import('../../.cache/bench/test/bench/main.js');
