import { describe, expect, test } from 'vitest';
import type { Input } from '../../../src/config/inputs.js';
import type { OutputTopic } from '../../../src/config/output-topics.js';
import { Fatal } from '../../../src/errors.js';
import type { FailureKind } from '../../../src/kafka/failure.js';
import type { KafkaAdmin, NewTopic, TopicInfo } from '../../../src/kafka/ports.js';
import { prepareTopics } from '../../../src/stream/create-topics.js';
import { found, OUTPUT } from '../../support/output-topic.js';
import { failure } from '../../support/scripted-kafka.js';

describe('prepareTopics', () => {
  interface SetUp {
    hidden?: string[];
    uncreatable?: string[];
    /** How the first creations end; `taken`: another worker was first. */
    failures?: (FailureKind | 'taken')[];
  }

  /** @param topics what there is; a topic named in `hidden` may not be seen. */
  function setUp(
    topics: Record<string, TopicInfo>,
    { hidden = [], uncreatable = [], failures = [] }: SetUp = {},
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
        const failed = failures.shift();
        if (failed === 'taken') {
          topics[topic.topic] = found(1);
          return false;
        }
        if (failed) throw failure(failed, `create topic ${topic.topic}`);
        if (uncreatable.includes(topic.topic)) throw failure('denied', `create topic ${topic.topic}`);
        created.push(topic);
        topics[topic.topic] = found(Math.max(topic.partitions, 1));
        return true;
      },
      offsetsAt: async () => [],
      hasMembers: async () => false,
      disconnect: () => undefined,
    };
    const prepareAll = (inputs: Input[], outputs: OutputTopic[]) =>
      prepareTopics(
        admin,
        { inputs, outputs },
        {
          topicCreated: (topic, partitions, _, because) =>
            events.push(`created ${topic} ${partitions} (${because})`),
        },
      );
    const prepare = (inputs: string[], outputs: OutputTopic[]) =>
      prepareAll(
        inputs.map(topic => ({ topic, signal: 'traces', encoding: 'auto', framing: 'auto' })),
        outputs,
      );
    return { created, events, prepare, prepareAll };
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

    expect(created).toEqual([
      { topic: 'new', partitions: 3, replicationFactor: 2, config: { 'cleanup.policy': 'delete' } },
    ]);
    expect(events).toEqual(['created new 3 (traces.topic.num_partitions)']);
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

  test('an input that is missing is waited for; a pattern is not looked up', async () => {
    const { events, prepare } = setUp({});
    await prepare(['otlp_spans', '^eu-.*'], []);
    expect(events).toEqual([]);
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
      { topicCreated: () => undefined },
    );
    await expect(away).rejects.toMatchObject({ kind: 'indefinite' });
  });

  const likeInput: OutputTopic = {
    ...OUTPUT,
    create: true,
    num_partitions: null,
    decidedBy: { ...OUTPUT.decidedBy, num_partitions: 'output_topics.num_partitions' },
  };

  test('as many partitions as the input of its rows has; dead letters as the largest', async () => {
    const { created, events, prepareAll } = setUp({
      spans: found(12),
      'eu-spans': found(16),
      eu: found(99),
      logs: found(24),
    });
    await prepareAll(
      [
        { topic: 'spans', signal: 'traces', encoding: 'auto', framing: 'auto' },
        { topic: '^eu-', signal: 'traces', encoding: 'auto', framing: 'auto' },
        { topic: 'logs', signal: 'logs', encoding: 'auto', framing: 'auto' },
      ],
      [likeInput, { ...likeInput, name: 'dead', signal: null }],
    );
    expect(created.map(({ topic, partitions }) => [topic, partitions])).toEqual([
      ['otel-traces', 16],
      ['dead', 24],
    ]);
    expect(events).toEqual(['created otel-traces 16 (as eu-spans has)', 'created dead 24 (as logs has)']);
  });

  test("an input that does not exist yet: the brokers' default, and that is said", async () => {
    const { created, events, prepare } = setUp({});
    await prepare(['otlp_spans'], [likeInput]);
    expect(created).toMatchObject([{ topic: 'otel-traces', partitions: -1, replicationFactor: -1 }]);
    expect(events[0]).toBe(
      "created otel-traces 1 (the brokers' default, since otlp_spans does not exist yet; output_topics.num_partitions says otherwise)",
    );
  });

  test('one that another worker has created meanwhile is not told as created', async () => {
    const { events, prepare } = setUp({ otlp_spans: found(1) }, { failures: ['taken'] });
    await prepare(['otlp_spans'], [likeInput]);
    expect(events).toEqual([]);
  });

  test.each<FailureKind>(['retriable', 'indefinite'])(
    'after a failure that is %s it asks again',
    async kind => {
      const { created, events, prepare } = setUp({ otlp_spans: found(1) }, { failures: [kind] });
      await prepare(['otlp_spans'], [likeInput]);
      expect(created).toHaveLength(1);
      expect(events).toHaveLength(1);
    },
  );

  test.each([
    [
      -1,
      /default\.replication\.factor is more than there are brokers: set traces\.topic\.replication_factor/,
    ],
    [3, /traces\.topic\.replication_factor is 3: set it to at most the number of brokers/],
  ])('fewer brokers than replicas (%s): which setting to change', async (replication_factor, advice) => {
    const { prepare } = setUp({ otlp_spans: found(1) }, { failures: ['too_few_brokers'] });
    await expect(prepare(['otlp_spans'], [{ ...likeInput, replication_factor }])).rejects.toThrow(advice);
  });
});
