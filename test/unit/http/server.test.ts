import assert from 'node:assert';
import { createServer } from 'node:net';
import { pino } from 'pino';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Fatal } from '../../../src/errors.js';
import type { WorkerView } from '../../../src/http/health.js';
import { type HttpSettings, listenHttp, type Workers } from '../../../src/http/server.js';
import type { Status } from '../../../src/http/status.js';
import { type DeadLetterNote, zeroTally } from '../../../src/observe/counters.js';
import { createEvents, type Events } from '../../../src/observe/events.js';
import { RUN_METRICS, WORKER_METRICS } from '../../../src/observe/metric-list.js';
import { createWorkerMetrics, type WorkerMetrics } from '../../../src/observe/worker-metrics.js';
import { type MetricSample, metricValue, parseMetrics } from '../../support/metrics-text.js';
import { record } from '../../support/scripted-kafka.js';

const P0 = { topic: 'in', partition: 0 };
const P1 = { topic: 'in', partition: 1 };

const DEAD_LETTERS: DeadLetterNote[] = [
  {
    record: record(0, 7),
    problem: { stage: 'send', reason: 'row_too_large', message: 'no', itemIndexes: [3] },
    valueLeftOut: false,
  },
  {
    record: record(0, 8),
    problem: { stage: 'decode', reason: 'malformed', message: 'no' },
    valueLeftOut: false,
  },
];

interface TestWorker {
  events: Events;
  metrics: WorkerMetrics;
}

let workers: TestWorker[];
let stalled: boolean;
/** How long workers have told nothing. */
let silentMs: number;

beforeEach(() => {
  stalled = false;
  silentMs = 0;
  workers = [0, 1].map(() => {
    const metrics = createWorkerMetrics();
    const events = createEvents(pino({ enabled: false }), metrics.observeBatch, ['no-health-checks']);
    metrics.follow(events);
    return { events, metrics };
  });
});

const asWorkers: Workers = {
  views: () =>
    workers.map(
      ({ events }, worker): WorkerView => ({
        worker,
        pid: 100 + worker,
        status: { ...events.status(), ...(stalled && worker === 1 ? { waitingMs: 61_000 } : {}) },
        silentMs,
        restarts: worker,
        lastEnd: null,
        failingMs: 0,
      }),
    ),
  metrics: async () => ({
    others: [],
    workers: await Promise.all(workers.map(({ metrics }) => metrics.values())),
  }),
};

const SETTINGS: HttpSettings = {
  host: '127.0.0.1',
  port: 0,
  stalledAfterMs: 60_000,
  about: { version: '1.2.3', nodeVersion: 'v20', host: 'here', group: 'g', delivery: 'exactly_once' },
  config: () => 'workers: 2\n',
};

async function listen(): Promise<(path: string, method?: string) => Promise<Response>> {
  const server = await listenHttp(SETTINGS, asWorkers);
  onTestFinished(server.close);
  return (path, method = 'GET') => fetch(`http://127.0.0.1:${server.port}${path}`, { method });
}

async function scrape(): Promise<MetricSample[]> {
  const get = await listen();
  return parseMetrics(await (await get('/metrics')).text());
}

function join({ events }: TestWorker): void {
  events.started({
    group: 'g',
    instance: 'i',
    inputs: ['in'],
    delivery: 'exactly_once',
    rowFormat: 'clickhouse',
  });
  events.rebalanced({ kind: 'assigned', partitions: [P0, P1] }, [P0, P1]);
}

describe('/healthz', () => {
  test('answers 200 while all workers get on, and tells of each', async () => {
    const response = await (await listen())('/healthz');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({
      status: 'healthy',
      workers: [
        { worker: 0, pid: 100, healthy: true },
        { worker: 1, pid: 101, healthy: true },
      ],
    });
  });

  test('answers 503 when one does not, and names it', async () => {
    stalled = true;
    const response = await (await listen())('/healthz?verbose');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      status: 'unhealthy',
      workers: [
        { healthy: true },
        { healthy: false, problems: [expect.stringContaining('61 s'), expect.anything()] },
      ],
    });
  });
});

describe('/readyz', () => {
  test('answers 503 until every worker is a member of the group', async () => {
    const get = await listen();
    for (const worker of workers) {
      expect((await get('/readyz')).status).toBe(503);
      join(worker);
    }
    const response = await get('/readyz');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'ready' });
  });
});

describe('/metrics', () => {
  test('adds up what the workers counted', async () => {
    for (const { events } of workers) {
      events.committed(
        {
          ...zeroTally(),
          records: 3,
          items: 10,
          rows: 6,
          rowBytes: 600,
          filtered: 3,
          plainItemsBy: { merged: 1 },
          deadLetteredItems: 1,
          deadLetteredRecords: 1,
          deadLetters: DEAD_LETTERS,
          truncated: 2,
          transformMs: 250,
          oldestMs: Date.now() - 2_000,
        },
        40,
      );
      events.aborted('refused', 1);
      events.producerReplaced('fenced', 1);
      events.pollFailed('hung up', 1);
    }
    const samples = await scrape();
    const values = Object.fromEntries(
      Object.keys(WORKER_METRICS).map(name => [name, metricValue(samples, name)] as const),
    );
    expect(values).toMatchObject({
      otelrows_records_total: 6,
      otelrows_items_total: 20,
      otelrows_rows_total: 12,
      otelrows_row_bytes_total: 1200,
      otelrows_truncated_rows_total: 4,
      otelrows_filtered_items_total: 6,
      otelrows_batches_committed_total: 2,
      otelrows_batches_aborted_total: 2,
      otelrows_producers_replaced_total: 2,
      otelrows_poll_failures_total: 2,
      otelrows_transform_seconds_total: 0.5,
    });
    expect(metricValue(samples, 'otelrows_plain_items_total', { reason: 'merged' })).toBe(2);
    expect(metricValue(samples, 'otelrows_dead_lettered_items_total', { reason: 'row_too_large' })).toBe(2);
    expect(metricValue(samples, 'otelrows_dead_lettered_records_total', { reason: 'malformed' })).toBe(2);
    expect(metricValue(samples, 'otelrows_batch_duration_seconds_count')).toBe(2);
    expect(metricValue(samples, 'otelrows_batch_duration_seconds_bucket', { le: '0.025' })).toBe(0);
    expect(metricValue(samples, 'otelrows_batch_duration_seconds_bucket', { le: '0.05' })).toBe(2);
    expect(metricValue(samples, 'otelrows_record_age_seconds_bucket', { le: '1' })).toBe(0);
    expect(metricValue(samples, 'otelrows_record_age_seconds_count')).toBe(2);
    expect(metricValue(samples, 'otelrows_last_commit_timestamp_seconds')).toBeCloseTo(Date.now() / 1000, -1);
  });

  test('has a series for every reason of dead letters before there is one', async () => {
    const samples = await scrape();
    const reasonsOf = (name: string) =>
      samples
        .filter(sample => sample.name === name && sample.value === 0)
        .map(({ labels }) => labels['reason']);
    expect(reasonsOf('otelrows_dead_lettered_records_total')).toEqual([
      'malformed',
      'wrong_encoding',
      'wrong_signal',
      'unsupported_signal',
      'unknown_signal',
      'unknown_root',
      'nesting_limit',
      'items_limit',
      'bytes_limit',
      'handler_failed',
      'transaction_timeout',
      'defect',
    ]);
    expect(reasonsOf('otelrows_dead_lettered_items_total')).toEqual([
      'row_too_large',
      'function_failed',
      'rule_failed',
    ]);
  });

  test('has every kind of records without items of a topic that is owned, before there is one', async () => {
    const [first] = workers as [TestWorker];
    first.events.measured([{ ...P0, lag: 0, offset: 7, waitsFor: null }], true);
    const values = async () => {
      const samples = await scrape();
      return ['tombstone', 'empty_value', 'empty_request', 'suspicious'].map(kind =>
        metricValue(samples, 'otelrows_records_without_items_total', { topic: P0.topic, kind }),
      );
    };
    expect(await values()).toEqual([0, 0, 0, 0]);
    const withoutItemsBy = new Map([[P0.topic, { suspicious: 3 }]]);
    for (const { events } of workers) events.committed({ ...zeroTally(), withoutItemsBy }, 1);
    expect(await values()).toEqual([0, 0, 0, 6]);
  });

  test('has every metric that is documented, under its type', async () => {
    for (const worker of workers) {
      join(worker);
      worker.events.measured([{ ...P0, lag: 1, offset: 7, waitsFor: null }], true);
      const functions = { functionCounts: new Map([['tenants', 1]]), functionDrops: new Map([['probe', 2]]) };
      worker.events.committed({ ...zeroTally(), ...functions, deadLetters: DEAD_LETTERS, oldestMs: 0 }, 1);
    }
    const text = await (await (await listen())('/metrics')).text();
    const told = new Set([...text.matchAll(/^# TYPE (otelrows_\w+ \w+)$/gm)].map(([, typed]) => typed));
    const documented = Object.entries({ ...WORKER_METRICS, ...RUN_METRICS });
    expect(told).toEqual(new Set(documented.map(([name, { type }]) => `${name} ${type}`)));
    const named = new Set(parseMetrics(text).map(({ name }) => name.replace(/_(bucket|sum|count)$/, '')));
    for (const [name] of documented) expect(named).toContain(name);
  });

  test('tells the lag of owned partitions only, and no more when they are gone', async () => {
    const [first] = workers as [TestWorker];
    join(first);
    first.events.measured(
      [
        { ...P0, lag: 5, offset: 7, waitsFor: null },
        { ...P1, lag: 7, offset: 7, waitsFor: null },
      ],
      true,
    );
    const get = await listen();
    const lags = async () => {
      const samples = parseMetrics(await (await get('/metrics')).text());
      return [P0, P1].map(({ topic, partition }) =>
        metricValue(samples, 'otelrows_lag_records', { topic, partition: String(partition) }),
      );
    };
    expect(await lags()).toEqual([5, 7]);

    first.events.rebalanced({ kind: 'revoked', partitions: [P0], lost: false }, [P1]);

    expect(await lags()).toEqual([undefined, 7]);
  });

  test('tells of each worker, of the build and of the process', async () => {
    stalled = true;
    const samples = await scrape();
    expect(metricValue(samples, 'otelrows_workers')).toBe(2);
    expect(metricValue(samples, 'otelrows_worker_up', { worker: '1' })).toBe(1);
    expect(metricValue(samples, 'otelrows_worker_healthy', { worker: '0' })).toBe(1);
    expect(metricValue(samples, 'otelrows_worker_healthy', { worker: '1' })).toBe(0);
    expect(metricValue(samples, 'otelrows_worker_restarts_total', { worker: '1' })).toBe(1);
    expect(metricValue(samples, 'otelrows_build_info', { version: '1.2.3' })).toBe(1);
    expect(metricValue(samples, 'process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(metricValue(samples, 'process_start_time_seconds')).toBeGreaterThan(1e9);
  });
});

/** A topic and a rule that would run a script, were they not escaped. */
const HOSTILE = '<script>alert("x")</script>&\'';

function work([first, second]: TestWorker[]): void {
  if (!first || !second) throw new Error('there are two workers');
  join(first);
  join(second);
  first.events.measured([{ ...P0, lag: 5, offset: 7, waitsFor: null }], true);
  second.events.measured(
    [
      { ...P1, lag: 70, offset: 9, waitsFor: 'its_turn' },
      { topic: HOSTILE, partition: 3, lag: 0, offset: 1, waitsFor: null },
    ],
    true,
  );
  const steps = [{ name: 'no-health-checks', matched: 4, changed: 1, dropped: 3, failed: 0 }];
  for (const { events } of workers) {
    events.committed(
      {
        ...zeroTally(),
        records: 3,
        items: 10,
        rows: 6,
        steps,
        plainItemsBy: { merged: 1 },
        deadLetters: DEAD_LETTERS,
        functionDrops: new Map([[HOSTILE, 2]]),
        withoutItemsBy: new Map([[HOSTILE, { suspicious: 1 }]]),
      },
      40,
    );
    events.aborted('refused', 1);
  }
}

describe('/status', () => {
  test('adds up what the workers did, and tells of each', async () => {
    work(workers);
    const response = await (await listen())('/status');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const status = (await response.json()) as Status;
    expect(status).toMatchObject({
      version: '1.2.3',
      group: 'g',
      healthy: true,
      ready: true,
      workers: [
        { worker: 0, pid: 100, healthy: true, lag: 5, records: 3, rows: 6, restarts: 0 },
        { worker: 1, pid: 101, healthy: true, lag: 70, records: 3, rows: 6, restarts: 1 },
      ],
      records: 6,
      items: 20,
      rows: 12,
      lag: 75,
      partitions: [
        { topic: 'in', partition: 1, lag: 70, offset: 9, worker: 1 },
        { topic: 'in', partition: 0, lag: 5, offset: 7, worker: 0 },
        { topic: HOSTILE, partition: 3, lag: 0, offset: 1, worker: 1 },
      ],
      transactions: { committed: 2, aborted: 2, producersReplaced: 0, timedOut: 0 },
      deadLetters: [
        { reason: 'malformed', of: 'records', count: 2 },
        { reason: 'row_too_large', of: 'items', count: 2 },
      ],
      rules: [{ name: 'no-health-checks', matched: 8, changed: 2, dropped: 6, failed: 0 }],
      functions: { counts: [], drops: [{ reason: HOSTILE, count: 4 }] },
      plainItems: [{ reason: 'merged', count: 2 }],
      recordsWithoutItems: [{ topic: HOSTILE, kind: 'suspicious', count: 2 }],
    });
    expect(status.transactions.lastCommitAgeSeconds).toBeLessThan(10);
    expect(status.residentBytes).toBeGreaterThan(1e6);
    expect(status.workers[0]?.uptimeSeconds).toBeGreaterThanOrEqual(0);
  });

  test('tells what is not known yet by null', async () => {
    expect(await (await (await listen())('/status')).json()).toMatchObject({
      ready: false,
      lag: null,
      partitions: [],
      transactions: { lastCommit: null, lastCommitAgeSeconds: null },
      deadLetters: [],
      rules: [{ name: 'no-health-checks', matched: 0 }],
    });
  });

  test('tells of a partition that has stood for a while, and what it waits for', async () => {
    work(workers);
    const get = await listen();
    const standing = async () => ((await (await get('/status')).json()) as Status).standing;
    expect(await standing()).toEqual([]);
    silentMs = 10_000;
    expect(await standing()).toMatchObject([
      { topic: 'in', partition: 0, lag: 5, offset: 7, worker: 0, waitsFor: null },
      { topic: 'in', partition: 1, lag: 70, offset: 9, worker: 1, waitsFor: 'its_turn' },
    ]);
    expect(await (await get('/')).text()).toMatch(
      /in, partition 1, has stood at offset 9 for \d+\u00a0s with 70 records ahead: its records are fetched/,
    );
  });

  test('tells of a partition once while it moves from one worker to another', async () => {
    for (const [i, { events }] of workers.entries())
      events.measured([{ ...P0, lag: 5 + i, offset: 7 - i, waitsFor: null }], true);
    const status = (await (await (await listen())('/status')).json()) as Status;
    expect(status.partitions).toEqual([{ ...P0, lag: 6, offset: 6, worker: 1 }]);
    expect(status.lag).toBe(6);
  });
});

describe('the page at /', () => {
  test('shows the state before any script has run, and names of users as text', async () => {
    stalled = true;
    work(workers);
    const response = await (await listen())('/');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const page = await response.text();
    expect(page).toContain('Unhealthy</h2>');
    expect(page).toContain('<li>Worker 1: 70 records lie ahead and nothing was committed for 61 s</li>');
    expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;');
    expect(page).not.toContain('<script>');
    expect(page).not.toContain('<style');
    expect(page).not.toMatch(/ (style|on\w+)=/);
  });

  test('loads only files that are here, under a policy that allows no others', async () => {
    const get = await listen();
    const response = await get('/');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const loaded = [...(await response.text()).matchAll(/(?:src|href)="([^"]*)"/g)].map(
      ([, path]) => `/${path}`,
    );
    expect(loaded).toContain('/page/live.mjs');
    for (const path of loaded) expect((await get(path)).status, path).toBeOneOf([200, 503]);
  });

  test('gets its modules and styles under their types, and every module that one of them imports', async () => {
    const get = await listen();
    const pending = ['/page/live.mjs'];
    const seen = new Set<string>();
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const response = await get(path);
      expect(response.status, path).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
      for (const [, name] of (await response.text()).matchAll(/^(?:import|export) .*from '(.*)'/gm))
        pending.push(new URL(name ?? '', `http://host${path}`).pathname);
    }
    expect(seen.size).toBe(5);
    expect((await get('/page/style.css')).headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect((await get('/page/icon.svg')).headers.get('content-type')).toBe('image/svg+xml');
    for (const path of ['/page/', '/page/render.ts', '/page/../server.js', '/page/%2e%2e/server.js'])
      expect((await get(path)).status, path).toBe(404);
  });
});

test('/config shows what it is given, as text', async () => {
  const response = await (await listen())('/config');
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(await response.text()).toBe('workers: 2\n');
});

test('what cannot be told is an error of that answer alone', async () => {
  const server = await listenHttp({ ...SETTINGS, config: () => assert.fail('no config') }, asWorkers);
  onTestFinished(server.close);
  expect((await fetch(`http://127.0.0.1:${server.port}/config`)).status).toBe(500);
  expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200);
});

test('other paths and methods are told what there is', async () => {
  const get = await listen();
  const lost = await get('/lost');
  expect(lost.status).toBe(404);
  expect(await lost.text()).toContain('/status, /config, /healthz, /readyz and /metrics');
  for (const path of ['/', '/status', '/config', '/metrics', '/page/live.mjs']) {
    const refused = await get(path, 'POST');
    expect(refused.status).toBe(405);
    expect(refused.headers.get('allow')).toBe('GET, HEAD');
    const head = await get(path, 'HEAD');
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
  }
  expect((await get('/healthz', 'HEAD')).status).toBe(200);
});

test('a port that is taken is an error that names the setting', async () => {
  const other = createServer();
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as { port: number };

  const listening = listenHttp({ ...SETTINGS, port }, asWorkers);

  await expect(listening).rejects.toBeInstanceOf(Fatal);
  await expect(listening).rejects.toThrow(`port ${port}: another program listens there. Set http.port`);
});
