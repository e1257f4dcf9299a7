import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built command as a user would, and waits for its end. The environment holds no settings but those given. */
export function otelrows(
  args: readonly string[],
  { env = {}, input, cwd }: { env?: Record<string, string>; input?: string | Buffer; cwd?: string } = {},
): Ended {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTELROWS_'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    env: { ...Object.fromEntries(inherited), ...env },
    maxBuffer: 256 * 1024 * 1024,
    ...(input === undefined ? {} : { input }),
    ...(cwd === undefined ? {} : { cwd }),
  });
  return { exitCode: status, stdout, stderr };
}
