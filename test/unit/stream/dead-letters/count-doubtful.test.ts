import { expect, test } from 'vitest';
import type { CommittedOffset, TopicPartition } from '../../../../src/kafka/ports.js';
import { countDoubtful } from '../../../../src/stream/dead-letters/replay-dead-letters.js';

const HELD = { topic: 'dead', partition: 0, from: 10, to: 30 };

/** @param firstYoung offset of the first dead-letter record that is so young that brokers would know of its replay. */
function doubtful(committed: number | null, firstYoung: number | null, held = HELD): Promise<number> {
  const found: CommittedOffset = { topic: 'dead', partition: 0, offset: committed };
  const admin = {
    offsetsAt: async (_: unknown, partitions: readonly TopicPartition[]) =>
      partitions.map(partition => ({ ...partition, offset: firstYoung })),
  };
  return countDoubtful(admin, [held], [found], 0);
}

test('dead-letter records without offsets that are older than what brokers remember may have been replayed', async () => {
  expect(await doubtful(null, 25)).toBe(15);
  expect(await doubtful(null, null)).toBe(20);
  expect(await doubtful(null, 40)).toBe(20);
});

test.each([
  ['the offsets are there', doubtful(10, null)],
  ['all dead-letter records are young', doubtful(null, 10)],
  ['there are none', doubtful(null, null, { ...HELD, to: 10 })],
])('nothing is in doubt where %s', async (_, count) => {
  expect(await count).toBe(0);
});
