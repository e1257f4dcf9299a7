import { describe, expect, test } from 'vitest';
import { inputProblem, topicProblem } from '../../../src/kafka/topics.js';
import { found, OUTPUT } from '../../support/output-topic.js';

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

  test('for all topics together, the setting is about those that are created', () => {
    const decidedBy = { ...OUTPUT.decidedBy, num_partitions: 'output_topics.num_partitions' };
    expect(topicProblem({ ...OUTPUT, create: true, num_partitions: 3, decidedBy }, found(2))).toBeNull();
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
