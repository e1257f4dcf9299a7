import { describe, expect, test } from 'vitest';
import { outputTopics } from '../../../src/config/output-topics.js';
import { defaultConfig } from '../../../src/config/schema.js';

describe('outputTopics', () => {
  test('are those of the row kinds that are switched on, and the one for dead letters', () => {
    expect(outputTopics(defaultConfig()).map(({ section, name }) => [section, name])).toEqual([
      ['traces.topic', 'otel-traces'],
      ['logs.topic', 'otel-logs'],
      ['metrics.sum.topic', 'otel-metrics-sum'],
      ['dead_letter.topic', 'otelrows-dead-letters'],
    ]);
  });

  test('one per metric kind', () => {
    const config = defaultConfig();
    config.traces.enabled = false;
    config.logs.enabled = false;
    const { sum, gauge, histogram, exponential_histogram, summary } = config.metrics;
    for (const kind of [gauge, histogram, exponential_histogram, summary]) kind.enabled = true;
    sum.enabled = false;
    expect(outputTopics(config).map(({ section }) => section)).toEqual([
      'metrics.gauge.topic',
      'metrics.histogram.topic',
      'metrics.exponential_histogram.topic',
      'metrics.summary.topic',
      'dead_letter.topic',
    ]);
  });

  test('not those of rows that no input can make', () => {
    const config = defaultConfig();
    config.inputs = [{ topic: 'otlp_logs', signal: 'logs', encoding: 'auto', framing: 'auto' }];
    expect(outputTopics(config).map(({ name }) => name)).toEqual(['otel-logs', 'otelrows-dead-letters']);
  });

  test("by default they are created, with the partitions of their input and the brokers' replicas", () => {
    expect(outputTopics(defaultConfig())[0]).toMatchObject({
      create: true,
      num_partitions: null,
      replication_factor: -1,
      config: { 'cleanup.policy': 'delete' },
    });
  });

  test('what is set for all holds for each that says nothing else, and each says where that was set', () => {
    const config = defaultConfig();
    config.output_topics = {
      create: false,
      num_partitions: 12,
      replication_factor: 3,
      config: { 'retention.ms': 1000, 'min.insync.replicas': 2 },
    };
    config.dead_letter.topic = {
      ...config.dead_letter.topic,
      create: true,
      num_partitions: 1,
      config: { 'retention.ms': -1 },
    };
    const topics = outputTopics(config);
    expect(topics[0]).toMatchObject({
      create: false,
      num_partitions: 12,
      replication_factor: 3,
      config: { 'cleanup.policy': 'delete', 'retention.ms': '1000', 'min.insync.replicas': '2' },
      decidedBy: { create: 'output_topics.create', num_partitions: 'output_topics.num_partitions' },
    });
    expect(topics.at(-1)).toMatchObject({
      create: true,
      num_partitions: 1,
      replication_factor: 3,
      config: { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'min.insync.replicas': '2' },
      decidedBy: {
        create: 'dead_letter.topic.create',
        num_partitions: 'dead_letter.topic.num_partitions',
        replication_factor: 'output_topics.replication_factor',
      },
    });
  });

  test('larger messages than topics usually take: the topic is created for them', () => {
    const config = defaultConfig();
    config.producer.max_message_bytes = 10_000_000;
    expect(outputTopics(config)[0]?.config).toMatchObject({ 'max.message.bytes': '10048588' });
  });
});
