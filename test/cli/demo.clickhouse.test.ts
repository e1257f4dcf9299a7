import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const demo = (...args: string[]) =>
  spawnSync(process.execPath, ['dist/main.js', 'demo', '--broker', 'mock', '--spans', '500', ...args], {
    encoding: 'utf8',
  });

test('without any broker, the mock cluster serves, and the demo says what that does not show', () => {
  const { status, stdout, stderr } = demo();

  expect(status, stdout + stderr).toBe(0);
  expect(stdout).toMatch(/spans +500 +500 {2}equal/);
  expect(stdout).toContain('exactly-once was not exercised');
});

test('with --encoding native ClickHouse reads blocks, and the demo says what that saved', () => {
  const { status, stdout, stderr } = demo('--encoding', 'native');

  expect(status, stdout + stderr).toBe(0);
  expect(stdout).toMatch(/spans +500 +500 {2}equal/);
  const [, rows, messages] = /read the ([\d,]+) rows from ([\d,]+) messages/.exec(stdout) ?? [];
  const number = (text = '') => Number(text.replaceAll(',', ''));
  expect(number(rows)).toBeGreaterThan(number(messages));
  const bytes = (encoding: string) => Number(new RegExp(`^ +${encoding} +([\\d.]+)`, 'm').exec(stdout)?.[1]);
  expect(bytes('native')).toBeGreaterThan(0);
  expect(bytes('native')).toBeLessThan(bytes('json'));
});
