import type { Status, WorkerState } from '../status.js';

/** What was done per second between two looks. `null` where it cannot be told. */
export interface Rates {
  /** Between the looks. */
  seconds: number;
  records: number | null;
  rows: number | null;
  rowBytes: number | null;
  /** Processor time: 1 is a whole core. */
  cores: number | null;
  /** Of each worker, by its number. */
  workers: ReadonlyMap<number, WorkerRates>;
}

export type WorkerRates = Pick<Rates, 'records' | 'rows' | 'cores'>;

/** @returns `null` when nothing lies between the looks, or otelrows was started again in between. */
export function ratesBetween(before: Status | null, now: Status): Rates | null {
  // Of the server's clock that only goes forward: neither the browser's pauses nor a clock that is set can bend it.
  const seconds = now.uptimeSeconds - (before?.uptimeSeconds ?? 0);
  if (before === null || seconds <= 0) return null;
  return {
    seconds,
    records: perSecond(before.records, now.records, seconds),
    rows: perSecond(before.rows, now.rows, seconds),
    rowBytes: perSecond(before.rowBytes, now.rowBytes, seconds),
    cores: perSecond(before.cpuSeconds, now.cpuSeconds, seconds),
    workers: new Map(
      now.workers.map(worker => [
        worker.worker,
        ofWorker(
          before.workers.find(({ worker: number }) => number === worker.worker),
          worker,
          seconds,
        ),
      ]),
    ),
  };
}

function ofWorker(before: WorkerState | undefined, now: WorkerState, seconds: number): WorkerRates {
  // A process that was started again counts from 0.
  if (before === undefined || before.pid !== now.pid) return { records: null, rows: null, cores: null };
  return {
    records: perSecond(before.records, now.records, seconds),
    rows: perSecond(before.rows, now.rows, seconds),
    cores: perSecond(before.cpuSeconds, now.cpuSeconds, seconds),
  };
}

/** A count that fell began again. */
function perSecond(before: number | null, now: number | null, seconds: number): number | null {
  return before === null || now === null || now < before ? null : (now - before) / seconds;
}
