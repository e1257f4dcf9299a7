import { readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, step } from './progress.mjs';

const SOURCES = ['src', 'proto', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
/** Written after a build that went well. */
const BUILT = 'dist/.built';

/** Compiles `src` to `dist` unless that is newer than everything it is made of. */
export async function build() {
  if (modified(BUILT) >= Math.max(...SOURCES.map(newest))) return;
  await step('build', async () => {
    const started = new Date();
    rmSync(BUILT, { force: true });
    await run('npm', ['run', '--silent', 'build']);
    writeFileSync(BUILT, '');
    // As of its start: what was edited meanwhile is not in it.
    utimesSync(BUILT, started, started);
  });
}

/** A folder's own time counts too: it changes when a file in it is removed. */
function newest(path) {
  const inside = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(path) : [];
  return Math.max(modified(path), ...inside.map(name => newest(join(path, name))));
}

/** In milliseconds; 0 when it does not exist. */
function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
