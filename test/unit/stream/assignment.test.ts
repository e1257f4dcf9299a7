import { expect, test } from 'vitest';
import { partitionName } from '../../../src/kafka/names.js';
import type { RebalanceEvent, TopicPartition } from '../../../src/kafka/ports.js';
import { followAssignment } from '../../../src/stream/assignment.js';
import { failure, scriptedConsumer } from '../../support/scripted-kafka.js';

const [P0, P1, P2] = [0, 1, 2].map(partition => ({ topic: 'in', partition })) as [
  TopicPartition,
  TopicPartition,
  TopicPartition,
];

const assigned = (...partitions: TopicPartition[]): RebalanceEvent => ({ kind: 'assigned', partitions });
const revoked = (...partitions: TopicPartition[]): RebalanceEvent => ({
  kind: 'revoked',
  partitions,
  lost: false,
});

function setUp(script: Parameters<typeof scriptedConsumer>[1] = {}) {
  const calls: string[] = [];
  const seen: string[] = [];
  const consumer = scriptedConsumer(calls, script);
  const assignment = followAssignment(consumer, (event, owned) =>
    seen.push(`${event.kind}: ${owned.map(partitionName).join(' ')}`),
  );
  return { assignment, consumer, calls, seen };
}

test('what the group asks for is neither answered nor owned before settle', () => {
  const { assignment, consumer, calls, seen } = setUp();

  consumer.rebalance(assigned(P0));

  expect(calls).toEqual([]);
  expect(seen).toEqual([]);
  expect(assignment.owns(P0)).toBe(false);
});

test('settle answers everything that waits, in order', () => {
  const { assignment, consumer, calls, seen } = setUp();
  consumer.rebalance(assigned(P0, P1));
  consumer.rebalance(revoked(P0));
  consumer.rebalance(assigned(P2));

  assignment.settle();

  expect(calls).toEqual(['accept assigned in-0 in-1', 'accept revoked in-0', 'accept assigned in-2']);
  expect(seen).toEqual(['assigned: in-0 in-1', 'revoked: in-1', 'assigned: in-1 in-2']);
  expect(assignment.partitions).toEqual([P1, P2]);
  expect([P0, P1, P2].map(partition => assignment.owns(partition))).toEqual([false, true, true]);
});

test('settle names what was given up, also what came back since, and nothing else', () => {
  const { assignment, consumer } = setUp();
  consumer.rebalance(assigned(P0, P1));
  expect(assignment.settle()).toEqual([]);

  consumer.rebalance(revoked(P0));
  consumer.rebalance(assigned(P0, P2));

  expect(assignment.settle()).toEqual([P0]);
});

test('settling twice answers once', () => {
  const { assignment, consumer, calls } = setUp();
  consumer.rebalance(assigned(P0));

  assignment.settle();
  assignment.settle();

  expect(calls).toHaveLength(1);
});

test('a partition that is asked for is owned until settle gives it up', () => {
  const { assignment, consumer } = setUp();
  consumer.rebalance(assigned(P0));
  assignment.settle();

  consumer.rebalance(revoked(P0));
  expect(assignment.owns(P0)).toBe(true);

  assignment.settle();
  expect(assignment.owns(P0)).toBe(false);
});

test('whether the assignment is lost is what the client says now, not what was heard', () => {
  const { assignment, consumer } = setUp();
  expect(assignment.lost()).toBe(false);

  consumer.lost = true;
  consumer.rebalance({ kind: 'revoked', partitions: [P0], lost: true });
  expect(assignment.lost()).toBe(true);

  assignment.settle();
  expect(assignment.lost()).toBe(false);
});

test('where reading goes on is forgotten with the partition: another member may have committed when it comes back', () => {
  const { assignment, consumer } = setUp();
  consumer.rebalance(assigned(P0, P1));
  assignment.settle();
  assignment.advance([
    { ...P0, offset: 5 },
    { ...P1, offset: 6 },
  ]);

  consumer.rebalance(revoked(P0));
  consumer.rebalance(assigned(P0));
  assignment.settle();

  expect(assignment.nextOffset(P0)).toBeUndefined();
  expect(assignment.nextOffset(P1)).toBe(6);
});

test('release answers what waits, and from then on at once', () => {
  const { assignment, consumer, calls } = setUp();
  consumer.rebalance(assigned(P0));

  assignment.release();
  expect(calls).toEqual(['accept assigned in-0']);

  consumer.rebalance(revoked(P0));
  expect(calls).toEqual(['accept assigned in-0', 'accept revoked in-0']);
  expect(assignment.partitions).toEqual([]);
});

test('a closing client that refuses partitions is told to give them up, so that it can close', () => {
  const { assignment, consumer, calls } = setUp({ script: { accept: [failure('other')] } });
  assignment.release();

  consumer.rebalance(assigned(P0));

  expect(calls).toEqual(['accept assigned in-0', 'accept revoked in-0']);
  expect(assignment.owns(P0)).toBe(false);
});

test('partitions are told apart by topic and number', () => {
  expect(partitionName({ topic: 'otlp_spans', partition: 3 })).toBe('otlp_spans-3');
});
