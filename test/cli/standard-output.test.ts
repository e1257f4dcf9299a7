import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';

it('that cannot be written is a failure, and is told', () => {
  // Open for reading only, which fails as a full disk does.
  const unwritable = openSync('package.json', 'r');
  try {
    const { status, stderr } = spawnSync(process.execPath, ['dist/main.js', 'settings'], {
      encoding: 'utf8',
      stdio: ['ignore', unwritable, 'pipe'],
    });
    expect(stderr).toMatch(/^error: standard output: EBADF.*\n$/);
    expect(status).toBe(1);
  } finally {
    closeSync(unwritable);
  }
});
