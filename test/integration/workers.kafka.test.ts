import { expect, test } from 'vitest';
import { testBroker } from '../support/broker.js';
import { ask, readStatus, scrape } from '../support/http.js';
import { createTopic, produce, readAll } from '../support/kafka-client.js';
import { metricValue } from '../support/metrics-text.js';
import { spanIdOf, spansRequest } from '../support/requests.js';
import { type Pipeline, spansPipeline, startWorker, untilConsumed, untilTrue } from '../support/worker.js';

// `workers: 2` as users run it: a supervisor and its processes.

const SPANS_PER_RECORD = 20;

async function send(pipeline: Pipeline, from: number, recordCount: number): Promise<void> {
  await produce(
    testBroker(),
    Array.from({ length: recordCount }, (_, index) => ({
      topic: pipeline.input,
      partition: index % 4,
      value: spansRequest((from + index) * SPANS_PER_RECORD, SPANS_PER_RECORD),
    })),
  );
}

async function expectEachSpanOnce(pipeline: Pipeline, recordCount: number): Promise<void> {
  const ids = (await readAll(testBroker(), pipeline.output)).map(
    ({ value }) => JSON.parse(String(value)).SpanId as string,
  );
  const spanCount = recordCount * SPANS_PER_RECORD;
  expect(ids).toHaveLength(spanCount);
  expect(new Set(ids)).toEqual(new Set(Array.from({ length: spanCount }, (_, number) => spanIdOf(number))));
}

async function startTwo(settings: Record<string, unknown> = {}) {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 4 });
  const run = startWorker({
    ...pipeline.settings,
    workers: 2,
    http: { host: '127.0.0.1', port: 0 },
    ...settings,
  });
  const { port } = await run.event('http_listening');
  const url = `http://127.0.0.1:${port}`;
  await untilTrue(async () => (await ask(url, '/readyz')).status === 200);
  return { pipeline, run, url };
}

test('two workers share the work; one that is killed is started again, is told of, and costs no row', async () => {
  const { pipeline, run, url } = await startTwo();
  await send(pipeline, 0, 200);
  await untilConsumed(pipeline);
  expect((await run.event('started', ({ worker }) => worker === 0)).instance).not.toBe(
    (await run.event('started', ({ worker }) => worker === 1)).instance,
  );
  await untilTrue(
    async () => metricValue(await scrape(url), 'otelrows_rows_total') === 200 * SPANS_PER_RECORD,
  );

  const { pid } = await run.event('worker_spawned', ({ worker }) => worker === 1);
  process.kill(Number(pid), 'SIGKILL');
  await send(pipeline, 200, 200);

  expect(await run.event('worker_crashed')).toMatchObject({ worker: 1, pid, how: 'SIGKILL' });
  await untilConsumed(pipeline);
  await untilTrue(async () => (await ask(url, '/readyz')).status === 200);
  const health = await ask(url, '/healthz');
  expect(health).toMatchObject({
    status: 200,
    body: { workers: [{ restarts: 0 }, { restarts: 1, lastEnd: 'SIGKILL' }] },
  });
  const samples = await scrape(url);
  expect(metricValue(samples, 'otelrows_worker_restarts_total', { worker: '1' })).toBe(1);
  // What the dead process had counted is not lost, and so no sum has fallen.
  expect(metricValue(samples, 'otelrows_rows_total')).toBeGreaterThanOrEqual(200 * SPANS_PER_RECORD);
  expect(metricValue(samples, 'otelrows_assigned_partitions')).toBe(4);
  // Measured once a second.
  await untilTrue(async () => metricValue(await scrape(url), 'otelrows_lag_records') === 0);
  // Of the worker that was started again, too.
  await untilTrue(async () => (await readStatus(url)).partitions.length === 4);
  const status = await readStatus(url);
  expect(status).toMatchObject({
    ready: true,
    rows: metricValue(await scrape(url), 'otelrows_rows_total'),
    lag: 0,
    workers: [{ restarts: 0 }, { restarts: 1, lastEnd: 'SIGKILL' }],
  });
  expect(status.partitions.map(({ partition }) => partition).sort()).toEqual([0, 1, 2, 3]);
  expect(new Set(status.partitions.map(({ worker }) => worker)).size).toBe(2);

  expect(await run.stop()).toBe(0);
  expect(run.stderr()).toBe('');
  // Both have left the group by themselves, the killed one in its second life.
  expect(
    run.logs
      .filter(({ event }) => event === 'stopped')
      .map(({ worker }) => worker)
      .sort(),
  ).toEqual([0, 1]);
  await expectEachSpanOnce(pipeline, 400);
});

test('workers are named after consumer.instance_id and their number', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 2 });
  const consumer = { ...(pipeline.settings['consumer'] as object), instance_id: 'blue' };
  const run = startWorker({ ...pipeline.settings, consumer, workers: 2 });
  for (const worker of [0, 1]) {
    const started = await run.event('started', line => line.worker === worker);
    expect(started.instance).toBe(`blue-${worker}`);
  }
  expect(await run.stop()).toBe(0);
});

test('a worker that does not move is unhealthy, and the supervisor says so in its place', async () => {
  const { pipeline, run, url } = await startTwo({ health: { stalled_after_ms: 3_000 } });
  const { pid } = await run.event('worker_spawned', ({ worker }) => worker === 0);

  process.kill(Number(pid), 'SIGSTOP');
  await send(pipeline, 0, 100);

  await untilTrue(async () => (await ask(url, '/healthz')).status === 503);
  const { body } = await ask(url, '/healthz');
  expect(body.workers[0]).toMatchObject({ worker: 0, healthy: false });
  expect(body.workers[0]?.problems.join()).toMatch(`process ${pid} has told nothing for`);
  // Metrics answer all the same, with what the worker told last.
  expect(metricValue(await scrape(url), 'otelrows_worker_healthy', { worker: '0' })).toBe(0);

  process.kill(Number(pid), 'SIGCONT');
  await untilConsumed(pipeline);
  await untilTrue(async () => (await ask(url, '/healthz')).status === 200);
  expect(await run.stop()).toBe(0);
  await expectEachSpanOnce(pipeline, 100);
});

test('workers end with their supervisor, also when it is killed', async () => {
  const { pipeline, run } = await startTwo();
  const pids = run.logs.flatMap(({ event, pid }) => (event === 'worker_spawned' ? [Number(pid)] : []));
  expect(pids).toHaveLength(2);

  await run.kill();

  // `close` came, so nobody holds the log open any more; and they left the group, so that others get their partitions.
  await untilTrue(() => pids.every(pid => !isRunning(pid)));
  expect(run.logs.filter(({ event }) => event === 'stopped')).toHaveLength(2);
  const next = startWorker(pipeline.settings);
  await next.event('assigned', ({ owned }) => owned === 4);
  expect(await next.stop()).toBe(0);
});

test('Ctrl-C, which reaches every process of the terminal, ends them all in order', async () => {
  const { pipeline, run } = await startTwo();
  await send(pipeline, 0, 100);
  await run.event('committed');
  for (const { event, pid } of [...run.logs])
    if (event === 'worker_spawned') process.kill(Number(pid), 'SIGINT');
  run.process.kill('SIGINT');
  expect(await run.ended).toBe(0);
  expect(run.logs.filter(({ event }) => event === 'stopped')).toHaveLength(2);
});

test('a second Ctrl-C ends them all at once', async () => {
  const { run } = await startTwo();
  const pids = run.logs.flatMap(({ event, pid }) => (event === 'worker_spawned' ? [Number(pid)] : []));
  // One that hears nothing, so that the first is not enough.
  process.kill(pids[0] ?? 0, 'SIGSTOP');
  run.process.kill('SIGINT');
  const first = await run.event('stopping');
  await untilTrue(() => Date.now() - Date.parse(String(first['time'])) > 1_000);
  run.process.kill('SIGINT');
  expect(await run.ended).toBe('SIGKILL');
  expect(run.stderr()).toContain('A second SIGINT');
  await untilTrue(() => pids.every(pid => !isRunning(pid)));
});

test('a worker that crashes again and again ends the run with the reason', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 2 });
  const run = startWorker({ ...pipeline.settings, workers: 2 });
  let killed = 0;
  let over = false;
  void run.ended.then(() => {
    over = true;
  });
  await untilTrue(() => {
    const spawned = run.logs.filter(({ event, worker }) => event === 'worker_spawned' && worker === 1);
    for (const { pid } of spawned.slice(killed)) {
      process.kill(Number(pid), 'SIGKILL');
      killed += 1;
    }
    return over;
  });
  expect(await run.ended).toBe(1);
  expect(run.stderr()).toMatch(
    /^error: Worker 1 ended \d+ times in a row without getting anywhere, the last time with SIGKILL\./,
  );
  // The other one was not left behind.
  expect(run.logs.filter(({ event, worker }) => event === 'stopped' && worker === 0)).toHaveLength(1);
});

test('what no worker can do ends the run at once, with one line', async () => {
  const { settings } = spansPipeline();
  const run = startWorker({
    ...settings,
    workers: 2,
    traces: { topic: { name: 'no-such-topic-anywhere', create: false } },
  });
  expect(await run.ended).toBe(1);
  expect(run.stderr()).toMatch(/^error: .*no-such-topic-anywhere.*\n$/);
  expect(run.logs.filter(({ event }) => event === 'worker_crashed')).toEqual([]);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
