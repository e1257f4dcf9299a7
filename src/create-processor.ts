import type { Config } from './config/schema.js';
import { confluentKafka } from './kafka/confluent/clients.js';
import { stepNames } from './load-transform.js';
import { type Counters, zeroCounters } from './observe/counters.js';
import { createEvents } from './observe/events.js';
import { createLogger, type Logger } from './observe/log.js';
import { runWorker } from './stream/worker.js';

export interface ProcessorOptions {
  /** From `loadConfig`, or `defaultConfig()` with changes. */
  config: Config;
  /** Default: as `config.log` says, to standard output. */
  logger?: Logger;
}

/**
 * A worker inside another program: what `otelrows run` is, without the signals and without flags for V8. Records that
 * become hundreds of megabytes of objects then leave more behind before it is collected; with `node --expose-gc` they do not.
 */
export interface Processor {
  /**
   * Processes records until `close`. Once only.
   * @throws Fatal when it cannot work at all.
   */
  run(): Promise<void>;
  /** Finishes the running batch and leaves the group; resolves when `run` has ended. */
  close(): Promise<void>;
  /** What it has done so far; all zero before `run`. */
  counters(): Counters;
}

export function createProcessor({ config, logger }: ProcessorOptions): Processor {
  const stop = new AbortController();
  let running: Promise<void> | null = null;
  let counters: () => Counters = zeroCounters;

  const work = async (): Promise<void> => {
    const events = createEvents(logger ?? (await createLogger(config.log)), undefined, stepNames(config));
    counters = () => ({ ...events.counters });
    await runWorker({ config, kafka: confluentKafka, events, stop: stop.signal });
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
    counters: () => counters(),
  };
}
