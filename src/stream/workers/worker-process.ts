import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../config/schema.js';
import { ConfigInvalid, Fatal } from '../../errors.js';
import type { FromWorker, ToWorker, WorkerReport } from './messages.js';

const PROGRAM = fileURLToPath(new URL('../../worker-main.js', import.meta.url));

export interface WorkerEnd {
  /** `exit code 70`, `SIGKILL`. */
  how: string;
  clean: boolean;
  /** Why starting it again would not help, if it said so. */
  hopeless: Fatal | ConfigInvalid | null;
}

/** A worker in a process of its own. It shares standard output and error with this one. */
export interface WorkerProcess {
  pid: number | null;
  ended: Promise<WorkerEnd>;
  send(message: ToWorker): void;
  kill(): void;
}

export function startWorkerProcess(
  worker: number,
  config: Config,
  reported: (report: WorkerReport) => void,
): WorkerProcess {
  const child = fork(PROGRAM, [], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Metrics hold NaN, which JSON does not.
    serialization: 'advanced',
  });
  let hopeless: Fatal | ConfigInvalid | null = null;
  child.on('message', (message: FromWorker) => {
    if (message.kind === 'report') reported(message.report);
    else hopeless = toError(message);
  });
  const ended = new Promise<WorkerEnd>(resolve => {
    child.once('error', error => resolve({ how: error.message, clean: false, hopeless }));
    child.once('close', (code, signal) =>
      resolve({ how: signal ?? `exit code ${code}`, clean: code === 0, hopeless }),
    );
  });
  const send = (message: ToWorker) => {
    // A process that has just ended is told by `ended`.
    if (child.connected) child.send(message, () => undefined);
  };
  send({ kind: 'work', worker, config });
  return { pid: child.pid ?? null, ended, send, kill: () => void child.kill('SIGKILL') };
}

function toError({ error, problems }: FromWorker & { kind: 'hopeless' }): Fatal | ConfigInvalid {
  return error === 'ConfigInvalid' ? new ConfigInvalid(problems) : new Fatal(problems.join('\n'));
}
