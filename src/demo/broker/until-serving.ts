import { appendFile, readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardedProcess } from './guarded-process.js';

const TIMEOUT_MS = 120_000;
const POLL_INTERVAL_MS = 50;

/** Logged when the broker is registered, unfenced and serving; earlier, its port is open but requests wait. */
const SERVING_LINE = 'Kafka Server started';

/**
 * Starts a broker whose output goes to `logFile` and resolves when it serves.
 * @throws Error that ends with the broker's log when it ends instead, or the signal's reason.
 */
export async function startAndAwaitServing(
  start: () => GuardedProcess,
  logFile: string,
  signal?: AbortSignal,
): Promise<GuardedProcess> {
  await appendFile(logFile, '');
  const logStart = (await stat(logFile)).size;
  const broker = start();
  const deadline = Date.now() + TIMEOUT_MS;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const log = (await readFile(logFile)).subarray(logStart).toString('utf8');
      if (log.includes(SERVING_LINE)) return broker;
      if (broker.hasEnded()) throw new Error(`Kafka ended before it served. ${endOf(log)}`);
      if (Date.now() > deadline) {
        throw new Error(`Kafka did not serve within ${TIMEOUT_MS / 1000} s. ${endOf(log)}`);
      }
      await sleep(POLL_INTERVAL_MS);
    }
  } catch (error) {
    await broker.end('SIGKILL', 0);
    throw error;
  }
}

function endOf(log: string): string {
  return `The end of its log:\n${log.slice(-4000)}`;
}
