import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_INTERVAL_MS = 50;
/** For looks that connect to brokers anew. */
export const COSTLY_LOOK_INTERVAL_MS = 1_000;

/** For workers to share partitions and commit. Says nothing of the product: on a busy machine, processes start slowly. */
export const START_TIMEOUT_MS = 180_000;

/** Looks again and again until the condition holds. @returns false when it did not within `timeoutMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  intervalMs = LOOK_INTERVAL_MS,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) return false;
    await sleep(intervalMs);
  }
  return true;
}
