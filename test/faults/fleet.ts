import type { History } from './history.js';
import { startWorker, type Worker, type WorkerLine } from './worker.js';

export interface FleetOptions {
  /** Names of workers and files begin with it. */
  name: string;
  settings: unknown;
  dir: string;
  history: History;
}

/** The workers of one consumer group. A slot keeps its number when its worker is started again. */
export interface Fleet {
  /** The worker that was last started in each slot. */
  readonly workers: readonly Worker[];
  /** Workers that ended though nobody asked them to. */
  readonly problems: readonly string[];
  start(slot: number): Worker;
  /** `kill -9`, and waits for the end. */
  kill(slot: number): Promise<void>;
  /** SIGTERM. @returns how it ended and after how long. */
  terminate(slot: number): Promise<{ ended: number | NodeJS.Signals; tookMs: number }>;
  /** Partitions owned by all that run, as they last said. */
  ownedCount(): number;
  /** SIGTERM to all that run; says who did not end with 0 in time. */
  stopAll(): Promise<string[]>;
  killAll(): Promise<void>;
}

const STOP_MS_MAX = 10_000;
/** After that a stop has failed, and its worker is killed so that the run can end. */
const STOP_PATIENCE_MS = 20_000;
/** Lines of every batch say nothing that the samples do not. */
const ROUTINE = new Set(['committed', 'progress', 'connected']);

export function openFleet({ name, settings, dir, history }: FleetOptions): Fleet {
  const workers: Worker[] = [];
  const problems: string[] = [];
  const expectedToEnd = new WeakSet<Worker>();

  const start = (slot: number): Worker => {
    const workerName = `${name}-${slot + 1}`;
    const onLine = (line: WorkerLine) => {
      if (ROUTINE.has(line.event ?? '')) return;
      history.note('worker', { worker: workerName, event: line.event, message: line.msg, owned: line.owned });
    };
    const worker = startWorker({ name: workerName, settings, dir, onLine });
    history.note('start', { worker: workerName });
    workers[slot] = worker;
    void worker.ended.then(how => {
      history.note('end', { worker: workerName, how });
      if (expectedToEnd.has(worker)) return;
      problems.push(`worker ${workerName} ended by itself (${how}); its log tells why`);
      if (workers[slot] === worker) start(slot);
    });
    return worker;
  };
  const workerAt = (slot: number): Worker => {
    const worker = workers[slot];
    if (!worker) throw new Error(`no worker was started in slot ${slot}`);
    return worker;
  };
  const end = async (worker: Worker, signal: NodeJS.Signals) => {
    if (signal === 'SIGTERM') await worker.spoken;
    const began = performance.now();
    expectedToEnd.add(worker);
    worker.signal(signal);
    const patience = setTimeout(() => worker.signal('SIGKILL'), STOP_PATIENCE_MS);
    const ended = await worker.ended;
    clearTimeout(patience);
    return { ended, tookMs: performance.now() - began };
  };
  const running = () => workers.filter(worker => worker && !worker.over);
  return {
    workers,
    problems,
    start,
    kill: async slot => void (await end(workerAt(slot), 'SIGKILL')),
    terminate: slot => end(workerAt(slot), 'SIGTERM'),
    ownedCount: () => running().reduce((total, { owned }) => total + owned, 0),
    stopAll: async () => {
      const endings = await Promise.all(
        running().map(async worker => ({ worker, ...(await end(worker, 'SIGTERM')) })),
      );
      return endings.flatMap(({ worker, ended, tookMs }) => stopProblems(worker.name, ended, tookMs));
    },
    killAll: async () => void (await Promise.all(running().map(worker => end(worker, 'SIGKILL')))),
  };
}

/** What is wrong with how a worker ended after SIGTERM. */
export function stopProblems(name: string, ended: number | NodeJS.Signals, tookMs: number): string[] {
  const seconds = (tookMs / 1000).toFixed(1);
  if (ended !== 0) return [`worker ${name} ended with ${ended} after SIGTERM (${seconds} s)`];
  if (tookMs > STOP_MS_MAX) return [`worker ${name} took ${seconds} s to stop after SIGTERM`];
  return [];
}
