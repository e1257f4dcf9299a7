import type { Logger } from './log.js';

/** What happens to an `otelrows run` beside what happens to its workers: one log line each. */
export interface RunEvents {
  httpListening(host: string | null, port: number): void;
  /** The port is taken, and the user did not ask for it. */
  httpLeftOut(reason: string): void;
  workerSpawned(worker: number, pid: number): void;
  /** `how` as `exit code 70` or `SIGKILL`. */
  workerCrashed(worker: number, pid: number | null, how: string, retryMs: number): void;
  /** It did not end as it should, but it was to end anyway. */
  workerEndedBadly(worker: number, pid: number | null, how: string): void;
  stopping(why: string): void;
}

export function createRunEvents(log: Logger): RunEvents {
  return {
    httpListening: (host, port) =>
      log.info(
        { event: 'http_listening', host, port },
        `the status page is at http://${host ?? 'localhost'}:${port}/, and so are /healthz, /readyz and /metrics`,
      ),
    httpLeftOut: reason =>
      log.warn({ event: 'http_left_out' }, `going on without /healthz and /metrics: ${reason}`),
    workerSpawned: (worker, pid) =>
      log.info({ event: 'worker_spawned', worker, pid }, `worker ${worker} is process ${pid}`),
    workerCrashed: (worker, pid, how, retryMs) =>
      log.error(
        { event: 'worker_crashed', worker, pid, how, retryMs },
        `worker ${worker} (process ${pid}) ended with ${how}; starting it again in ${retryMs} ms`,
      ),
    workerEndedBadly: (worker, pid, how) =>
      log.warn(
        { event: 'worker_ended_badly', worker, pid, how },
        `worker ${worker} (process ${pid}) ended with ${how} instead of finishing its batch`,
      ),
    stopping: why => log.info({ event: 'stopping' }, `${why}: finishing the running batch`),
  };
}
