import { spawnSync } from 'node:child_process';

/** Tests that run the command run `dist/main.js`, so it must be what `src` says now. Nothing is done when it is. */
export default function buildOnce(): void {
  const build = spawnSync(process.execPath, ['deploy/setup/setup.mjs', 'build'], { stdio: 'inherit' });
  // The compiler emits all the same, and tests of one part need not wait for the types of another.
  if (build.status !== 0) process.stderr.write('The build found errors; the tests run what it emitted\n');
}
