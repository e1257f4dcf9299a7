import { expect, onTestFinished, test } from 'vitest';
import { freePorts } from '../../src/demo/broker/free-port.js';
import { startJavaKafka } from '../../src/demo/broker/java-kafka.js';
import { ask } from '../support/http.js';
import { createTopic, produce, readAll } from '../support/kafka-client.js';
import { spansRequest } from '../support/requests.js';
import { spansPipeline, startWorker, untilConsumed, untilTrue } from '../support/worker.js';

// These tests end brokers, so each has one of its own, run by Java.

/** So that there is something left to do when the broker goes. */
const SMALL = { max_records: 50 };

test('brokers that are away at start are waited for, visibly', async () => {
  const [port = 0] = await freePorts(1);
  const pipeline = spansPipeline(`127.0.0.1:${port}`);

  const worker = startWorker(pipeline.settings);
  expect((await worker.event('brokers_away')).msg).toMatch(
    /no broker answers, still trying: .*Connection refused/,
  );
  const kafka = await startJavaKafka({ port });
  onTestFinished(() => kafka.stop());
  await createTopic(kafka.brokers, pipeline.input);
  await produce(kafka.brokers, [{ topic: pipeline.input, value: spansRequest(0, 10) }]);
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);

  expect(await readAll(kafka.brokers, pipeline.output)).toHaveLength(10);
});

test('Ctrl-C while brokers are waited for ends the worker at once, with 0', async () => {
  const [port = 0] = await freePorts(1);
  const worker = startWorker(spansPipeline(`127.0.0.1:${port}`).settings);
  await worker.event('brokers_away');
  worker.process.kill('SIGINT');
  expect(await worker.ended).toBe(0);
});

test('a broker that is killed and comes back costs no row and doubles none', async () => {
  const kafka = await startJavaKafka();
  onTestFinished(() => kafka.stop());
  const pipeline = spansPipeline(kafka.brokers);
  await createTopic(kafka.brokers, pipeline.input, { partitions: 2 });
  const recordCount = 2000;
  await produce(
    kafka.brokers,
    Array.from({ length: recordCount }, (_, index) => ({
      topic: pipeline.input,
      partition: index % 2,
      value: spansRequest(index * 50, 50),
    })),
  );

  const worker = startWorker({ ...pipeline.settings, batch: SMALL });
  await worker.event('committed');
  await kafka.kill(1);
  await worker.event('connection_error');
  await kafka.start(1);
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);

  const ids = (await readAll(kafka.brokers, pipeline.output)).map(
    ({ value }) => JSON.parse(String(value)).SpanId,
  );
  expect(ids).toHaveLength(recordCount * 50);
  expect(new Set(ids).size).toBe(recordCount * 50);
});

test('a second Ctrl-C ends a worker whose broker does not answer', async () => {
  const kafka = await startJavaKafka();
  onTestFinished(() => kafka.stop());
  const pipeline = spansPipeline(kafka.brokers);
  await createTopic(kafka.brokers, pipeline.input);
  await produce(
    kafka.brokers,
    Array.from({ length: 1000 }, (_, index) => ({
      topic: pipeline.input,
      value: spansRequest(index * 50, 50),
    })),
  );

  const worker = startWorker({ ...pipeline.settings, batch: SMALL });
  await worker.event('committed');
  kafka.signal(1, 'SIGSTOP');
  worker.process.kill('SIGINT');
  await worker.event('stopping');
  // As a person would: again and again, since one that follows at once is taken for the same.
  const impatience = setInterval(() => worker.process.kill('SIGINT'), 100);
  onTestFinished(() => clearInterval(impatience));
  expect(await worker.ended).toBe('SIGKILL');
  expect(worker.stderr()).toContain('what is not committed will be read again');
  kafka.signal(1, 'SIGCONT');
});

test('a worker whose broker has frozen, with its connections open, is unhealthy once it has committed nothing for long', async () => {
  const kafka = await startJavaKafka();
  onTestFinished(() => kafka.stop());
  const pipeline = spansPipeline(kafka.brokers);
  await createTopic(kafka.brokers, pipeline.input);
  await produce(
    kafka.brokers,
    Array.from({ length: 200 }, (_, index) => ({
      topic: pipeline.input,
      value: spansRequest(index * 50, 50),
    })),
  );
  const worker = startWorker({
    ...pipeline.settings,
    http: { host: '127.0.0.1', port: 0 },
    health: { stalled_after_ms: 5_000 },
    // So that it has seen records that are left when the broker freezes.
    batch: { max_records: 2 },
  });
  const { port } = await worker.event('http_listening');
  const health = () => ask(`http://127.0.0.1:${port}`, '/healthz');
  await worker.event('committed');
  kafka.signal(1, 'SIGSTOP');
  onTestFinished(() => kafka.signal(1, 'SIGCONT'));
  await untilTrue(async () => (await health()).status === 503);
  expect((await health()).body.workers[0]?.problems[0]).toMatch(
    /records lie ahead and nothing was committed/,
  );
  kafka.signal(1, 'SIGCONT');
  await untilConsumed(pipeline);
  await untilTrue(async () => (await health()).status === 200);
  expect(await worker.stop()).toBe(0);
});
