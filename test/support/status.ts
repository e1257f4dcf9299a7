import type { Status, WorkerState } from '../../src/http/status.js';

/** A worker that works and has done nothing yet. */
export function worker(differences: Partial<WorkerState> = {}): WorkerState {
  return {
    worker: 0,
    pid: 42,
    healthy: true,
    ready: true,
    problems: [],
    phase: 'working',
    partitions: 2,
    lag: 0,
    lastCommit: null,
    restarts: 0,
    lastEnd: null,
    uptimeSeconds: 100,
    records: 0,
    rows: 0,
    cpuSeconds: 0,
    residentBytes: 100 * 2 ** 20,
    ...differences,
  };
}

/** What `/status` tells of a run that has done nothing yet. */
export function status(differences: Partial<Status> = {}): Status {
  return {
    version: '1.2.3',
    nodeVersion: 'v20.20.0',
    host: 'host',
    group: 'otelrows',
    delivery: 'exactly_once',
    at: '2026-03-01T12:00:00.123Z',
    uptimeSeconds: 100,
    healthy: true,
    ready: true,
    workers: [worker()],
    records: 0,
    items: 0,
    rows: 0,
    rowBytes: 0,
    filteredItems: 0,
    truncatedRows: 0,
    cpuSeconds: 0,
    residentBytes: 100 * 2 ** 20,
    lag: null,
    partitions: [],
    standing: [],
    transactions: {
      committed: 0,
      aborted: 0,
      producersReplaced: 0,
      timedOut: 0,
      lastCommit: null,
      lastCommitAgeSeconds: null,
    },
    deadLetters: [],
    rules: [],
    functions: { counts: [], drops: [] },
    plainItems: [],
    recordsWithoutItems: [],
    troubles: {
      missedRecords: 0,
      defects: 0,
      kernelFailures: 0,
      pollFailures: 0,
      assignmentsLost: 0,
      rebalances: 0,
    },
    ...differences,
  };
}
