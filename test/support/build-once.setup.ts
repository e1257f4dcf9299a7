import { spawnSync } from 'node:child_process';

/** Tests that run the command run `dist/main.js`, so it must be what `src` says now. Nothing is done when it is. */
export default function buildOnce(): void {
  const build = spawnSync(process.execPath, ['deploy/setup/setup.mjs', 'build'], { stdio: 'inherit' });
  if (build.status !== 0) throw new Error('the build failed, so there is no command to test');
}
