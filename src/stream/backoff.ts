/** Growing waits between attempts: doubled after each failure, back to the start after a success. */
export interface Backoff {
  /** Milliseconds to wait before the next attempt. */
  next(): number;
  reset(): void;
  /** Milliseconds since the first failure after the last `reset`; 0 before one. */
  elapsedMs(): number;
}

export function exponentialBackoff(
  { initialMs, maxMs }: { initialMs: number; maxMs: number },
  now: () => number = Date.now,
): Backoff {
  let waitMs = initialMs;
  let failingSince: number | null = null;
  return {
    next: () => {
      failingSince ??= now();
      const current = waitMs;
      waitMs = Math.min(waitMs * 2, maxMs);
      return current;
    },
    reset: () => {
      waitMs = initialMs;
      failingSince = null;
    },
    elapsedMs: () => (failingSince === null ? 0 : now() - failingSince),
  };
}
