import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testBroker } from '../support/broker.js';

let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'otelrows-test-'));
});
afterEach(() => rmSync(temporary, { recursive: true, force: true }));

interface Run {
  process: ChildProcess;
  output(): string;
  /** Resolves when the output holds the text. */
  shows(text: string): Promise<void>;
  exitCode: Promise<number | null>;
}

/** Starts the demo with a temporary folder of its own, so that what it leaves behind is seen. */
function startDemo(...args: string[]): Run {
  const child = spawn(process.execPath, ['dist/main.js', 'demo', ...args], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk));
  const exitCode = once(child, 'exit').then(([code]) => code as number | null);
  return {
    process: child,
    output: () => output,
    shows: async text => {
      while (!output.includes(text)) {
        await Promise.race([once(child.stdout, 'data'), exitCode]);
        if (child.exitCode !== null && !output.includes(text))
          throw new Error(`It ended without "${text}":\n${output}`);
      }
    },
    exitCode,
  };
}

test('on given brokers, every item becomes one row, the queries have answers, and nothing is left here', async () => {
  const demo = startDemo('--brokers', testBroker(), '--spans', '1000', '--seed', '7');

  expect(await demo.exitCode, demo.output()).toBe(0);
  expect(demo.output()).toMatch(/spans +1,000 +1,000 {2}equal/);
  expect(demo.output()).toMatch(/log records +(\d+) +\1 {2}equal/);
  expect(demo.output()).toMatch(/metric data points +([\d,]+) +\1 {2}equal/);
  expect(demo.output()).toContain('seed 7');
  expect(demo.output()).toMatch(/frontend +POST \/checkout +\d+/);
  expect(demo.output()).toMatch(/DEBUG +\d+/);
  expect(demo.output()).toMatch(/all begin with otelrows-demo-[0-9a-f]{6}-/);
  expect(readdirSync(temporary)).toEqual([]);
});

test.each([
  ['while its parts start', 'SIGINT', 'Starting Kafka', 130],
  ['while rows are stored', 'SIGINT', 'rows stored', 130],
  ['while rows are stored', 'SIGTERM', 'rows stored', 143],
] as const)('stopped %s by %s it ends and leaves nothing', async (_, signal, moment, exitCode) => {
  const demo = startDemo('--brokers', testBroker(), '--spans', '50000');
  await demo.shows(moment);

  demo.process.kill(signal);

  expect(await demo.exitCode, demo.output()).toBe(exitCode);
  expect(demo.output()).toContain('Nothing is left behind');
  expect(readdirSync(temporary)).toEqual([]);
});

test('brokers that do not answer are named, in one line', async () => {
  const demo = startDemo('--brokers', '127.0.0.1:1');

  expect(await demo.exitCode).toBe(1);
  expect(demo.output()).toMatch(/error: .*127\.0\.0\.1:1/);
  expect(demo.output()).not.toContain('    at ');
});
