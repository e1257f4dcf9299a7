import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('without any broker, the mock cluster serves, and the demo says what that does not show', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['dist/main.js', 'demo', '--broker', 'mock', '--spans', '500'],
    { encoding: 'utf8' },
  );

  expect(status, stdout + stderr).toBe(0);
  expect(stdout).toMatch(/spans +500 +500 {2}equal/);
  expect(stdout).toContain('exactly-once was not exercised');
});
