import { INTERRUPTED_BY } from './failure.js';

/**
 * A signal that is aborted when the user interrupts the command, which the exit code then says. Who interrupts it once more does not
 * want to wait.
 */
export function stopOnInterrupt(): AbortSignal {
  const stop = new AbortController();
  for (const [signal, exitCode] of Object.entries(INTERRUPTED_BY)) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(exitCode);
      process.exitCode = exitCode;
      stop.abort();
    });
  }
  return stop.signal;
}
