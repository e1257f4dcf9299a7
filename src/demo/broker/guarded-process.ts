import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/**
 * A shell starts the program and a watcher, and waits for the program. The watcher reads the pipe that is the shell's
 * standard input: a line is a signal to pass on, the end of the pipe means that this process is gone, however it went.
 * A handler in this process could not see to that: nothing runs in it after `kill -9`. The watcher ignores the shell's
 * SIGTERM while it cleans up, and both are waited for, so nothing is left behind as a zombie.
 */
const GUARD = `
scratch=$1; shift
exec 3<&0
"$@" </dev/null 3<&- & program=$!
(
  while read -r signal <&3; do kill -s "$signal" $program; done
  trap '' TERM
  kill -s KILL $program
  [ -z "$scratch" ] || rm -rf "$scratch"
) >/dev/null 2>&1 & watcher=$!
wait $program; status=$?
kill $watcher 2>/dev/null; wait $watcher
exit $status
`;

export interface GuardedProcess {
  /** The process group of the program and of what it starts; 0 when it could not be started. */
  groupId: number;
  /** Resolves when the program has ended, with its exit code (128 + signal when a signal ended it). */
  ended: Promise<number>;
  hasEnded(): boolean;
  /** Does nothing once the program has ended. */
  signal(signal: NodeJS.Signals): void;
  /** Sends `signal`, then SIGKILL after `graceMs`, and resolves when the program has ended. */
  end(signal: NodeJS.Signals, graceMs: number): Promise<void>;
}

export interface GuardedOptions {
  /** Receives standard output and error, appended. */
  logFile: string;
  env?: NodeJS.ProcessEnv;
  /** A folder of the program's, removed when this process dies without ending the program. */
  scratchDir?: string;
}

/**
 * Starts a program that never outlives this process, not even when this process is killed. It has a process group of
 * its own, so that Ctrl-C reaches only this process, which can then stop things in order.
 */
export function spawnGuarded(command: readonly string[], options: GuardedOptions): GuardedProcess {
  const log = openSync(options.logFile, 'a');
  const child = spawn('/bin/sh', ['-c', GUARD, 'guard', options.scratchDir ?? '', ...command], {
    detached: true,
    ...(options.env ? { env: options.env } : {}),
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  // Writing to a program that just ended: its end is told by `ended`.
  child.stdin?.on('error', () => {});

  let hasEnded = false;
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code => {
      hasEnded = true;
      child.stdin?.destroy();
      resolve(code ?? 1);
    });
  });
  const signal = (name: NodeJS.Signals) => {
    if (!hasEnded) child.stdin?.write(`${name.replace('SIG', '')}\n`);
  };
  return {
    groupId: child.pid ?? 0,
    ended,
    hasEnded: () => hasEnded,
    signal,
    async end(name, graceMs) {
      signal(name);
      const killLater = setTimeout(() => signal('SIGKILL'), graceMs);
      await ended;
      clearTimeout(killLater);
    },
  };
}
