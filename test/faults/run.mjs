// Installs what is missing, compiles the fault suite and what it uses of `src`, and runs it: npm run faults -- --help
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';

const OUT = '.cache/faults';

for (const command of [
  [process.execPath, 'deploy/setup/setup.mjs', 'test'],
  [process.execPath, 'node_modules/typescript/bin/tsc', '-p', 'test/faults/tsconfig.json'],
]) {
  const [program, ...args] = command;
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
// `src` finds these beside itself.
cpSync('proto', `${OUT}/proto`, { recursive: true });
await import(`../../${OUT}/test/faults/main.js`);
