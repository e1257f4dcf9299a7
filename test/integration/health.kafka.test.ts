import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startJavaKafka } from '../../src/demo/broker/java-kafka.js';
import { testBroker } from '../support/broker.js';
import { ask, readStatus, scrape } from '../support/http.js';
import { createTopic, produce, produceInTransaction } from '../support/kafka-client.js';
import { metricValue } from '../support/metrics-text.js';
import { spansRequest } from '../support/requests.js';
import { type Settings, spansPipeline, startWorker, untilConsumed, untilTrue } from '../support/worker.js';

// One worker in the process that was started, as most run it.

const HTTP = { host: '127.0.0.1', port: 0 };

async function startListening(settings: Settings) {
  const worker = startWorker({ http: HTTP, ...settings });
  const { port } = await worker.event('http_listening');
  return { worker, url: `http://127.0.0.1:${port}` };
}

test('metrics agree with what was produced', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 2 });
  await produce(testBroker(), [
    ...Array.from({ length: 30 }, (_, index) => ({
      topic: pipeline.input,
      partition: index % 2,
      value: spansRequest(index * 10, 10),
    })),
    { topic: pipeline.input, partition: 0, value: Buffer.from('{ this is no request') },
  ]);
  const { worker, url } = await startListening(pipeline.settings);
  await untilConsumed(pipeline);
  // The counters move when the commit is answered, which is after the group knows the offsets.
  await untilTrue(async () => metricValue(await scrape(url), 'otelrows_records_total') === 31);
  await untilTrue(async () => metricValue(await scrape(url), 'otelrows_lag_records') === 0);

  const samples = await scrape(url);
  expect(metricValue(samples, 'otelrows_items_total')).toBe(300);
  expect(metricValue(samples, 'otelrows_rows_total')).toBe(300);
  expect(metricValue(samples, 'otelrows_filtered_items_total')).toBe(0);
  expect(metricValue(samples, 'otelrows_dead_lettered_records_total', { reason: 'malformed' })).toBe(1);
  expect(metricValue(samples, 'otelrows_assigned_partitions')).toBe(2);
  expect(metricValue(samples, 'otelrows_lag_records', { topic: pipeline.input, partition: '1' })).toBe(0);
  expect(metricValue(samples, 'otelrows_batch_duration_seconds_count')).toBe(
    metricValue(samples, 'otelrows_batches_committed_total'),
  );
  expect(metricValue(samples, 'otelrows_record_age_seconds_count')).toBe(
    metricValue(samples, 'otelrows_batches_committed_total'),
  );
  expect((await ask(url, '/readyz')).status).toBe(200);
  expect((await ask(url, '/healthz')).body.workers[0]).toMatchObject({
    lag: 0,
    partitions: 2,
    healthy: true,
  });
  expect(await readStatus(url)).toMatchObject({
    group: pipeline.group,
    rows: 300,
    lag: 0,
    partitions: [{ topic: pipeline.input }, { topic: pipeline.input }],
    deadLetters: [{ reason: 'malformed', of: 'records', count: 1 }],
  });
  expect(await worker.stop()).toBe(0);
});

test('lag is told of partitions that were idle since the start, and ignores markers of transactions', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 3 });
  const value = spansRequest(0, 1);
  const topic = pipeline.input;
  await produce(testBroker(), [{ topic, partition: 0, value }]);
  // Their end is one more than their last record: the marker.
  await produceInTransaction(testBroker(), [{ topic, partition: 1, value }], 'commit');
  const lags = async (url: string) => {
    const samples = await scrape(url);
    return [0, 1, 2].map(partition =>
      metricValue(samples, 'otelrows_lag_records', { topic, partition: String(partition) }),
    );
  };
  const first = await startListening(pipeline.settings);
  await untilTrue(async () => String(await lags(first.url)) === '0,0,0');
  expect(await first.worker.stop()).toBe(0);

  // The second finds nothing to read, and so has no position of its own.
  const second = await startListening({ ...pipeline.settings, health: { stalled_after_ms: 1_000 } });
  await untilTrue(async () => String(await lags(second.url)) === '0,0,0');
  expect((await ask(second.url, '/healthz')).status).toBe(200);
  expect(await second.worker.stop()).toBe(0);
});

test('a worker whose batch cannot be committed is unhealthy, and healthy when it gets on again', async () => {
  const kafka = await startJavaKafka();
  onTestFinished(() => kafka.stop());
  const pipeline = spansPipeline(kafka.brokers);
  await createTopic(kafka.brokers, pipeline.input);
  const { worker, url } = await startListening({
    ...pipeline.settings,
    // Small batches, so that some are left when the broker goes.
    batch: { max_records: 5 },
    health: { stalled_after_ms: 4_000 },
  });
  await worker.event('assigned', ({ owned }) => owned === 1);
  await produce(
    kafka.brokers,
    Array.from({ length: 500 }, (_, index) => ({
      topic: pipeline.input,
      value: spansRequest(index * 10, 10),
    })),
  );
  await worker.event('committed');
  expect((await ask(url, '/healthz')).status).toBe(200);

  await kafka.kill(1);
  await untilTrue(async () => (await ask(url, '/healthz')).status === 503);

  const [told] = (await ask(url, '/healthz')).body.workers;
  expect(told?.problems[0]).toMatch(/^\d+ records lie ahead and nothing was committed for \d+ s$/);
  expect(told).toMatchObject({ healthy: false, lastCommit: expect.stringContaining('T') });
  const samples = await scrape(url);
  expect(metricValue(samples, 'otelrows_worker_healthy')).toBe(0);
  expect(metricValue(samples, 'otelrows_lag_records')).toBeGreaterThan(0);
  await kafka.start(1);
  await untilTrue(async () => (await ask(url, '/healthz')).status === 200);
  await untilTrue(async () => (await ask(url, '/readyz')).status === 200);
});

test('while brokers are away a worker is healthy but not ready', async () => {
  const { worker, url } = await startListening(spansPipeline('127.0.0.1:9').settings);
  expect(await ask(url, '/healthz')).toMatchObject({
    status: 200,
    body: { workers: [{ phase: 'connecting' }] },
  });
  expect((await ask(url, '/readyz')).status).toBe(503);
  expect(await worker.stop()).toBe(0);
});

test('a port that is taken is an error when the user set it', async () => {
  const port = await takenPort(0);
  const worker = startWorker({ ...spansPipeline().settings, http: { host: '127.0.0.1', port } });
  expect(await worker.ended).toBe(1);
  expect(worker.stderr()).toMatch(
    /^error: Cannot listen on 127\.0\.0\.1 port \d+: another program listens there\. Set http\.port/,
  );
});

test('when the default port is taken, the worker says so and goes on without', async () => {
  // Someone else may have taken it already, which is as good.
  await takenPort(9464).catch(() => undefined);
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);
  await produce(testBroker(), [{ topic: pipeline.input, value: spansRequest(0, 10) }]);
  const worker = startWorker({ ...pipeline.settings, http: { host: '127.0.0.1' } });
  expect((await worker.event('http_left_out')).msg).toContain('Set http.port');
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);
});

/** A port on which someone listens until the test ends. */
async function takenPort(port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}
