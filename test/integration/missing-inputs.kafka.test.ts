import { expect, test } from 'vitest';
import { testBroker, uniqueName } from '../support/broker.js';
import { ask, scrape } from '../support/http.js';
import { addPartitions, createTopic, deleteTopic, produce, readAll } from '../support/kafka-client.js';
import { metricValue } from '../support/metrics-text.js';
import { spansRequest } from '../support/requests.js';
import { type Pipeline, spansPipeline, startWorker, untilTrue } from '../support/worker.js';

// With the client's own interval of five minutes, as by default: whatever is seen sooner is seen by looking for it.
const SOON_MS = 30_000;

async function start({ settings }: Pipeline, more: object = {}) {
  const worker = startWorker({
    ...settings,
    kafka: { ...(settings.kafka as object), metadata: {} },
    http: { host: '127.0.0.1', port: 0 },
    ...more,
  });
  const { port } = await worker.event('http_listening');
  const url = `http://127.0.0.1:${port}`;
  const ready = async () => {
    const { status, body } = await ask(url, '/readyz');
    return { status, problems: body.workers.flatMap(({ problems }) => problems) };
  };
  const missing = async () => metricValue(await scrape(url), 'otelrows_missing_inputs');
  return { worker, ready, missing };
}

function write(topic: string, more: { partition?: number } = {}): Promise<void> {
  return produce(testBroker(), [{ topic, ...more, value: spansRequest(0, 1) }]);
}

async function untilRows({ output }: Pipeline, count: number): Promise<void> {
  const since = Date.now();
  await untilTrue(async () => (await readAll(testBroker(), output)).length === count);
  expect(Date.now() - since).toBeLessThan(SOON_MS);
}

test.each(['classic', 'consumer'])(
  'with group_protocol %s an input that appears, goes and comes back is named while it is missing and read at once',
  async group_protocol => {
    const pipeline = spansPipeline();
    const consumer = { group_id: pipeline.group, group_protocol };
    const { worker, ready, missing } = await start(pipeline, { consumer });
    await worker.event('input_missing');
    expect(await ready()).toMatchObject({ status: 503 });
    expect((await ready()).problems).toContain(`the input topic ${pipeline.input} does not exist`);
    expect(await missing()).toBe(1);

    await createTopic(testBroker(), pipeline.input);
    await write(pipeline.input);
    await untilRows(pipeline, 1);
    await untilTrue(async () => (await ready()).status === 200);
    expect(await missing()).toBe(0);

    await deleteTopic(testBroker(), pipeline.input);
    await untilTrue(async () =>
      (await ready()).problems.includes(`the input topic ${pipeline.input} does not exist`),
    );
    await createTopic(testBroker(), pipeline.input);
    await write(pipeline.input);
    await untilRows(pipeline, 2);
    await untilTrue(async () => (await ready()).status === 200);
    await worker.stop();
    expect(worker.logs.filter(({ event }) => event === 'input_missing')).toHaveLength(2);
    expect(worker.logs.filter(({ event }) => event === 'input_found')).toHaveLength(2);
  },
);

test.each(['classic', 'consumer'])(
  'with group_protocol %s a pattern that matches nothing is named, and a topic that matches is read soon',
  async group_protocol => {
    const pipeline = spansPipeline();
    const stem = uniqueName('otlp');
    const { worker, ready } = await start(pipeline, {
      inputs: [{ topic: `^${stem}`, signal: 'traces' }],
      consumer: { group_id: pipeline.group, group_protocol },
    });
    await worker.event('input_missing');
    expect((await ready()).problems).toContain(`no topic matches the input ^${stem}`);
    for (const n of [1, 2]) {
      await createTopic(testBroker(), `${stem}_${n}`);
      await write(`${stem}_${n}`);
      await untilRows(pipeline, n);
    }
    await untilTrue(async () => (await ready()).status === 200);
    await worker.stop();
  },
);

test.each(['classic', 'consumer'])(
  'with group_protocol %s partitions that are added are read soon',
  async group_protocol => {
    const pipeline = spansPipeline();
    await createTopic(testBroker(), pipeline.input);
    const { worker } = await start(pipeline, { consumer: { group_id: pipeline.group, group_protocol } });
    await write(pipeline.input);
    await worker.event('committed'); // Before it there may be no output topic to look at.
    await untilRows(pipeline, 1);
    await addPartitions(testBroker(), pipeline.input, 3);
    await write(pipeline.input, { partition: 2 });
    await untilRows(pipeline, 2);
    await worker.stop();
  },
);
