import { setTimeout as sleep } from 'node:timers/promises';
import { AggregatorRegistry } from 'prom-client';
import type { Config } from '../../config/schema.js';
import { Fatal } from '../../errors.js';
import type { WorkerView } from '../../http/health.js';
import type { Workers } from '../../http/server.js';
import type { RunEvents } from '../../observe/run-events.js';
import type { MetricValues } from '../../observe/worker-metrics.js';
import type { WorkerStatus } from '../../observe/worker-status.js';
import { STOP_TIMEOUT_MS } from '../lifecycle.js';
import { CRASHES_IN_A_ROW_MAX, restartPolicy } from './restart-policy.js';
import { startWorkerProcess, type WorkerEnd, type WorkerProcess } from './worker-process.js';

/** A worker that is stopped or busy is not waited for: what it told last is shown. */
const ANSWER_TIMEOUT_MS = 500;

export interface Supervisor extends Workers {
  /**
   * Keeps `config.workers` processes running until `stop` is aborted; then each finishes its batch and leaves the group.
   *
   * @throws Fatal, ConfigInvalid when a worker says that it cannot work at all, or crashes again and again.
   */
  run(stop: AbortSignal): Promise<void>;
  /** Ends them at once. */
  kill(): void;
}

/** One of the workers, through all its processes. */
interface Slot {
  worker: number;
  process: WorkerProcess | null;
  status: WorkerStatus | null;
  metrics: MetricValues;
  /** When it was last heard of. */
  heardAt: number;
  restarts: number;
  lastEnd: string | null;
  /** The first of the crashes between which it got nowhere. */
  failingSince: number | null;
  /** Told of the next report. */
  listeners: Set<() => void>;
}

/** @param ownMetrics of this process. */
export function superviseWorkers(
  config: Config,
  events: RunEvents,
  ownMetrics: () => Promise<MetricValues>,
): Supervisor {
  const now = () => performance.now();
  const slots = Array.from({ length: config.workers }, (_, worker): Slot => {
    return {
      worker,
      process: null,
      status: null,
      metrics: [],
      heardAt: now(),
      restarts: 0,
      lastEnd: null,
      failingSince: null,
      listeners: new Set(),
    };
  });
  /** What processes that have ended had counted. Without it, sums would fall when a worker is started again. */
  let ofTheEnded: MetricValues = [];

  const start = (slot: Slot): WorkerProcess => {
    slot.status = null;
    slot.heardAt = now();
    const started = startWorkerProcess(slot.worker, configOf(config, slot.worker), ({ status, metrics }) => {
      slot.heardAt = now();
      slot.status = status;
      slot.metrics = metrics;
      // Working again: it has committed something, or is there and has nothing to do.
      if (status.lastCommitMs !== null || (status.joined && status.waitingMs === 0)) slot.failingSince = null;
      for (const listener of slot.listeners) listener();
    });
    slot.process = started;
    if (started.pid !== null) events.workerSpawned(slot.worker, started.pid);
    return started;
  };

  const bury = async (slot: Slot, end: WorkerEnd): Promise<void> => {
    slot.process = null;
    slot.lastEnd = end.how;
    const counted = slot.metrics.filter(({ type }) => isSum(String(type)));
    slot.metrics = [];
    ofTheEnded = await AggregatorRegistry.aggregate([ofTheEnded, counted]).getMetricsAsJSON();
  };

  const keepRunning = async (slot: Slot, ending: AbortSignal): Promise<void> => {
    const policy = restartPolicy();
    while (!ending.aborted) {
      const startedAt = now();
      const worker = start(slot);
      const askToStop = () => {
        worker.send({ kind: 'stop' });
        // One that is stopped or spins hears nothing. It ends itself before, if it can.
        setTimeout(worker.kill, STOP_TIMEOUT_MS + 1_000).unref();
      };
      ending.addEventListener('abort', askToStop);
      const end = await worker.ended;
      ending.removeEventListener('abort', askToStop);
      const committed = slot.status?.lastCommitMs != null;
      await bury(slot, end);

      if (end.hopeless) throw end.hopeless;
      if (ending.aborted) {
        if (!end.clean) events.workerEndedBadly(slot.worker, worker.pid, end.how);
        return;
      }
      slot.failingSince ??= now();
      const retryMs = policy.next({ livedMs: now() - startedAt, committed });
      if (retryMs === null) {
        throw new Fatal(
          `Worker ${slot.worker} ended ${CRASHES_IN_A_ROW_MAX} times in a row without getting anywhere, the last ` +
            `time with ${end.how}. Its last lines above say more; what is not committed will be read again.`,
        );
      }
      events.workerCrashed(slot.worker, worker.pid, end.how, retryMs);
      await sleep(retryMs, undefined, { signal: ending }).catch(() => undefined);
      slot.restarts += 1;
    }
  };

  return {
    run: async stop => {
      const failed = new AbortController();
      const ending = AbortSignal.any([stop, failed.signal]);
      const all = slots.map(slot =>
        keepRunning(slot, ending).catch((error: unknown) => {
          // The others finish what they are doing; then the first error is told, once.
          if (!failed.signal.aborted) failed.abort(error);
        }),
      );
      await Promise.all(all);
      if (failed.signal.aborted) throw failed.signal.reason;
    },
    kill: () => {
      for (const { process } of slots) process?.kill();
    },
    views: () => slots.map(slot => viewOf(slot, now())),
    metrics: async () => {
      await Promise.all(slots.map(askForReport));
      return { others: [await ownMetrics(), ofTheEnded], workers: slots.map(({ metrics }) => metrics) };
    },
  };
}

/** Names its workers, where the user has named their host. */
function configOf(config: Config, worker: number): Config {
  const { instance_id } = config.consumer;
  if (instance_id === null) return config;
  return { ...config, consumer: { ...config.consumer, instance_id: `${instance_id}-${worker}` } };
}

function viewOf(slot: Slot, at: number): WorkerView {
  return {
    worker: slot.worker,
    pid: slot.process?.pid ?? null,
    status: slot.status,
    silentMs: at - slot.heardAt,
    restarts: slot.restarts,
    lastEnd: slot.lastEnd,
    failingMs: slot.failingSince === null ? 0 : at - slot.failingSince,
  };
}

async function askForReport(slot: Slot): Promise<void> {
  if (slot.process === null) return;
  const { promise, resolve } = withResolver();
  const timeout = setTimeout(resolve, ANSWER_TIMEOUT_MS);
  slot.listeners.add(resolve);
  slot.process.send({ kind: 'report' });
  await promise;
  slot.listeners.delete(resolve);
  clearTimeout(timeout);
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>(done => {
    resolve = done;
  });
  return { promise, resolve };
}

function isSum(type: string): boolean {
  return type === 'counter' || type === 'histogram';
}
