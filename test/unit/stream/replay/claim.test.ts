import { describe, expect, test } from 'vitest';
import { AbortBatch, Fatal, Fenced } from '../../../../src/errors.js';
import type {
  AssignedConsumer,
  CommittedOffset,
  NextOffset,
  OutputProducer,
} from '../../../../src/kafka/ports.js';
import { createEvents } from '../../../../src/observe/events.js';
import { createLogger } from '../../../../src/observe/log.js';
import {
  type ClaimedRange,
  type ClaimParts,
  claim,
  claimedDelivery,
  holdOf,
} from '../../../../src/stream/replay/claim.js';
import { fixedAssignment } from '../../../../src/stream/replay/fixed-assignment.js';
import { encodeNote, noteOf } from '../../../../src/stream/replay/run-note.js';
import { transactionalDelivery } from '../../../../src/stream/transaction.js';
import { failure, scriptedConsumer, scriptedProducer } from '../../../support/scripted-kafka.js';

const PARTITION = { topic: 'in', partition: 0 };
const ROW = { topic: 'out', key: null, value: Buffer.from('{}') };
const rangeOf = (run: string, from = 0): ClaimedRange => ({
  ...PARTITION,
  from,
  to: 9,
  note: { run, from: 0, to: 9, partitions: 1, asked: {} },
});

/** A group's offset and the rows beside it, and runs whose producers share a transactional id: the youngest is let in. */
function group() {
  let committed: CommittedOffset = { ...PARTITION, offset: null };
  let rows = 0;
  let epoch = 0;

  /** @param connectionErrors how many there were, whenever that is asked. */
  const producer = (connectionErrors: () => number): OutputProducer => {
    let mine = 0;
    let pending: { next: NextOffset | undefined; rows: number } = { next: undefined, rows: 0 };
    const unlessFenced = () => {
      if (mine !== epoch) throw failure('fenced');
    };
    return {
      ...scriptedProducer([], {}, { connectionErrors }),
      initTransactions: async () => {
        mine = ++epoch;
      },
      beginTransaction: async () => {
        pending = { next: undefined, rows: 0 };
      },
      send: () => {
        pending.rows += 1;
        return true;
      },
      sendOffsets: async ([next]) => {
        unlessFenced();
        pending.next = next;
      },
      commitTransaction: async () => {
        unlessFenced();
        if (pending.next) committed = pending.next;
        rows += pending.rows;
      },
    };
  };

  return {
    committed: () => committed,
    rows: () => rows,
    producer,
    /** @param before called before the first commit of the claim. */
    run: async (run: string, { commit }: { commit?: () => Promise<void> } = {}) => {
      let errors = 0;
      let breaking = false;
      let claiming = commit;
      const stop = new AbortController().signal;
      const consumer = {
        ...scriptedConsumer([]),
        committed: async () => [committed],
      } as unknown as AssignedConsumer;
      const hold = holdOf({ consumer, group: 'replay', run }, stop);
      const delivery = transactionalDelivery({
        makeProducer: async () => producer(() => (breaking ? ++errors : errors)),
        timeMaxMs: 10_000,
        asksAgainAfterMs: 60_000,
        limits: { refused: () => undefined },
        consumer,
        assignment: fixedAssignment([]),
        opened: hold.producerOpened,
      });
      const parts: ClaimParts = {
        delivery: {
          ...delivery,
          commit: async offsets => {
            const before = claiming;
            claiming = undefined;
            await before?.();
            await delivery.commit(offsets);
          },
        },
        consumer,
        partitions: [PARTITION],
        hold,
        backoff: { next: () => 0, reset: () => undefined, elapsedMs: () => 0 },
        events: createEvents(await createLogger({ level: 'silent', format: 'json' } as never)),
        stop,
      };
      return {
        parts,
        /** While the next ends are carried out, a connection breaks: they may have been asked for twice. */
        breakConnections: (whether: boolean) => {
          breaking = whether;
        },
        claimed: async () => {
          const ranges = await claim(parts, decide(run));
          if (!ranges) throw new Error('stopped');
          return { ranges, delivery: claimedDelivery(parts.delivery, ranges) };
        },
      };
    },
  };
}

const decide = (run: string) => (found: readonly CommittedOffset[]) => [rangeOf(run, found[0]?.offset ?? 0)];
const next = (offset: number) => [{ ...PARTITION, offset }];

test('offsets are committed with the name of the run that has claimed them', async () => {
  const { run, committed } = group();
  const { delivery } = await (await run('a')).claimed();
  expect(noteOf(committed())).toMatchObject({ run: 'a', to: 9 });
  await delivery.commit(next(4));
  expect(committed().offset).toBe(4);
  expect(noteOf(committed())?.run).toBe('a');
});

test('a run that is claimed later goes on from there, and the first one ends once it finds itself fenced', async () => {
  const { run, committed } = group();
  const first = await (await run('a')).claimed();
  await first.delivery.commit(next(4));

  expect((await (await run('b')).claimed()).ranges).toMatchObject([{ from: 4 }]);
  await expect(first.delivery.commit(next(6))).rejects.toThrow(Fenced);
  await expect(first.delivery.open()).rejects.toThrow(Fatal);
  expect(committed().offset).toBe(4);
});

test('a run whose transaction timed out finds its own name and goes on', async () => {
  const { run, producer, committed } = group();
  const { delivery } = await (await run('a')).claimed();
  // Fenced without another run, as after a time-out.
  await producer(() => 0).initTransactions();
  await expect(delivery.commit(next(4))).rejects.toThrow(Fenced);
  await delivery.open();
  await delivery.commit(next(4));
  expect(committed().offset).toBe(4);
});

test('a claim that is fenced in the middle is made again from the offsets as they are then', async () => {
  const { run, committed } = group();
  const running = await (await run('a')).claimed();
  // The first run gets its producer back, and commits once more, just before the second one claims.
  const second = await run('b', {
    commit: async () => {
      await running.delivery.commit(next(5)).catch(() => undefined);
      await running.delivery.open();
      await running.delivery.commit(next(5));
    },
  });
  const { ranges } = await second.claimed();
  expect(noteOf(committed())?.run).toBe('b');
  expect(ranges).toMatchObject([{ from: 5 }]);
});

test.each(['send', 'commit'] as const)(
  'a run whose producer is replaced without a failure does not %s what another run has',
  async call => {
    const { run, committed, rows } = group();
    const paused = await run('a');
    const first = await paused.claimed();
    paused.breakConnections(true);
    await first.delivery.send([ROW]);
    await first.delivery.commit(next(4));
    paused.breakConnections(false);

    const second = await (await run('b')).claimed();
    await second.delivery.send([ROW]);
    await second.delivery.commit(next(6));

    const carryOut = () => (call === 'send' ? first.delivery.send([ROW]) : first.delivery.commit(next(6)));
    await expect(carryOut()).rejects.toThrow('Another run has taken over the group');
    await expect(carryOut()).rejects.toThrow(Fenced);
    expect([noteOf(committed())?.run, committed().offset, rows()]).toEqual(['b', 6, 2]);
    // The first one has fenced it all the same: it finds its own name, and goes on.
    await expect(second.delivery.commit(next(9))).rejects.toThrow(Fenced);
    await second.delivery.open();
    await second.delivery.commit(next(9));
    expect(committed().offset).toBe(9);
  },
);

test('a claim whose own producer is replaced reads the offsets again before it commits them', async () => {
  const { run, committed } = group();
  const other = await (await run('b')).claimed();
  // The end of its first attempt may have been asked for twice, and meanwhile the other run commits.
  const later = await run('a', {
    commit: async () => {
      await other.delivery.open().catch(() => undefined);
      await other.delivery.commit(next(3)).catch(() => undefined);
      await other.delivery.open();
      await other.delivery.commit(next(3));
    },
  });
  later.breakConnections(true);
  await later.parts.delivery.open();
  await later.parts.delivery.send([ROW]);
  await later.parts.delivery.abort();
  later.breakConnections(false);
  expect((await later.claimed()).ranges).toMatchObject([{ from: 3 }]);
  expect(noteOf(committed())?.run).toBe('a');
});

test('a run that has lost one of its partitions ends, though the others have its name', async () => {
  const taken = (partition: number, run: string): CommittedOffset => ({
    topic: 'in',
    partition,
    offset: 4,
    metadata: encodeNote(rangeOf(run).note),
  });
  const committed = async () => [taken(0, 'a'), taken(1, 'b')];
  const hold = holdOf({ consumer: { committed }, group: 'replay', run: 'a' }, new AbortController().signal);
  hold.claimed([PARTITION, { ...PARTITION, partition: 1 }]);
  await expect(hold.producerOpened()).rejects.toThrow('Another run has taken over the group');
});

test('the offsets are read once the producer is opened, because until then another run may commit', async () => {
  const { run, committed } = group();
  const other = await (await run('a')).claimed();
  const later = await run('b');
  const { delivery } = later.parts;
  // The last commit of the other run comes while this one opens its producer, which fences it only then.
  const open = async () => {
    await other.delivery.commit(next(7));
    await delivery.open();
  };
  const ranges = await claim({ ...later.parts, delivery: { ...delivery, open } }, decide('b'));
  expect(ranges).toMatchObject([{ from: 7 }]);
  expect(committed().offset).toBe(7);
});

test('the transaction of a claim that failed is aborted before the producer is opened again', async () => {
  const { run } = group();
  const calls: string[] = [];
  const { parts } = await run('a', {
    commit: async () => {
      throw new AbortBatch('the brokers could not end it');
    },
  });
  const { open, commit, abort } = parts.delivery;
  const noted =
    <A extends unknown[], R>(name: string, call: (...args: A) => R) =>
    (...args: A) => {
      calls.push(name);
      return call(...args);
    };
  const delivery = {
    ...parts.delivery,
    open: noted('open', open),
    commit: noted('commit', commit),
    abort: noted('abort', abort),
  };
  expect(await claim({ ...parts, delivery }, decide('a'))).toHaveLength(1);
  expect(calls).toEqual(['open', 'commit', 'abort', 'open', 'commit']);
});

describe('a hold', () => {
  const held = (committed: () => Promise<CommittedOffset[]>, stop = new AbortController()) => ({
    hold: holdOf({ consumer: { committed }, group: 'replay', run: 'a' }, stop.signal),
    stop,
  });

  test('lets no producer be replaced while the offsets are read', async () => {
    const { hold } = held(async () => []);
    hold.reading();
    await expect(hold.producerOpened()).rejects.toThrow(
      new Fenced('the producer was replaced while the offsets were claimed; they are read again'),
    );
  });

  test('ends the run where offsets were set by hand', async () => {
    const { hold } = held(async () => [{ ...PARTITION, offset: 4 }]);
    hold.claimed([PARTITION]);
    await expect(hold.producerOpened()).rejects.toThrow(
      new Fatal(
        'Another run has taken over the group replay: it was started later, or its offsets were set by hand. ' +
          'This one has ended and written nothing since; the other one goes on from where it was.',
      ),
    );
  });

  test('that is asked for while the worker stops is no failure of the run', async () => {
    const cause = failure('denied');
    const { hold, stop } = held(async () => {
      stop.abort();
      throw cause;
    });
    hold.claimed([PARTITION]);
    const error = await hold.producerOpened().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AbortBatch);
    expect(error).toMatchObject({ message: 'stopped', cause });
  });

  test('that cannot be asked for is a failure otherwise', async () => {
    const denied = failure('denied');
    const { hold } = held(() => Promise.reject(denied));
    hold.claimed([PARTITION]);
    await expect(hold.producerOpened()).rejects.toBe(denied);
  });
});

test('a claim that finds what no other attempt would change ends with it', async () => {
  const { run, committed } = group();
  const { parts } = await run('a');
  const defect = new TypeError('undefined is not a function');
  await expect(
    claim(parts, () => {
      throw defect;
    }),
  ).rejects.toBe(defect);
  expect(committed().offset).toBeNull();
});

test('a stop ends the wait between two claims', async () => {
  const { run } = group();
  const { parts } = await run('a', {
    commit: async () => {
      throw new AbortBatch('the brokers could not end it');
    },
  });
  const stop = new AbortController();
  const next = () => {
    setImmediate(() => stop.abort());
    return 3_600_000;
  };
  const claiming = claim({ ...parts, stop: stop.signal, backoff: { ...parts.backoff, next } }, decide('a'));
  expect(await claiming).toBeNull();
});

test('an offset of a partition that is not claimed is committed as it is', async () => {
  const { run } = group();
  const { parts } = await run('a');
  const committed: NextOffset[] = [];
  const commit = async (offsets: readonly NextOffset[]) => void committed.push(...offsets);
  const other = { topic: 'in', partition: 1, offset: 4 };
  await claimedDelivery({ ...parts.delivery, commit }, [rangeOf('a')]).commit([...next(3), other]);
  expect(committed).toStrictEqual([{ ...next(3)[0], metadata: encodeNote(rangeOf('a').note) }, other]);
});
