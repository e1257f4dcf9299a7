import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnGuarded } from '../../../src/demo/broker/guarded-process.js';
import type { Case } from './cases.js';
import { type Contestant, commandOf, environmentOf, type Job } from './contestants.js';
import { type Cores, pinned } from './cores.js';
import { groupUsage, type Usage } from './process-usage.js';

export interface MeasuredProcess {
  usage(): Usage;
  /** @throws Error with the end of its log when it has ended. */
  assertRunning(): void;
  /** An error that ends with what the process logged last. */
  failure(what: string): Error;
  stop(): Promise<void>;
}

const STOP_GRACE_MS = 15_000;
const LOG_CHARS_SHOWN = 3_000;

/** Starts a contestant as users would start it. It never outlives this process. */
export function startMeasured(contestant: Contestant, of: Case, job: Job, cores: Cores): MeasuredProcess {
  const env = environmentOf(of, job);
  const logFile = join(job.dir, 'log');
  const child = spawnGuarded(pinned(commandOf(contestant), of.pinned ? cores.worker : cores.all), {
    logFile,
    env,
  });
  const failure = (what: string) =>
    new Error(`${contestant.name} ${what}:\n${readFileSync(logFile, 'utf8').slice(-LOG_CHARS_SHOWN)}`);
  return {
    usage: () => groupUsage(child.groupId),
    assertRunning: () => {
      if (child.hasEnded()) throw failure('has ended by itself');
    },
    failure,
    stop: () => child.end('SIGTERM', STOP_GRACE_MS),
  };
}
