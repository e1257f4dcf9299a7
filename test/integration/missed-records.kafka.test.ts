import { expect, onTestFinished, test } from 'vitest';
import { startJavaKafka } from '../../src/demo/broker/java-kafka.js';
import { testBroker } from '../support/broker.js';
import { ask } from '../support/http.js';
import { incompressible } from '../support/incompressible.js';
import {
  beginOffsets,
  createTopic,
  deleteRecordsBefore,
  endOffsets,
  produce,
  readAll,
} from '../support/kafka-client.js';
import { spansRequest } from '../support/requests.js';
import { type Pipeline, spansPipeline, startWorker, untilConsumed, untilTrue } from '../support/worker.js';

const ROUNDS = 5;
const READ = 10;
const DELETED = 50;

/** One request of one span each. */
function write({ brokers, input }: Pipeline, count: number): Promise<void> {
  const records = Array.from({ length: count }, (_, n) => ({
    topic: input,
    partition: 0,
    value: spansRequest(n, 1),
  }));
  return produce(brokers, records);
}

test.each([
  { batch: { max_records: 1 }, name: 'one record' },
  { batch: { max_records: 7 }, name: '7 records' },
  { batch: { max_records: 1000, max_age_ms: 3000 }, name: 'all that comes in 3 s, with gaps inside' },
])(
  'whatever is deleted ahead of a running worker is told of and counted, with batches of $name',
  async ({ batch }) => {
    const pipeline = spansPipeline();
    await createTopic(testBroker(), pipeline.input);
    const worker = startWorker({
      ...pipeline.settings,
      consumer: {
        ...(pipeline.settings.consumer as object),
        fetch_wait_max_ms: 10,
        session_timeout_ms: 30_000,
      },
      batch,
    });
    // A group without committed offsets has missed nothing.
    await write(pipeline, 1);
    await untilConsumed(pipeline);
    for (let round = 0; round < ROUNDS; round += 1) {
      await write(pipeline, READ);
      worker.process.kill('SIGSTOP');
      await write(pipeline, DELETED);
      const end = (await endOffsets(testBroker(), pipeline.input)).get(0) ?? 0;
      await deleteRecordsBefore(testBroker(), { topic: pipeline.input, partition: 0, offset: end });
      await write(pipeline, READ);
      worker.process.kill('SIGCONT');
    }
    await untilConsumed(pipeline);
    expect(await worker.stop()).toBe(0);

    const { missedRecords } = await worker.event('stopped');
    const rows = await readAll(testBroker(), pipeline.output);
    expect(missedRecords).toBeGreaterThanOrEqual(DELETED);
    expect(rows.length + Number(missedRecords)).toBe(1 + ROUNDS * (READ + DELETED + READ));
  },
);

test('where all that lay ahead was deleted and nothing follows, it is told of and is no lag', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);
  await write(pipeline, READ);
  const worker = startWorker({
    ...pipeline.settings,
    consumer: {
      ...(pipeline.settings.consumer as object),
      fetch_wait_max_ms: 10,
      session_timeout_ms: 30_000,
    },
    http: { host: '127.0.0.1', port: 0 },
  });
  const { port } = await worker.event('http_listening');
  const health = () => ask(`http://127.0.0.1:${port}`, '/healthz');
  await untilConsumed(pipeline);
  worker.process.kill('SIGSTOP');
  await write(pipeline, DELETED);
  const end = (await endOffsets(testBroker(), pipeline.input)).get(0) ?? 0;
  await deleteRecordsBefore(testBroker(), { topic: pipeline.input, partition: 0, offset: end });
  worker.process.kill('SIGCONT');

  expect(await worker.event('records_missed')).toMatchObject({
    partition: 0,
    from: READ,
    to: READ + DELETED,
  });
  await untilTrue(async () => (await health()).body.workers[0]?.lag === 0);
  expect((await health()).status).toBe(200);
  expect(await worker.stop()).toBe(0);
  expect(await worker.event('stopped')).toMatchObject({ missedRecords: DELETED });
});

test('what retention.bytes deletes ahead of a running worker is counted', async () => {
  const kafka = await startJavaKafka({
    properties: { 'log.retention.check.interval.ms': 200, 'log.initial.task.delay.ms': 200 },
  });
  onTestFinished(() => kafka.stop());
  const { brokers } = kafka;
  const pipeline = spansPipeline(brokers);
  // The least that brokers take for either.
  const segment = 1024 * 1024;
  await createTopic(brokers, pipeline.input, {
    config: { 'retention.bytes': String(segment), 'segment.bytes': String(segment) },
  });
  const writeLarge = (count: number) =>
    produce(
      brokers,
      Array.from({ length: count }, (_, n) => ({
        topic: pipeline.input,
        partition: 0,
        value: spansRequest(n, 1, { payload: incompressible(100_000, n) }),
      })),
    );
  const worker = startWorker({
    ...pipeline.settings,
    consumer: { ...(pipeline.settings['consumer'] as object), session_timeout_ms: 60_000 },
  });
  await write(pipeline, 1);
  await untilConsumed(pipeline);
  worker.process.kill('SIGSTOP');
  await writeLarge(DELETED);
  await untilTrue(async () => ((await beginOffsets(brokers, pipeline.input)).get(0) ?? 0) > 1);
  await writeLarge(READ);
  worker.process.kill('SIGCONT');
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);

  const { missedRecords } = await worker.event('stopped');
  const rows = await readAll(brokers, pipeline.output);
  expect(missedRecords).toBeGreaterThan(0);
  expect(rows.length + Number(missedRecords)).toBe(1 + DELETED + READ);
});
