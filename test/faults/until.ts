import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_INTERVAL_MS = 50;

/** Looks again and again until the condition holds. @returns false when it did not within `timeoutMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) return false;
    await sleep(LOOK_INTERVAL_MS);
  }
  return true;
}
