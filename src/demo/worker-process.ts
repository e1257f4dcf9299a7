import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/schema.js';
import { Fatal } from '../errors.js';
import { spawnGuarded } from './broker/guarded-process.js';

const STOP_GRACE_MS = 10_000;

export interface WorkerProcess {
  /** Rejects with a `Fatal` when the worker ends before it is stopped. */
  endedByItself: Promise<never>;
  /** As SIGTERM does: the worker finishes its transaction and leaves the group. */
  stop(): Promise<void>;
}

/** Starts `otelrows run` with a config, as a process of its own. Its log is in `scratchDir`. */
export async function startWorkerProcess(config: Config, scratchDir: string): Promise<WorkerProcess> {
  const configFile = join(scratchDir, 'worker.json');
  const logFile = join(scratchDir, 'worker.log');
  await writeFile(configFile, JSON.stringify(config, null, 2));
  // Settings in the environment are the user's for a worker of his own.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('OTELROWS_')),
  );
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  const worker = spawnGuarded([process.execPath, main, 'run', '--config', configFile], {
    logFile,
    env,
    scratchDir,
  });

  let stopping = false;
  const endedByItself = worker.ended.then(async exitCode => {
    if (stopping) return new Promise<never>(() => {});
    const log = await readFile(logFile, 'utf8');
    throw new Fatal(`The worker ended with exit code ${exitCode}. The end of its log:\n${log.slice(-2000)}`);
  });
  // Whoever waits for the worker is told; nobody waits all the time.
  endedByItself.catch(() => undefined);
  return {
    endedByItself,
    stop: async () => {
      stopping = true;
      await worker.end('SIGTERM', STOP_GRACE_MS);
    },
  };
}
