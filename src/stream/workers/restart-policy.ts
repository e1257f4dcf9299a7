/** Lived so long, a worker did not fail at its start. */
const LONG_LIFE_MS = 10_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** With the waits between, about 25 s of nothing but crashes. */
export const CRASHES_IN_A_ROW_MAX = 8;

/** What is known of a worker that ended and was not told to. */
export interface Crash {
  livedMs: number;
  /** Whether it committed a batch in that time. */
  committed: boolean;
}

/** When to start a crashed worker again: soon, then later and later, then not at all. */
export interface RestartPolicy {
  /** @returns how long to wait; `null` when it has crashed too often in a row. */
  next(crash: Crash): number | null;
}

/**
 * Crashes count in a row while the worker gets nowhere. One that lived for a while or committed something may be killed as
 * often as someone likes: it costs nothing but its restart.
 */
export function restartPolicy(): RestartPolicy {
  let inARow = 0;
  return {
    next: ({ livedMs, committed }) => {
      if (committed || livedMs >= LONG_LIFE_MS) inARow = 0;
      inARow += 1;
      if (inARow >= CRASHES_IN_A_ROW_MAX) return null;
      return Math.min(FIRST_WAIT_MS * 2 ** (inARow - 1), LONGEST_WAIT_MS);
    },
  };
}
