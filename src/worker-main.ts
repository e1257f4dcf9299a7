/**
 * What a worker process of `otelrows run` with several workers runs: one worker, told what to do by its supervisor.
 * Like main.ts, it is the only end of its process.
 */

import { explainFailure } from './cli/failure.js';
import { ConfigInvalid, Fatal } from './errors.js';
import { takeChargeOfHeap } from './garbage-collection.js';
import { confluentKafka } from './kafka/confluent/clients.js';
import { stepNames } from './load-transform.js';
import { createEvents } from './observe/events.js';
import { createLogger } from './observe/log.js';
import { createWorkerMetrics } from './observe/worker-metrics.js';
import { STOP_TIMEOUT_MS } from './stream/lifecycle.js';
import { runWorker } from './stream/worker.js';
import type { FromWorker, ToWorker } from './stream/workers/messages.js';

const REPORT_INTERVAL_MS = 1_000;

takeChargeOfHeap();

const stop = new AbortController();
let report: () => Promise<void> = async () => undefined;

function finish(): void {
  if (stop.signal.aborted) return;
  stop.abort();
  // The supervisor would see to that, if it is still there.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), STOP_TIMEOUT_MS).unref();
}

process.on('message', (message: ToWorker) => {
  if (message.kind === 'work') void work(message);
  else if (message.kind === 'report') void report();
  else finish();
});
// The supervisor is gone, however it went: nobody would stop or restart this worker any more.
process.on('disconnect', finish);
process.on('SIGTERM', finish);
// Ctrl-C reaches every process of the terminal; the supervisor decides what it means.
process.on('SIGINT', () => undefined);
// The reader of the log is gone.
process.stdout.on('error', finish);
// What nothing waits for can fail too, such as a timer; without this Node would end the process as if it were hopeless.
process.on('uncaughtException', error => void fail(error).then(exitCode => process.exit(exitCode)));

async function work({ worker, config }: ToWorker & { kind: 'work' }): Promise<void> {
  let exitCode = 0;
  try {
    const metrics = config.http.enabled ? createWorkerMetrics() : null;
    const log = (await createLogger(config.log)).child({ worker });
    const events = createEvents(log, metrics?.observeBatch, stepNames(config));
    metrics?.follow(events);
    report = async () => {
      const values = (await metrics?.values()) ?? [];
      await tell({ kind: 'report', report: { status: events.status(), metrics: values } });
    };
    setInterval(() => {
      // Not while the supervisor does not listen: what it has not taken would pile up here.
      if (telling === 0) void report();
    }, REPORT_INTERVAL_MS).unref();
    await runWorker({ config, kafka: confluentKafka, events, stop: stop.signal });
    await report();
  } catch (error) {
    exitCode = await fail(error);
  }
  process.exit(exitCode);
}

/** Messages that the supervisor has not taken yet. */
let telling = 0;

async function tell(message: FromWorker): Promise<void> {
  if (!process.connected) return;
  telling += 1;
  await new Promise<void>(resolve => {
    process.send?.(message, undefined, undefined, () => resolve());
  });
  telling -= 1;
}

/** Leaves it to the supervisor to tell what cannot be helped; a defect is told here. */
async function fail(error: unknown): Promise<number> {
  const { text, exitCode } = explainFailure(error);
  if (error instanceof ConfigInvalid) {
    await tell({ kind: 'hopeless', error: 'ConfigInvalid', problems: [...error.problems] });
  } else if (error instanceof Fatal) {
    await tell({ kind: 'hopeless', error: 'Fatal', problems: [error.message] });
  } else {
    process.stderr.write(`${text}\n`);
  }
  return exitCode;
}
