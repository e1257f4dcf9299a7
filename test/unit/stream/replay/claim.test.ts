import { expect, test } from 'vitest';
import { Fatal, Fenced } from '../../../../src/errors.js';
import type { AssignedConsumer, CommittedOffset, NextOffset } from '../../../../src/kafka/ports.js';
import { createEvents } from '../../../../src/observe/events.js';
import { createLogger } from '../../../../src/observe/log.js';
import type { Delivery } from '../../../../src/stream/delivery.js';
import {
  type ClaimedRange,
  type ClaimParts,
  claim,
  claimedDelivery,
} from '../../../../src/stream/replay/claim.js';
import { noteOf } from '../../../../src/stream/replay/run-note.js';
import { scriptedConsumer } from '../../../support/scripted-kafka.js';

const PARTITION = { topic: 'in', partition: 0 };
const rangeOf = (run: string, from = 0): ClaimedRange => ({
  ...PARTITION,
  from,
  to: 9,
  note: { run, from: 0, to: 9, asked: {} },
});

/** A group's offset, and runs whose producers fence each other as those of one transactional id do. */
function group() {
  let committed: CommittedOffset = { ...PARTITION, offset: null };
  let epoch = 0;
  return {
    committed: () => committed,
    run: async (run: string, before: { commit?: () => void } = {}) => {
      let mine: number | null = null;
      const fencedUnlessMine = () => {
        if (mine === epoch) return;
        mine = null;
        throw new Fenced('fenced');
      };
      const delivery: Delivery = {
        open: async () => {
          if (mine === null) mine = ++epoch;
        },
        send: async () => {
          fencedUnlessMine();
          return [];
        },
        commit: async ([next]: readonly NextOffset[]) => {
          before.commit?.();
          delete before.commit;
          fencedUnlessMine();
          if (next) committed = next;
        },
        abort: async () => undefined,
        close: async () => undefined,
      };
      const consumer = {
        ...scriptedConsumer([]),
        committed: async () => [committed],
      } as unknown as AssignedConsumer;
      const parts: ClaimParts = {
        delivery,
        consumer,
        group: 'replay',
        run,
        partitions: [PARTITION],
        backoff: { next: () => 0, reset: () => undefined, elapsedMs: () => 0 },
        events: createEvents(await createLogger({ level: 'silent', format: 'json' } as never)),
        stop: new AbortController().signal,
      };
      return parts;
    },
  };
}

const decide = (run: string) => (found: readonly CommittedOffset[]) => [rangeOf(run, found[0]?.offset ?? 0)];

test('offsets are committed with the name of the run that has claimed them', async () => {
  const { run, committed } = group();
  const parts = await run('a');
  const ranges = await claim(parts, decide('a'));
  if (!ranges) throw new Error('stopped');
  expect(noteOf(committed())).toMatchObject({ run: 'a', to: 9 });
  await claimedDelivery(parts, ranges).commit([{ ...PARTITION, offset: 4 }]);
  expect(committed().offset).toBe(4);
  expect(noteOf(committed())?.run).toBe('a');
});

test('a run that is claimed later goes on from there, and the first one ends once it finds itself fenced', async () => {
  const { run, committed } = group();
  const parts = await run('a');
  const first = claimedDelivery(parts, (await claim(parts, decide('a'))) ?? []);
  await first.commit([{ ...PARTITION, offset: 4 }]);

  expect(await claim(await run('b'), decide('b'))).toMatchObject([{ from: 4 }]);
  await expect(first.commit([{ ...PARTITION, offset: 6 }])).rejects.toThrow(Fenced);
  await expect(first.open()).rejects.toThrow(Fatal);
  expect(committed().offset).toBe(4);
});

test('a run whose transaction timed out finds its own name and goes on', async () => {
  const { run, committed } = group();
  const parts = await run('a');
  const delivery = claimedDelivery(parts, (await claim(parts, decide('a'))) ?? []);
  // Fenced without another run, as after a time-out.
  await (await run('nobody')).delivery.open();
  await expect(delivery.commit([{ ...PARTITION, offset: 4 }])).rejects.toThrow(Fenced);
  await delivery.open();
  await delivery.commit([{ ...PARTITION, offset: 4 }]);
  expect(committed().offset).toBe(4);
});

test('a claim that is fenced in the middle is made again from the offsets as they are then', async () => {
  const shared = group();
  const first = await shared.run('a');
  const running = claimedDelivery(first, (await claim(first, decide('a'))) ?? []);
  const later: Promise<void>[] = [];
  const second = await shared.run('b', {
    // The first run gets its producer back, and commits once more, just before the second one claims.
    commit: () => {
      later.push(running.commit([{ ...PARTITION, offset: 5 }]).catch(() => running.open()));
    },
  });
  const ranges = await claim(second, decide('b'));
  await Promise.allSettled(later);
  expect(noteOf(shared.committed())?.run).toBe('b');
  expect(ranges).toMatchObject([{ from: shared.committed().offset }]);
});
