import { Writable } from 'node:stream';
import type { Config } from './config/schema.js';
import { judgeHealth, type WorkerHealth } from './http/health.js';
import { confluentKafka } from './kafka/confluent/clients.js';
import { stepNames } from './load-transform.js';
import { type Counters, zeroCounters } from './observe/counters.js';
import type { WorkerEvent } from './observe/event-list.js';
import { createEvents, type Events } from './observe/events.js';
import { createLogger, type EventLog } from './observe/log.js';
import type { WorkerStatus } from './observe/worker-status.js';
import { runWorker } from './stream/worker.js';
import type { AsyncStep } from './transform/steps/step.js';

/** What a processor is made of. */
export interface ProcessorOptions {
  /**
   * From `loadConfig`, which checks it. `workers` and `http` are not for this: a processor is one worker, and
   * `health` and `counters` are here.
   */
  config: Config;
  /**
   * What is done with items behind the rules and functions of the config, in this order. One that throws concerns its item
   * alone, as its `onError` says.
   */
  steps?: readonly AsyncStep[];
  /** Pino's, or any other whose methods take fields and a message. Default: as `config.log` says, to standard output. */
  logger?: EventLog;
  /**
   * Called with everything that happens, also with what the log leaves out for its level, while the worker waits. If it throws,
   * the processor finishes the running batch, and `run` rejects with that error.
   */
  onEvent?: (event: WorkerEvent) => void;
}

/** How a processor is: what `/healthz` and `/readyz` of `otelrows run` say of a worker. */
export interface ProcessorHealth
  extends Pick<WorkerHealth, 'healthy' | 'ready' | 'problems' | 'partitions' | 'lag' | 'lastCommit'> {
  /** `made` before `run`, `failed` once that has rejected. */
  phase: 'made' | WorkerStatus['phase'] | 'failed';
}

/**
 * A worker inside another program: what `otelrows run` is, without the signals and without flags for V8. Records that
 * become hundreds of megabytes of objects then leave more behind before it is collected; with `node --expose-gc` they do not.
 */
export interface Processor {
  /**
   * Processes records until `close`. Once only.
   * @throws ConfigInvalid when a file of the config's rules, or its module, cannot be used.
   * @throws Fatal when it cannot work at all: credentials, rights, topics, settings that the brokers refuse.
   */
  run(): Promise<void>;
  /** Finishes the running batch and leaves the group; resolves when `run` has ended. May be called more than once. */
  close(): Promise<void>;
  /**
   * Whether it makes progress (`healthy`), whether it has its place in the group and all that it reads (`ready`), and what is
   * wrong where not. `healthy` is false once `run` has failed.
   */
  health(): ProcessorHealth;
  /** What it has done so far; all zero before `run`. Only committed batches count. */
  counters(): Counters;
}

/** Writes to standard output, which has no listeners of ours: pino-pretty would leave its own there. */
function ontoStdout(): Writable & { isTTY: boolean } {
  const out = new Writable({
    // At once, so that nothing waits here when the program ends.
    write: (chunk, _encoding, done) => {
      process.stdout.write(chunk);
      done();
    },
  });
  return Object.assign(out, { isTTY: process.stdout.isTTY });
}

/** A worker in this process, which is never silent, and which nobody starts again. */
const ALONE = { worker: 0, pid: process.pid, silentMs: 0, restarts: 0, lastEnd: null, failingMs: 0 };

/**
 * Makes a worker that runs inside this program, beside what else that does. Nothing of the process is changed: no signal is
 * listened to, no flag of V8 is set, and it never ends the process.
 */
export function createProcessor({ config, steps = [], logger, onEvent }: ProcessorOptions): Processor {
  const stop = new AbortController();
  const names = [...stepNames(config), ...steps.map(({ name }) => name)];
  let running: Promise<void> | null = null;
  let events: Events | null = null;
  let failure: { readonly error: unknown } | null = null;

  const tell = (event: WorkerEvent): void => {
    try {
      onEvent?.(event);
    } catch (error) {
      // Thrown through the worker, it would be taken for a defect at whatever record was at hand.
      failure ??= { error };
      stop.abort();
    }
  };

  const work = async (): Promise<void> => {
    try {
      events = createEvents(logger ?? (await createLogger(config.log, ontoStdout())), undefined, names, tell);
      await runWorker({ config, kafka: confluentKafka, events, stop: stop.signal, steps });
    } catch (error) {
      failure ??= { error };
    }
    if (failure !== null) throw failure.error;
  };

  return {
    run: () => {
      if (running) throw new Error('run() was called before; make another processor');
      running = work();
      return running;
    },
    close: async () => {
      stop.abort();
      // How it ended is told by run(), to whoever waits there.
      await running?.catch(() => undefined);
    },
    health: () => {
      const status = events?.status() ?? null;
      const judged = judgeHealth({ ...ALONE, status }, config.health.stalled_after_ms);
      const { healthy, ready, problems, partitions, lag, lastCommit } = judged;
      const phase = status?.phase ?? 'connecting';
      const health = { healthy, ready, problems, phase, partitions, lag, lastCommit };
      const notReady = { ...health, ready: false };
      if (running === null) return { ...notReady, phase: 'made', problems: ['run() was not called yet'] };
      if (failure === null) return health;
      return { ...notReady, healthy: false, phase: 'failed', problems: [`run() failed: ${failure.error}`] };
    },
    counters: () => (events === null ? zeroCounters(names) : { ...events.counters }),
  };
}
