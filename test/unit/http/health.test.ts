import { describe, expect, test } from 'vitest';
import { judgeHealth, type WorkerView } from '../../../src/http/health.js';
import type { WorkerStatus } from '../../../src/observe/worker-status.js';

const STALLED_AFTER_MS = 60_000;

const working: WorkerStatus = {
  phase: 'working',
  joined: true,
  brokersUp: true,
  partitions: 2,
  lags: [
    { topic: 'in', partition: 0, lag: 3, offset: 7, waitsFor: null },
    { topic: 'in', partition: 1, lag: 4, offset: 7, waitsFor: null },
  ],
  standing: [],
  missingInputs: [],
  lastCommitMs: Date.UTC(2026, 0, 2),
  waitingMs: 0,
};

function judge(view: Partial<Omit<WorkerView, 'status'>>, status: Partial<WorkerStatus> | null = {}) {
  return judgeHealth(
    {
      worker: 1,
      pid: 42,
      silentMs: 300,
      restarts: 0,
      lastEnd: null,
      failingMs: 0,
      ...view,
      status: status === null ? null : { ...working, ...status },
    },
    STALLED_AFTER_MS,
  );
}

test('a worker that gets on is healthy and ready, however far behind it is', () => {
  expect(judge({}, { waitingMs: 5_000 })).toEqual({
    worker: 1,
    pid: 42,
    healthy: true,
    ready: true,
    problems: [],
    phase: 'working',
    partitions: 2,
    lag: 7,
    lastCommit: '2026-01-02T00:00:00.000Z',
    restarts: 0,
    lastEnd: null,
  });
});

test('one with records ahead that commits nothing is unhealthy, and its answer says why', () => {
  const judged = judge({}, { waitingMs: STALLED_AFTER_MS });
  expect(judged).toMatchObject({ healthy: false, ready: false });
  expect(judged.problems).toEqual(['7 records lie ahead and nothing was committed for 60 s']);
});

test('the time in which it did not report counts: it cannot have committed unheard', () => {
  expect(judge({ silentMs: 20_000 }, { waitingMs: 39_999 }).healthy).toBe(true);
  expect(judge({ silentMs: 20_000 }, { waitingMs: 40_000 }).healthy).toBe(false);
});

describe('a partition that stands still while others are committed', () => {
  const standing = (standingMs: number, waitsFor: 'its_turn' | null) => ({
    waitingMs: 100,
    standing: [{ topic: 'in', partition: 1, lag: 4, offset: 7, waitsFor, standingMs }],
  });

  test('is a fault of the worker, and named', () => {
    expect(judge({}, standing(STALLED_AFTER_MS - 301, null)).healthy).toBe(true);
    expect(judge({}, standing(STALLED_AFTER_MS - 300, null))).toMatchObject({
      healthy: false,
      problems: ['in-1 has stood at offset 7 for 60 s with 4 records ahead, while others were committed'],
    });
  });

  test('has ten times as long when its records have been fetched: its turn comes', () => {
    expect(judge({}, standing(10 * STALLED_AFTER_MS - 301, 'its_turn')).healthy).toBe(true);
    expect(judge({}, standing(10 * STALLED_AFTER_MS - 300, 'its_turn')).healthy).toBe(false);
  });
});

test('a missing input makes it unready and is named', () => {
  expect(judge({}, { missingInputs: ['in', '^otlp_'] })).toMatchObject({
    healthy: true,
    ready: false,
    problems: ['the input topic in does not exist', 'no topic matches the input ^otlp_'],
  });
});

test('one that has nothing to do is healthy for ever', () => {
  expect(judge({}, { lags: [], waitingMs: 0, lastCommitMs: null })).toMatchObject({
    healthy: true,
    ready: true,
    lag: null,
    lastCommit: null,
  });
});

test('one whose process tells nothing is unhealthy, also before it has ever told anything', () => {
  expect(judge({ silentMs: STALLED_AFTER_MS }, { lags: [] }).problems[0]).toContain(
    '42 has told nothing for 60 s',
  );
  expect(judge({ silentMs: STALLED_AFTER_MS }, null).healthy).toBe(false);
});

test('one that crashes again and again is unhealthy', () => {
  const judged = judge({ failingMs: STALLED_AFTER_MS, restarts: 5, lastEnd: 'SIGKILL' }, null);
  expect(judged).toMatchObject({ healthy: false, restarts: 5, lastEnd: 'SIGKILL' });
  expect(judged.problems[0]).toContain('crashed again and again');
});

describe('not ready, but healthy: restarting it would not help', () => {
  test.each<[string, Partial<WorkerView>, Partial<WorkerStatus> | null]>([
    ['it ended (exit code 70) and waits', { pid: null, lastEnd: 'exit code 70' }, null],
    ['it is connecting', {}, null],
    ['it is connecting', {}, { phase: 'connecting', joined: false }],
    ['it is not a member', {}, { phase: 'joining', joined: false }],
    ['it is not a member', {}, { joined: false }],
    ['no broker can be reached', {}, { brokersUp: false }],
    ['it has stopped', {}, { phase: 'stopped' }],
  ])('%s', (problem, view, status) => {
    const judged = judge(view, status);
    expect(judged).toMatchObject({ healthy: true, ready: false });
    expect(judged.problems.join()).toContain(problem);
  });
});

test('a spare member, without partitions, is ready', () => {
  expect(judge({}, { partitions: 0, lags: [] }).ready).toBe(true);
});
