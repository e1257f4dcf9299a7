/** How many times something happened since it was last told of; 0 keeps still. */
export type NowAndThen = (what: string, times: number) => number;

/**
 * For what may happen with every record: the first time is told at once, and then no more often than `intervalMs`, with
 * how often it was since.
 *
 * @param nowMs a clock that only goes forward.
 */
export function nowAndThen(intervalMs: number, nowMs = () => performance.now()): NowAndThen {
  const told = new Map<string, { atMs: number; untold: number }>();
  return (what, times) => {
    const last = told.get(what);
    const untold = (last?.untold ?? 0) + times;
    if (last && nowMs() - last.atMs < intervalMs) {
      last.untold = untold;
      return 0;
    }
    told.set(what, { atMs: nowMs(), untold: 0 });
    return untold;
  };
}
