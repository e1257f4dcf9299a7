import { expect, test } from 'vitest';
import type { InputRecord, TopicPartition } from '../../../src/kafka/ports.js';
import { followAssignment } from '../../../src/stream/assignment.js';
import { rewind } from '../../../src/stream/rewind.js';
import { failure, record, scriptedConsumer } from '../../support/scripted-kafka.js';

const P0 = { topic: 'in', partition: 0 };
const P1 = { topic: 'in', partition: 1 };
const BATCH = [record(0, 5), record(1, 8), record(0, 6)];

function owning(partitions: TopicPartition[], options: Parameters<typeof scriptedConsumer>[1] = {}) {
  const calls: string[] = [];
  const consumer = scriptedConsumer(calls, options);
  const assignment = followAssignment(consumer, () => undefined);
  consumer.rebalance({ kind: 'assigned', partitions });
  assignment.settle();
  calls.length = 0;
  const seeks = async (records: readonly InputRecord[]) => {
    await rewind(consumer, assignment, records);
    return calls.filter(call => call.startsWith('seek')).sort();
  };
  return { calls, consumer, assignment, seeks };
}

test('reading goes back to the committed offset, whether the batch began there or not', async () => {
  const { consumer, seeks } = owning([P0, P1]);
  consumer.committedOffsets.set('in-0', 3).set('in-1', 9);

  expect(await seeks(BATCH)).toEqual(['seek in-0@3', 'seek in-1@9']);
});

test('offset 0 is a committed offset like any other', async () => {
  const { consumer, seeks } = owning([P0]);
  consumer.committedOffsets.set('in-0', 0);

  expect(await seeks(BATCH)).toEqual(['seek in-0@0']);
});

test('a partition without a committed offset goes back to where the batch began', async () => {
  const { consumer, seeks } = owning([P0, P1]);
  consumer.committedOffsets.set('in-1', 8);

  expect(await seeks(BATCH)).toEqual(['seek in-0@5', 'seek in-1@8']);
});

test('reading never goes back behind what this worker has committed itself', async () => {
  const { consumer, assignment, seeks } = owning([P0]);
  assignment.advance([{ ...P0, offset: 5 }]);
  consumer.committedOffsets.set('in-0', 3);

  expect(await seeks(BATCH)).toEqual(['seek in-0@5']);
});

test('a partition that the coordinator leaves out of its answer has no committed offset', async () => {
  const { consumer, seeks } = owning([P0, P1]);
  consumer.committed = async () => [];

  expect(await seeks(BATCH)).toEqual(['seek in-0@5', 'seek in-1@8']);
});

test.each([6, 700])(
  'committed offsets that are gone do not put reading back behind them while the log reaches them: to %d',
  async high => {
    const { consumer, assignment, seeks } = owning([P0]);
    assignment.advance([{ ...P0, offset: 6 }]);
    consumer.watermarks = () => ({ low: 0, high });

    expect(await seeks(BATCH)).toEqual(['seek in-0@6']);
  },
);

test('a topic that was deleted and recreated is read from where its log begins', async () => {
  const { consumer, assignment, seeks } = owning([P0]);
  assignment.advance([{ ...P0, offset: 700 }]);
  consumer.watermarks = () => ({ low: 5, high: 7 });

  expect(await seeks(BATCH)).toEqual(['seek in-0@5']);
  expect(assignment.nextOffset(P0)).toBe(5);
});

test('what is committed without its worker knowing counts as committed from then on', async () => {
  const { consumer, assignment, seeks } = owning([P0, P1]);
  consumer.committedOffsets.set('in-0', 7);
  await seeks(BATCH);

  expect(assignment.nextOffset(P0)).toBe(7);
  expect(assignment.nextOffset(P1)).toBe(8);
});

test('a partition that is no longer owned is left to its new owner', async () => {
  const { calls, consumer, seeks } = owning([P0, P1]);
  consumer.rebalance({ kind: 'revoked', partitions: [P1], lost: false });

  expect(await seeks(BATCH)).toEqual(['seek in-0@5']);
  expect(calls).toContain('committed in-0');
});

test('a partition that came back meanwhile is put back too', async () => {
  const { consumer, seeks } = owning([P0]);
  consumer.rebalance({ kind: 'revoked', partitions: [P0], lost: false });
  consumer.rebalance({ kind: 'assigned', partitions: [P0] });
  consumer.committedOffsets.set('in-0', 7);

  expect(await seeks(BATCH)).toEqual(['seek in-0@7']);
});

test('a member that was thrown out asks nothing and puts nothing back', async () => {
  const { calls, consumer, seeks } = owning([P0]);
  consumer.lost = true;

  expect(await seeks(BATCH)).toEqual([]);
  expect(calls).toEqual([]);
});

test('nothing is asked when nothing of the batch is owned any more', async () => {
  const { calls, seeks } = owning([P1]);

  expect(await seeks([record(0, 5)])).toEqual([]);
  expect(calls).toEqual([]);
});

test.each(['committed', 'seek'] as const)(
  '%s that fails is an error: going on would skip records',
  async method => {
    const { seeks } = owning([P0], { script: { [method]: [failure('indefinite')] } });

    await expect(seeks(BATCH)).rejects.toMatchObject({ kind: 'indefinite' });
  },
);

test('committed offsets are told apart by topic: partition 0 of two topics goes back to two offsets', async () => {
  const other = { topic: 'other', partition: 0 };
  const { consumer, seeks } = owning([P0, other]);
  consumer.committedOffsets.set('in-0', 3).set('other-0', 40);

  expect(await seeks([record(0, 5), record(0, 42, { topic: 'other' })])).toEqual([
    'seek in-0@3',
    'seek other-0@40',
  ]);
});

test('a log that ends before what is committed does not lead back behind it: fetching may not have seen the end', async () => {
  const { consumer, assignment, seeks } = owning([P0]);
  assignment.advance([{ ...P0, offset: 700 }]);
  consumer.committedOffsets.set('in-0', 700);
  consumer.watermarks = () => ({ low: 5, high: 7 });

  expect(await seeks(BATCH)).toEqual(['seek in-0@700']);
});
