import { Unfinished } from '../errors.js';
import type { RunEvents } from '../observe/run-events.js';

/** Ctrl-C under npm or npx arrives twice at once, from the terminal and from them; nobody presses it twice so fast. */
const ECHO_MS = 500;

/** Under the 10 s that container platforms customarily leave between SIGTERM and SIGKILL. */
export const STOP_TIMEOUT_MS = 9_000;

export interface StopSignals {
  /** Aborted by the first SIGTERM or Ctrl-C: finish the running batch, begin no other. */
  stop: AbortSignal;
  /** Rejects when finishing takes longer than STOP_TIMEOUT_MS or a second signal comes. */
  outOfPatience: Promise<never>;
}

/**
 * Turns SIGTERM and Ctrl-C into a wish to stop. Ending without finishing loses nothing: what is not committed is read
 * again.
 */
export function stopOnSignals(events: Pick<RunEvents, 'stopping'>): StopSignals {
  const stop = new AbortController();
  let firstAt = 0;
  const outOfPatience = new Promise<never>((_, reject) => {
    const giveUp = (why: string) =>
      reject(
        new Unfinished(
          `${why}: ending without finishing the batch; what is not committed will be read again.`,
        ),
      );
    const onSignal = (signal: NodeJS.Signals) => {
      if (stop.signal.aborted) {
        if (performance.now() - firstAt > ECHO_MS) giveUp(`A second ${signal}`);
        return;
      }
      firstAt = performance.now();
      events.stopping(signal === 'SIGINT' ? 'Ctrl-C' : signal);
      setTimeout(() => giveUp(`Not finished after ${STOP_TIMEOUT_MS / 1000} s`), STOP_TIMEOUT_MS).unref();
      stop.abort();
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
  return { stop: stop.signal, outOfPatience };
}
