import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { AbortBatch, Fatal, Fenced } from '../../../src/errors.js';
import type { FailureKind } from '../../../src/kafka/failure.js';
import type { OutputProducer } from '../../../src/kafka/ports.js';
import { followAssignment } from '../../../src/stream/assignment.js';
import type { Delivery } from '../../../src/stream/delivery.js';
import { transactionalDelivery } from '../../../src/stream/transaction.js';
import {
  failure,
  type ScriptedConsumer,
  type ScriptedProducer,
  scriptedConsumer,
  scriptedProducer,
} from '../../support/scripted-kafka.js';

const ROW = { topic: 'out', key: null, value: Buffer.from('{}') };
const NEXT = [{ topic: 'in', partition: 0, offset: 7 }];

interface Setup {
  delivery: Delivery;
  calls: string[];
  consumer: ScriptedConsumer;
  producers: ScriptedProducer[];
}

/** A delivery whose first producer follows the script; the ones after it succeed in everything. */
function setUp(
  ...first: [] | [Parameters<typeof scriptedProducer>[1], Parameters<typeof scriptedProducer>[2]?]
) {
  const calls: string[] = [];
  const consumer = scriptedConsumer(calls);
  const producers: ScriptedProducer[] = [];
  const limits = { refused: () => void calls.push('limits refused') };
  const makeProducer = async (): Promise<OutputProducer> => {
    const [script, options] = producers.length === 0 ? first : [];
    const made = scriptedProducer(calls, script, options);
    producers.push(made);
    return made;
  };
  const assignment = followAssignment(consumer, () => undefined);
  const setup: Setup = {
    delivery: transactionalDelivery({
      makeProducer,
      timeMaxMs: 10_000,
      asksAgainAfterMs: 2_500,
      limits,
      consumer,
      assignment,
    }),
    calls,
    consumer,
    producers,
  };
  return setup;
}

/** The steps of a batch up to and with the one that a test is about. */
const STEPS = {
  initTransactions: delivery => delivery.open(),
  beginTransaction: async delivery => {
    await delivery.open();
    await delivery.send([ROW]);
  },
  send: async delivery => {
    await delivery.open();
    await delivery.send([ROW]);
  },
  sendOffsets: async delivery => {
    await delivery.open();
    await delivery.send([ROW]);
    await delivery.commit(NEXT);
  },
  commitTransaction: async delivery => {
    await delivery.open();
    await delivery.send([ROW]);
    await delivery.commit(NEXT);
  },
  abortTransaction: async delivery => {
    await delivery.open();
    await delivery.send([ROW]);
    await delivery.abort();
  },
} as const satisfies Record<string, (delivery: Delivery) => Promise<void>>;

const OF_A_BATCH = ['beginTransaction', 'send', 'sendOffsets', 'commitTransaction'] as const;
const IN_DOUBT: FailureKind[] = ['retriable', 'fenced', 'indefinite', 'unknown_topic', 'other'];

describe('a batch that goes well', () => {
  test('is begun by its first message, gets its offsets before the commit, and needs no second producer', async () => {
    const { delivery, calls } = setUp();

    await delivery.open();
    await delivery.send([ROW, ROW]);
    await delivery.send([ROW]);
    await delivery.commit(NEXT);
    await delivery.send([ROW]);

    expect(calls).toEqual([
      'initTransactions',
      'beginTransaction',
      'send out',
      'send out',
      'send out',
      'sendOffsets in-0@7',
      'commitTransaction',
      'beginTransaction',
      'send out',
    ]);
  });

  test('commits the offsets of records that made no row', async () => {
    const { delivery, calls } = setUp();

    await delivery.open();
    await delivery.commit(NEXT);

    expect(calls).toEqual([
      'initTransactions',
      'beginTransaction',
      'sendOffsets in-0@7',
      'commitTransaction',
    ]);
  });

  test('opening what is open, and aborting where nothing was begun, does nothing', async () => {
    const { delivery, calls } = setUp();

    await delivery.abort();
    await delivery.open();
    await delivery.open();
    await delivery.abort();

    expect(calls).toEqual(['initTransactions']);
  });
});

describe.each(OF_A_BATCH)('%s', call => {
  test('abortable: the batch is aborted and the producer kept', async () => {
    const { delivery, calls, producers } = setUp({ [call]: [failure('abortable')] });

    await expect(STEPS[call](delivery)).rejects.toThrow(AbortBatch);
    await delivery.abort();
    await delivery.open();
    await delivery.send([ROW]);

    expect(producers).toHaveLength(1);
    expect(calls.filter(name => name === 'abortTransaction')).toHaveLength(
      call === 'beginTransaction' ? 0 : 1,
    );
    expect(calls.at(-2)).toBe('beginTransaction');
  });

  test.each(IN_DOUBT)(
    '%s: the producer is dropped, nothing more is asked of it, and open makes another',
    async kind => {
      const { delivery, calls, producers } = setUp({ [call]: [failure(kind)] });

      await expect(STEPS[call](delivery)).rejects.toThrow(Fenced);
      expect(calls.at(-1)).toBe('disconnect');
      expect(producers[0]?.connected).toBe(false);
      await delivery.abort();
      expect(calls.at(-1)).toBe('disconnect');

      await delivery.open();
      expect(producers).toHaveLength(2);
      expect(calls.at(-1)).toBe('initTransactions');
    },
  );

  test('fenced: told as what it is, a name used twice or a transaction that took too long', async () => {
    const { delivery } = setUp({ [call]: [failure('fenced')] });

    const error = await STEPS[call](delivery).catch((thrown: unknown) => thrown);

    expect((error as Fenced).message).toContain('another worker under the same consumer.instance_id');
    expect((error as Fenced).message).toContain('producer.transaction_timeout_ms');
  });

  test.each<FailureKind>(['abortable', 'fenced', 'indefinite'])(
    '%s: the error says what the client said, and has it with it',
    async kind => {
      const failed = failure(kind);
      const { delivery } = setUp({ [call]: [failed] });

      const error = (await STEPS[call](delivery).catch((thrown: unknown) => thrown)) as Error;

      expect(error.message).toContain(failed.message);
      expect(error.cause).toBe(failed);
    },
  );

  test('denied: the worker ends, and the error names rights', async () => {
    const { delivery, producers } = setUp({ [call]: [failure('denied')] });

    const error = await STEPS[call](delivery).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Fatal);
    expect((error as Fatal).message).toContain('right');
    expect(producers[0]?.connected).toBe(false);
  });

  test('an error that is not of Kafka is a defect and stays what it is', async () => {
    const defect = new TypeError('undefined is not a function');
    const { delivery } = setUp({ [call]: [defect] });

    await expect(STEPS[call](delivery)).rejects.toBe(defect);
  });
});

describe('initTransactions', () => {
  test.each([
    ...IN_DOUBT.map(kind => [kind, Fenced] as const),
    ['abortable', AbortBatch] as const,
    ['denied', Fatal] as const,
  ])('%s: the producer is dropped, and open makes another', async (kind, thrown) => {
    const { delivery, producers } = setUp({ initTransactions: [failure(kind)] });

    await expect(delivery.open()).rejects.toThrow(thrown);
    expect(producers[0]?.connected).toBe(false);

    await delivery.open();
    expect(producers).toHaveLength(2);
  });

  test('a transaction time-out that the brokers refuse ends the worker and names both settings', async () => {
    const { delivery } = setUp({ initTransactions: [failure('transaction_timeout_too_long')] });

    const error = await delivery.open().catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Fatal);
    expect((error as Fatal).message).toContain('producer.transaction_timeout_ms');
    expect((error as Fatal).message).toContain('transaction.max.timeout.ms');
  });
});

describe('abortTransaction', () => {
  test.each<FailureKind>([...IN_DOUBT, 'abortable', 'denied'])(
    '%s: not even the abort is certain, so the producer is dropped',
    async kind => {
      const failed = failure(kind);
      const { delivery, producers } = setUp({ abortTransaction: [failed] });

      const error = await STEPS.abortTransaction(delivery).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Fenced);
      expect(error).toMatchObject({ message: failed.message, cause: failed });
      expect(producers[0]?.connected).toBe(false);

      await delivery.open();
      expect(producers).toHaveLength(2);
    },
  );
});

describe('the number of partitions', () => {
  test('is asked of the producer, which no transaction need be begun for', async () => {
    const { delivery, calls } = setUp({}, { partitionCount: 12 });
    await delivery.open();
    expect(await delivery.partitionCount('out')).toBe(12);
    expect(calls).toEqual(['initTransactions', 'partitionCount out']);
  });

  test('that is not known aborts the batch and keeps the producer', async () => {
    const { delivery, producers } = setUp({ partitionCount: [failure('abortable', 'send to out')] });
    await delivery.open();
    await expect(delivery.partitionCount('out')).rejects.toThrow(AbortBatch);
    expect(producers[0]?.connected).toBe(true);
  });

  test('that no broker tells is a reason for another producer', async () => {
    const { delivery, producers } = setUp({ partitionCount: [failure('indefinite')] });
    await delivery.open();
    await expect(delivery.partitionCount('out')).rejects.toThrow(Fenced);
    expect(producers[0]?.connected).toBe(false);
    await expect(delivery.partitionCount('out')).rejects.toThrow('the producer is closed');
  });
});

describe('a producer that is gone', () => {
  test('takes no message and no commit', async () => {
    const { delivery, calls } = setUp();
    await expect(delivery.send([ROW])).rejects.toThrow(Fenced);
    await delivery.open();
    await delivery.send([ROW]);
    await delivery.close();
    const before = [...calls];

    for (const call of [delivery.send([ROW]), delivery.commit(NEXT)]) {
      const error = await call.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Fenced);
      expect((error as Fenced).message).toBe('the producer is closed');
    }

    expect(calls).toEqual(before);
  });

  test('leaves no transaction open that readers would wait for', async () => {
    const { delivery, calls } = setUp();
    await delivery.open();
    await delivery.send([ROW]);

    await delivery.close();

    expect(calls.slice(-2)).toEqual(['abortTransaction', 'disconnect']);
  });

  test('aborts nothing where nothing was begun', async () => {
    const { delivery, calls } = setUp();
    await delivery.open();

    await delivery.close();

    expect(calls).toEqual(['initTransactions', 'disconnect']);
  });

  test('is closed once, also when neither aborting nor closing works', async () => {
    const { delivery, calls } = setUp({
      abortTransaction: [failure('indefinite')],
      disconnect: [failure('indefinite')],
    });
    await delivery.open();
    await delivery.send([ROW]);

    await delivery.close();
    await delivery.close();

    expect(calls.slice(-2)).toEqual(['abortTransaction', 'disconnect']);
    expect(calls.filter(name => name === 'disconnect')).toHaveLength(1);
  });

  test('is not replaced when its successor cannot be made; the next open tries again', async () => {
    let attempts = 0;
    const calls: string[] = [];
    const consumer = scriptedConsumer(calls);
    const delivery = transactionalDelivery({
      limits: { refused: () => undefined },
      timeMaxMs: 10_000,
      asksAgainAfterMs: 2_500,
      makeProducer: async () => {
        attempts += 1;
        if (attempts === 1) throw new Fatal('the brokers refused the credentials');
        return scriptedProducer(calls);
      },
      consumer,
      assignment: followAssignment(consumer, () => undefined),
    });

    await expect(delivery.open()).rejects.toThrow(Fatal);
    await delivery.open();

    expect(calls).toEqual(['initTransactions']);
  });
});

describe('a request of an end that the client may have made twice', () => {
  const LONG_MS = 2_500;
  interface World {
    clock: { ms: number };
    errors: number;
    consumer: ScriptedConsumer;
  }

  /** A delivery whose producers do what a test says, on a clock that only the test moves. */
  const deliveryOf = (first: {
    script?: Parameters<typeof scriptedProducer>[1];
    during: (
      call: string,
      world: { clock: { ms: number }; errors: number; consumer: ScriptedConsumer },
    ) => void;
  }) => {
    const calls: string[] = [];
    const consumer = scriptedConsumer(calls);
    const world = { clock: { ms: 0 }, errors: 0, consumer };
    let count = 0;
    const delivery = transactionalDelivery({
      makeProducer: async () => {
        count += 1;
        const made = scriptedProducer(calls, count === 1 ? first.script : {}, {
          connectionErrors: () => world.errors,
        });
        if (count > 1) return made;
        const { sendOffsets, commitTransaction, abortTransaction } = made;
        return Object.assign(made, {
          sendOffsets: (...args: Parameters<typeof sendOffsets>) => {
            first.during('sendOffsets', world);
            return sendOffsets(...args);
          },
          commitTransaction: () => {
            first.during('commitTransaction', world);
            return commitTransaction();
          },
          abortTransaction: () => {
            first.during('abortTransaction', world);
            return abortTransaction();
          },
        });
      },
      timeMaxMs: 10_000,
      asksAgainAfterMs: LONG_MS,
      limits: { refused: () => undefined },
      consumer,
      assignment: followAssignment(consumer, () => undefined),
      now: () => world.clock.ms,
    });
    return { delivery, calls };
  };

  const commit = (delivery: Delivery) => delivery.commit(NEXT);
  const abort = (delivery: Delivery) => delivery.abort();
  const commitAndAbort = async (delivery: Delivery) => {
    await expect(commit(delivery)).rejects.toThrow(AbortBatch);
    await abort(delivery);
  };

  const REASONS = [
    {
      why: 'it took long',
      let: (world: World) => {
        world.clock.ms += LONG_MS;
      },
    },
    {
      why: 'a connection broke',
      let: (world: World) => {
        world.errors += 1;
      },
    },
  ];
  const PATHS = [
    { path: 'offsets that were added', at: 'sendOffsets', carryOut: commit },
    { path: 'a commit', at: 'commitTransaction', carryOut: commit },
    { path: 'an abort', at: 'abortTransaction', carryOut: abort },
    {
      path: 'offsets that could not be added',
      at: 'sendOffsets',
      carryOut: commitAndAbort,
      script: () => ({ sendOffsets: [failure('abortable')] }),
    },
    {
      path: 'a commit that failed',
      at: 'commitTransaction',
      carryOut: commitAndAbort,
      script: () => ({ commitTransaction: [failure('abortable')] }),
    },
    {
      path: 'offsets that were added while the assignment was lost',
      at: 'sendOffsets',
      carryOut: commitAndAbort,
      lost: true,
    },
  ];

  test.each(REASONS.flatMap(reason => PATHS.map(path => ({ ...reason, ...path }))))(
    '$path, and $why: the next transaction is begun by a new producer',
    async ({ let: letHappen, at, carryOut, script, lost }) => {
      const { delivery, calls } = deliveryOf({
        ...(script ? { script: script() } : {}),
        during: (call, world) => {
          if (call !== at) return;
          letHappen(world);
          if (lost) world.consumer.lost = true;
        },
      });
      await delivery.open();
      await delivery.send([ROW]);
      await carryOut(delivery);
      await delivery.send([ROW]);

      expect(calls.slice(-4)).toEqual(['disconnect', 'initTransactions', 'beginTransaction', 'send out']);
    },
  );

  test.each(PATHS)('$path, quickly and on sound connections: the producer is kept', async path => {
    const { delivery, calls } = deliveryOf({
      ...(path.script ? { script: path.script() } : {}),
      during: (call, world) => {
        world.clock.ms += LONG_MS - 1;
        if (path.lost && call === 'sendOffsets') world.consumer.lost = true;
      },
    });
    await delivery.open();
    await delivery.send([ROW]);
    await path.carryOut(delivery);
    await delivery.send([ROW]);

    expect(calls).not.toContain('disconnect');
  });

  test('concerns that transaction only: the new producer is kept', async () => {
    const { delivery, calls } = deliveryOf({ during: (_, world) => REASONS[0]?.let(world) });
    await delivery.open();
    await delivery.send([ROW]);
    await delivery.commit(NEXT);
    await delivery.send([ROW]);
    await delivery.commit(NEXT);
    await delivery.send([ROW]);

    expect(calls.filter(call => call === 'initTransactions')).toHaveLength(2);
  });

  test('the next producer is made only when the old one is gone', async () => {
    const calls: string[] = [];
    const consumer = scriptedConsumer(calls);
    const delivery = transactionalDelivery({
      makeProducer: async () => {
        calls.push('make');
        const made = scriptedProducer(calls);
        return Object.assign(made, {
          disconnect: async () => {
            await setImmediate();
            calls.push('gone');
          },
        });
      },
      timeMaxMs: 10_000,
      asksAgainAfterMs: 0,
      limits: { refused: () => undefined },
      consumer,
      assignment: followAssignment(consumer, () => undefined),
    });
    await delivery.open();
    await delivery.send([ROW]);
    await delivery.commit(NEXT);
    await delivery.send([ROW]);

    expect(calls.filter(call => call === 'make' || call === 'gone')).toEqual(['make', 'gone', 'make']);
  });
});

describe('rows that the brokers do not take in time', () => {
  /** Brokers that take 3 s for a row. */
  const slowDelivery = (queueSize = Number.POSITIVE_INFINITY) => {
    const calls: string[] = [];
    const consumer = scriptedConsumer(calls);
    const clock = { ms: 0 };
    const delivery = transactionalDelivery({
      makeProducer: async () =>
        scriptedProducer(calls, {}, { queueSize, slow: { clock, takesMs: () => 3_000 } }),
      timeMaxMs: 10_000,
      asksAgainAfterMs: 2_500,
      limits: { refused: () => undefined },
      consumer,
      assignment: followAssignment(consumer, () => undefined),
      now: () => clock.ms,
    });
    return { delivery, calls, clock };
  };

  test('are given up while the transaction still has time, with the producer, whose abort would wait for them', async () => {
    const { delivery, calls, clock } = slowDelivery();
    await delivery.open();
    await delivery.send([ROW, ROW, ROW]);

    await expect(delivery.commit(NEXT)).rejects.toThrow(
      'the brokers had not taken all rows of a transaction after 8000 ms; it may take 10000 ms ' +
        '(producer.transaction_timeout_ms)',
    );
    await delivery.abort();

    expect(clock.ms).toBe(8_000);
    expect(calls.slice(-2)).toEqual(['sendOffsets in-0@7', 'disconnect']);
  });

  test('are given up while they wait for room in the queue', async () => {
    const { delivery, calls } = slowDelivery(1);
    await delivery.open();

    await expect(delivery.send([ROW, ROW, ROW, ROW])).rejects.toThrow(Fenced);

    expect(calls.at(-1)).toBe('disconnect');
  });

  test('are waited for when there is time, and that wait is no doubt about the end', async () => {
    const { delivery, calls } = slowDelivery();
    await delivery.open();
    await delivery.send([ROW, ROW]);
    await delivery.commit(NEXT);
    await delivery.send([ROW]);

    expect(calls).not.toContain('disconnect');
  });
});

describe('asking the brokers', () => {
  const AT = { topic: 'in', partition: 0, offset: 7 };

  test('is a transaction with nothing in it that anyone reads, and is aborted', async () => {
    const { delivery, calls } = setUp();
    await delivery.open();

    expect(await delivery.brokersAnswer(['out', 'dead'], AT)).toBe(true);
    await delivery.send([ROW]);

    expect(calls.slice(1)).toEqual([
      'beginTransaction',
      'sendOffsets in-0@7',
      'reaches out dead',
      'abortTransaction',
      'beginTransaction',
      'send out',
    ]);
  });

  test('partitions that take nothing are a failure, and the producer is dropped', async () => {
    const { delivery, calls } = setUp({}, { reached: () => false });
    await delivery.open();

    const error = await delivery.brokersAnswer(['out', 'dead'], AT).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Fenced);
    expect((error as Fenced).message).toBe('not every partition of out, dead takes messages');
    expect(calls.slice(-2)).toEqual(['reaches out dead', 'disconnect']);
  });

  test('has a quarter of the time of a transaction to reach all partitions', async () => {
    const times: number[] = [];
    const { delivery } = setUp({}, { reached: withinMs => times.push(withinMs) > 0 });
    await delivery.open();

    await delivery.brokersAnswer(['out'], AT);

    expect(times).toEqual([2_500]);
  });

  test.each(['sendOffsets', 'abortTransaction'] as const)(
    '%s that fails is a failure of the brokers',
    async call => {
      const { delivery } = setUp({ [call]: [failure('indefinite')] });
      await delivery.open();

      await expect(delivery.brokersAnswer(['out'], AT)).rejects.toThrow(Fenced);
    },
  );

  test.each([
    [2_500, true],
    [2_501, false],
  ])(
    'an answer that took more than a quarter of the time of a transaction is none: %d ms',
    async (tookMs, answered) => {
      const calls: string[] = [];
      const consumer = scriptedConsumer(calls);
      let ms = 0;
      const delivery = transactionalDelivery({
        makeProducer: async () =>
          scriptedProducer(
            calls,
            {},
            {
              onSendOffsets: () => {
                ms += tookMs;
              },
            },
          ),
        timeMaxMs: 10_000,
        asksAgainAfterMs: 5_000,
        limits: { refused: () => undefined },
        consumer,
        assignment: followAssignment(consumer, () => undefined),
        now: () => ms,
      });
      await delivery.open();

      expect(await delivery.brokersAnswer(['out'], AT)).toBe(answered);
    },
  );

  test('is not done for partitions that the group gave to others', async () => {
    const { delivery, calls, consumer } = setUp();
    await delivery.open();
    consumer.lost = true;

    const error = await delivery.brokersAnswer(['out'], AT).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(AbortBatch);
    expect((error as AbortBatch).message).toBe(
      "the group gave this worker's partitions to others before the brokers were asked",
    );
    expect(calls).toEqual(['initTransactions']);
  });
});

describe('the reason of a transaction that has failed', () => {
  test.each(['beginTransaction', 'sendOffsets', 'commitTransaction'] as const)(
    'is not asked for by a commit after %s, which could carry it out',
    async call => {
      const { delivery, calls } = setUp({ [call]: [failure('transaction_failed')] });

      await expect(STEPS[call](delivery)).rejects.toThrow(Fenced);

      expect(calls.filter(name => name === 'commitTransaction')).toHaveLength(
        call === 'commitTransaction' ? 1 : 0,
      );
    },
  );

  test.each([...IN_DOUBT, 'abortable', 'denied'] as FailureKind[])(
    'is not asked for when a message says it itself: %s',
    async kind => {
      const { delivery, calls } = setUp({ send: [failure(kind)] });

      await expect(STEPS.send(delivery)).rejects.toThrow(kind);

      expect(calls).not.toContain('commitTransaction');
    },
  );

  test('is not known when the commit that asks for it works: then only a new producer tells what there is', async () => {
    const { delivery, calls } = setUp({ send: [failure('transaction_failed')] });

    const error = await STEPS.send(delivery).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Fenced);
    expect(calls.slice(-2)).toEqual(['commitTransaction', 'disconnect']);
  });
});

describe('a batch that a topic refuses as too large', () => {
  test.each(['sendOffsets', 'commitTransaction'] as const)(
    'told by %s: what topics take is found out',
    async call => {
      const { delivery, calls } = setUp({ [call]: [failure('batch_refused')] });
      await delivery.open();
      await delivery.send([ROW]);

      await expect(delivery.commit(NEXT)).rejects.toThrow(Fenced);

      expect(calls.slice(-2)).toEqual(['limits refused', 'disconnect']);
    },
  );

  test('while more messages are sent: the end of the transaction tells the reason', async () => {
    const { delivery, calls } = setUp({
      send: [null, failure('transaction_failed')],
      commitTransaction: [failure('batch_refused')],
    });
    await delivery.open();

    await expect(delivery.send([ROW, ROW, ROW])).rejects.toThrow('batch_refused');

    expect(calls.slice(2)).toEqual([
      'send out',
      'send out',
      'commitTransaction',
      'limits refused',
      'disconnect',
    ]);
  });

  test('a transaction that failed for another reason is done again as that reason asks', async () => {
    const { delivery, calls } = setUp({
      send: [failure('transaction_failed')],
      commitTransaction: [failure('abortable')],
    });
    await delivery.open();

    await expect(delivery.send([ROW])).rejects.toThrow(AbortBatch);
    await delivery.abort();

    expect(calls.slice(2)).toEqual(['send out', 'commitTransaction', 'abortTransaction']);
  });
});

describe('partitions that the group gave to others', () => {
  test('before the commit: no offsets are added', async () => {
    const { delivery, calls, consumer } = setUp();
    await delivery.open();
    await delivery.send([ROW]);
    consumer.lost = true;

    await expect(delivery.commit(NEXT)).rejects.toThrow(
      new AbortBatch("the group gave this worker's partitions to others before the commit"),
    );
    await delivery.abort();

    expect(calls).toEqual(['initTransactions', 'beginTransaction', 'send out', 'abortTransaction']);
  });

  test('while the offsets were added: they are aborted with the rows', async () => {
    const setup = setUp({}, { onSendOffsets: () => (setup.consumer.lost = true) });
    const { delivery, calls } = setup;
    await delivery.open();
    await delivery.send([ROW]);

    await expect(delivery.commit(NEXT)).rejects.toThrow(
      new AbortBatch("the group gave this worker's partitions to others while its offsets were added"),
    );
    await delivery.abort();

    expect(calls).not.toContain('commitTransaction');
    expect(calls.slice(-2)).toEqual(['sendOffsets in-0@7', 'abortTransaction']);
  });
});

describe('messages', () => {
  test('that are too large are told by position, and the others are sent', async () => {
    const { delivery, calls } = setUp({ send: [null, failure('too_large'), null] });
    await delivery.open();

    expect(await delivery.send([ROW, ROW, ROW])).toEqual([1]);

    expect(calls.filter(name => name === 'send out')).toHaveLength(3);
  });

  test('wait while the queue is full, and each is sent once', async () => {
    const { delivery, calls } = setUp({}, { queueSize: 2 });
    await delivery.open();

    await delivery.send([ROW, ROW, ROW, ROW, ROW]);

    expect(calls.slice(2)).toEqual([
      'send out',
      'send out',
      'drain',
      'send out',
      'send out',
      'drain',
      'send out',
    ]);
  });

  test('a queue that does not empty because of an error is an error of the batch', async () => {
    const { delivery } = setUp({ drain: [failure('abortable')] }, { queueSize: 1 });
    await delivery.open();

    await expect(delivery.send([ROW, ROW])).rejects.toThrow(AbortBatch);
  });
});
