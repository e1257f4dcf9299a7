import { afterAll, beforeAll, expect, test } from 'vitest';
import { type JavaKafka, startJavaKafka } from '../../src/demo/broker/java-kafka.js';
import { createTopic, describePartitions, produce, readAll } from '../support/kafka-client.js';
import { otelrows } from '../support/otelrows.js';
import { spansRequest } from '../support/requests.js';
import { startWorker, untilTrue } from '../support/worker.js';

// Who installs otelrows and says nothing but where the brokers are. The broker is as Kafka comes, but for its number of
// partitions, so that its default can be told from a guess; it is this file's own, since every name is the default.

const BROKERS_PARTITIONS = 2;
const OUTPUTS = ['otel-traces', 'otel-logs', 'otel-metrics-sum', 'otelrows-dead-letters'];

let kafka: JavaKafka;

beforeAll(async () => {
  kafka = await startJavaKafka({ properties: { 'num.partitions': String(BROKERS_PARTITIONS) } });
});

afterAll(() => kafka?.stop());

/** The findings of `otelrows check` about output topics. */
function checkOutputs(): string[] {
  const { exitCode, stdout } = otelrows(['check'], { env: { OTELROWS_KAFKA_BROKERS: kafka.brokers } });
  expect(stdout).not.toContain('✗');
  expect(exitCode).toBe(0);
  return stdout.split('\n').filter(line => /^. output /.test(line));
}

test('before anything else is there: check says what would be, and the worker creates it and waits', async () => {
  expect(checkOutputs()).toEqual(
    OUTPUTS.map(name =>
      expect.stringMatching(new RegExp(`^! output +${name}: will be created with .*default`)),
    ),
  );

  const worker = startWorker({
    kafka: { brokers: [kafka.brokers], metadata: { refresh_interval_ms: 1000 } },
  });
  await worker.event('started');
  expect(worker.logs.filter(({ event }) => event === 'topic_created')).toEqual(
    OUTPUTS.map(topic => expect.objectContaining({ topic, partitions: BROKERS_PARTITIONS, replicas: 1 })),
  );

  await createTopic(kafka.brokers, 'otlp_spans', { partitions: 3 });
  await produce(kafka.brokers, [{ topic: 'otlp_spans', value: spansRequest(0, 10) }]);
  await untilTrue(async () => (await readAll(kafka.brokers, 'otel-traces')).length === 10);
  expect(await worker.stop()).toBe(0);
});

test('with inputs that are there: outputs with as many partitions, said by check and made by run', async () => {
  await kafka.stop();
  kafka = await startJavaKafka({ properties: { 'num.partitions': String(BROKERS_PARTITIONS) } });
  await createTopic(kafka.brokers, 'otlp_spans', { partitions: 5 });
  await createTopic(kafka.brokers, 'otlp_logs', { partitions: 3 });
  await createTopic(kafka.brokers, 'otlp_metrics', { partitions: 1 });
  await produce(kafka.brokers, [{ topic: 'otlp_spans', value: spansRequest(0, 10) }]);

  const expected = { 'otel-traces': 5, 'otel-logs': 3, 'otel-metrics-sum': 1, 'otelrows-dead-letters': 5 };
  expect(checkOutputs()).toEqual(
    Object.entries(expected).map(([name, partitions]) =>
      expect.stringMatching(
        new RegExp(`^✓ output +${name}: will be created with ${partitions} partitions? \\(as otlp_`),
      ),
    ),
  );

  const worker = startWorker({}, 'run', ['--kafka-brokers', kafka.brokers]);
  await worker.event('committed');
  expect(await worker.stop()).toBe(0);
  for (const [name, partitions] of Object.entries(expected))
    expect(await describePartitions(kafka.brokers, name)).toHaveLength(partitions);
  expect(await readAll(kafka.brokers, 'otel-traces')).toHaveLength(10);
});
