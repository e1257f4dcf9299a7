import { describe, expect, test } from 'vitest';
import { type OutputTopic, outputTopics } from '../../../src/config/output-topics.js';
import { defaultConfig } from '../../../src/config/schema.js';
import { Fatal } from '../../../src/errors.js';
import type { KafkaAdmin, NewTopic, TopicInfo } from '../../../src/kafka/ports.js';
import { inputProblem, prepareTopics, topicProblem } from '../../../src/stream/topics.js';
import { failure } from '../../support/scripted-kafka.js';

const OUTPUT: OutputTopic = {
  section: 'traces.topic',
  name: 'otel-traces',
  create: false,
  num_partitions: -1,
  replication_factor: -1,
};

function found(partitionCount: number, more: Partial<TopicInfo> = {}): TopicInfo {
  return {
    topic: OUTPUT.name,
    partitions: Array.from({ length: partitionCount }, (_, partition) => ({
      partition,
      leader: 1,
      replicas: 1,
      inSyncReplicas: 1,
    })),
    allowed: null,
    ...more,
  };
}

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
});

describe('topicProblem', () => {
  test('a topic that is missing: create it, or let otelrows', () => {
    expect(topicProblem(OUTPUT, null)).toMatch(/otel-traces .*does not exist.*traces\.topic\.create: true/);
  });

  test('a topic that is missing but may be created is none', () => {
    expect(topicProblem({ ...OUTPUT, create: true }, null)).toBeNull();
  });

  test('a topic that may not be written to: the right is named', () => {
    const problem = topicProblem(OUTPUT, found(1, { allowed: ['read', 'describe'] }));
    expect(problem).toContain('otel-traces');
    expect(problem).toContain('WRITE');
  });

  test('a broker that does not tell rights is no problem', () => {
    expect(topicProblem(OUTPUT, found(1, { allowed: null }))).toBeNull();
    expect(topicProblem(OUTPUT, found(1, { allowed: ['write'] }))).toBeNull();
  });

  test('other partitions than configured for the creation: neither side is guessed right', () => {
    const problem = topicProblem({ ...OUTPUT, create: true, num_partitions: 3 }, found(2));
    expect(problem).toContain('has 2 partitions, but traces.topic.num_partitions is 3');
  });

  test.each([
    ['as configured', { create: true, num_partitions: 2 }],
    ["with the broker's default", { create: true, num_partitions: -1 }],
    ['when someone else creates it', { create: false, num_partitions: 3 }],
  ])('partitions %s are none', (_, settings) => {
    expect(topicProblem({ ...OUTPUT, ...settings }, found(2))).toBeNull();
  });
});

describe('inputProblem', () => {
  test('an input that may not be read: the right is named', () => {
    expect(inputProblem('otlp_spans', found(1, { allowed: ['describe'] }))).toMatch(/otlp_spans .*READ/);
  });

  test('an input that is missing is waited for', () => {
    expect(inputProblem('otlp_spans', null)).toBeNull();
  });

  test('an input that may be read, or a broker that does not tell', () => {
    expect(inputProblem('otlp_spans', found(1, { allowed: ['read'] }))).toBeNull();
    expect(inputProblem('otlp_spans', found(1))).toBeNull();
  });
});

describe('prepareTopics', () => {
  /** @param topics what there is; a topic named in `hidden` may not be seen. */
  function setUp(
    topics: Record<string, TopicInfo>,
    { hidden = [], uncreatable = [] }: { hidden?: string[]; uncreatable?: string[] } = {},
  ) {
    const created: NewTopic[] = [];
    const events: string[] = [];
    const admin: KafkaAdmin = {
      topicNames: async () => Object.keys(topics),
      describeTopic: async topic => {
        if (hidden.includes(topic)) throw failure('denied', `describe topic ${topic}`);
        return topics[topic] ?? null;
      },
      createTopic: async topic => {
        if (uncreatable.includes(topic.topic)) throw failure('denied', `create topic ${topic.topic}`);
        created.push(topic);
        topics[topic.topic] = found(topic.partitions);
        return true;
      },
      offsetsAt: async () => [],
      hasMembers: async () => false,
      disconnect: () => undefined,
    };
    const prepare = (inputs: string[], outputs: OutputTopic[]) =>
      prepareTopics(
        admin,
        { inputs: inputs.map(topic => ({ topic, signal: 'traces', encoding: 'auto' })), outputs },
        {
          topicCreated: (topic, partitions) => events.push(`created ${topic} ${partitions}`),
          inputMissing: topic => events.push(`missing ${topic}`),
        },
      );
    return { created, events, prepare };
  }

  test('creates what is missing and may be created, as configured, and leaves the rest as it is', async () => {
    const { created, events, prepare } = setUp({ there: found(1), otlp_spans: found(1) });

    await prepare(
      ['otlp_spans'],
      [
        { ...OUTPUT, name: 'there', create: true },
        { ...OUTPUT, name: 'new', create: true, num_partitions: 3, replication_factor: 2 },
      ],
    );

    expect(created).toEqual([{ topic: 'new', partitions: 3, replicationFactor: 2 }]);
    expect(events).toEqual(['created new 3']);
  });

  test('tells every problem, not only the first', async () => {
    const { prepare } = setUp({}, { hidden: ['secret-in', 'secret-out'], uncreatable: ['new'] });

    const error = await prepare(
      ['secret-in'],
      [
        { ...OUTPUT, name: 'missing' },
        { ...OUTPUT, name: 'secret-out' },
        { ...OUTPUT, name: 'new', create: true },
      ],
    ).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Fatal);
    const lines = (error as Fatal).message.split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toContain('missing (traces.topic.name) does not exist');
    expect(lines[1]).toMatch(/secret-out .*WRITE/);
    expect(lines[2]).toMatch(/create topic new: denied .*CREATE/);
    expect(lines[3]).toMatch(/secret-in .*READ/);
  });

  test('an input that is missing is told; a pattern is not looked up', async () => {
    const { events, prepare } = setUp({});
    await prepare(['otlp_spans', '^eu-.*'], []);
    expect(events).toEqual(['missing otlp_spans']);
  });

  test('brokers that do not answer are not taken for a missing topic', async () => {
    const away = prepareTopics(
      {
        topicNames: async () => [],
        describeTopic: () => Promise.reject(failure('indefinite')),
        createTopic: async () => true,
        offsetsAt: async () => [],
        hasMembers: async () => false,
        disconnect: () => undefined,
      },
      { inputs: [], outputs: [OUTPUT] },
      { topicCreated: () => undefined, inputMissing: () => undefined },
    );
    await expect(away).rejects.toMatchObject({ kind: 'indefinite' });
  });
});
