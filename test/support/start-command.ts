import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Settings } from './worker.js';

export interface RunningCommand {
  process: ChildProcess;
  /** What it has written so far. */
  stdout(): string;
  stderr(): string;
  /** The exit code, or the signal that ended it; everything that it wrote is there then. */
  ended: Promise<number | NodeJS.Signals>;
}

/** Runs `otelrows COMMAND ARGS` with the settings in a file. It is killed if it still runs at the test's end. */
export function startCommand(
  command: string,
  settings: Settings,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): RunningCommand {
  const folder = mkdtempSync(join(tmpdir(), 'otelrows-test-'));
  const file = join(folder, 'otelrows.json');
  writeFileSync(file, JSON.stringify(settings));
  const child = spawn(process.execPath, ['dist/main.js', command, ...args, '--config', file], { env });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<number | NodeJS.Signals>(resolve => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 0));
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  return { process: child, stdout: () => stdout, stderr: () => stderr, ended };
}
