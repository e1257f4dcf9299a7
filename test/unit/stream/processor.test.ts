import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { AbortBatch, Fatal, Fenced, PoisonRecord } from '../../../src/errors.js';
import type { InputRecord } from '../../../src/kafka/ports.js';
import { exponentialBackoff } from '../../../src/stream/backoff.js';
import type { Delivery } from '../../../src/stream/delivery.js';
import { openDelivery, runProcessor } from '../../../src/stream/processor.js';
import { failure, record } from '../../support/scripted-kafka.js';
import { oneRow, type Setup, type SetupOptions, setUp } from '../../support/scripted-worker.js';

// The whole way of a record: what reaches Kafka, and in which order, is the contract.

const READ_ALL = 'poll in-0@0 in-0@1 in-1@0';
const SENT_ALL = ['send out', 'send out', 'send out'];
const OFFSETS_OF_ALL = 'sendOffsets in-0@2 in-1@1';
const ALL_AGAIN = ['beginTransaction', ...SENT_ALL, OFFSETS_OF_ALL, 'commitTransaction', 'committed 3'];
const BACK_TO_BEGIN = ['committed in-1 in-0', 'seek in-1@0', 'seek in-0@0'];

test('records become one transaction, whose offsets are one past the last record of each partition', async () => {
  const { parts, calls } = await setUp();

  await runProcessor(parts);

  expect(calls).toEqual([READ_ALL, ...ALL_AGAIN]);
});

test('a record on which the kernel failed is named, and its rows are sent all the same', async () => {
  const { parts, calls } = await setUp({
    records: [record(0, 0), record(0, 1)],
    transform: (...args) => ({
      ...oneRow(...args),
      ...(Buffer.from(args[2]).equals(record(0, 1).value ?? Buffer.alloc(0))
        ? { kernelFailure: 'unreachable' }
        : {}),
    }),
  });
  await runProcessor(parts);
  expect(calls.filter(call => /^(kernel|committed)/.test(call))).toEqual([
    'kernel failed 1: unreachable',
    'committed 2',
  ]);
});

test('a record on which the kernel failed is named also when it becomes a dead letter', async () => {
  const poison = Object.assign(new PoisonRecord('malformed', 'not JSON'), { kernelFailure: 'unreachable' });
  const { parts, calls } = await setUp({
    records: [record(0, 0)],
    transform: () => {
      throw poison;
    },
  });
  await runProcessor(parts);
  expect(calls.filter(call => /^(kernel|committed)/.test(call))).toEqual([
    'kernel failed 0: unreachable',
    'committed 1',
  ]);
});

test('suspicious records are told of once for their topic and batch, after the commit', async () => {
  const { parts, calls } = await setUp({
    transform: () => ({
      messages: [],
      itemCount: 0,
      filteredCount: 0,
      suspicion: { firstUnknownField: { path: 'resourceSpans[0].spans', byteOffset: 7 } },
    }),
  });
  await runProcessor(parts);
  expect(calls.filter(call => /^(suspicious|committed)/.test(call))).toEqual([
    'committed 3',
    'suspicious 0 of 3: holds something, but no span; the first field that OTLP does not know is resourceSpans[0].spans (byte 7)',
  ]);
});

test('how long a batch and its transform took is told with the commit', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  vi.advanceTimersByTime(1_000);
  const { parts } = await setUp({
    transform: (...args) => {
      vi.advanceTimersByTime(20);
      return oneRow(...args);
    },
    onSendOffsets: () => void vi.advanceTimersByTime(5),
  });
  const told: number[][] = [];
  parts.events.committed = (tally, tookMs) => void told.push([tally.records, tally.transformMs, tookMs]);

  await runProcessor(parts);

  expect(told).toEqual([[3, 60, 65]]);
});

test('a worker that was stopped before it began reads nothing', async () => {
  const { parts, calls, stop } = await setUp();
  stop.abort();

  await runProcessor(parts);

  expect(calls).toEqual([]);
});

test('stop lets the running batch end and begins no other', async () => {
  const setup = await setUp({
    parts: { bounds: { recordsMax: 1, bytesMax: 1000, rowBytesMax: 1000, ageMsMax: 10_000 } },
    onSendOffsets: () => setup.stop.abort(),
  });

  await runProcessor(setup.parts);

  expect(setup.calls.slice(-2)).toEqual(['commitTransaction', 'committed 1']);
  expect(setup.calls.filter(call => call.startsWith('send '))).toHaveLength(1);
});

describe('a batch that must be aborted', () => {
  test('is aborted, rewound to where it began when nothing is committed, and done again', async () => {
    const { parts, calls } = await setUp({ producerScript: { sendOffsets: [failure('abortable')] } });

    await runProcessor(parts);

    expect(calls).toEqual([
      READ_ALL,
      'beginTransaction',
      ...SENT_ALL,
      OFFSETS_OF_ALL,
      'wait',
      'aborted: call: abortable',
      'abortTransaction',
      ...BACK_TO_BEGIN,
      READ_ALL,
      ...ALL_AGAIN,
    ]);
  });

  test('is aborted before the wait, which a stop ends', async () => {
    const { parts, calls, stop } = await setUp({ producerScript: { sendOffsets: [failure('abortable')] } });
    parts.backoff.next = () => 3_600_000;

    const running = runProcessor(parts);
    await vi.waitFor(() => expect(calls).toContain('abortTransaction'));
    stop.abort();
    await running;

    expect(calls.filter(call => call.startsWith('committed '))).not.toContain('committed 3');
  });

  test('stays ahead of what is committed while it waits, and so does what was polled ahead', async () => {
    const { parts, calls } = await setUp({
      producerScript: { commitTransaction: [failure('abortable')] },
      parts: { bounds: { recordsMax: 2, bytesMax: 1000, rowBytesMax: 1000, ageMsMax: 10_000 } },
    });
    const names = (records: readonly InputRecord[]) =>
      records.map(({ partition, offset }) => `${partition}@${offset}`).join(' ');
    parts.lag = { onTheWay: records => void calls.push(`ahead ${names(records)}`) };

    await runProcessor(parts);

    expect(calls.slice(0, calls.indexOf('wait')).filter(call => call.startsWith('ahead'))).toEqual([
      'ahead 0@0 0@1',
      'ahead 0@0 0@1 1@0',
    ]);
  });

  test('does not make a failed poll forgotten that came with its records', async () => {
    const { parts } = await setUp({
      consumerScript: { poll: [null, failure('denied')] },
      producerScript: { sendOffsets: [failure('abortable')] },
    });

    await expect(runProcessor(parts)).rejects.toThrow('right to read the inputs');
  });

  test('is rewound to the committed offsets, where there are some', async () => {
    const { parts, calls, consumer } = await setUp({
      records: [record(0, 5), record(0, 6), record(1, 3)],
      producerScript: { send: [failure('abortable')] },
    });
    // Offsets below the batch's first: other records, which were deleted or compacted away, lie in between.
    consumer.committedOffsets.set('in-0', 4);

    await runProcessor(parts);

    expect(calls).toContain('seek in-0@4');
    expect(calls).toContain('seek in-1@3');
    expect(calls.at(-1)).toBe('committed 3');
  });

  test('leaves partitions alone that the group has taken meanwhile', async () => {
    const setup: Setup = await setUp({
      producerScript: { sendOffsets: [failure('abortable')] },
      onSendOffsets: () => undefined,
      transform: (...args) => {
        if (!setup.calls.some(call => call.startsWith('send'))) {
          setup.consumer.rebalance({
            kind: 'revoked',
            partitions: [{ topic: 'in', partition: 0 }],
            lost: false,
          });
        }
        return oneRow(...args);
      },
    });

    await runProcessor(setup.parts);

    const aborted = setup.calls.indexOf('abortTransaction');
    expect(setup.calls.slice(aborted + 1, aborted + 4)).toEqual([
      'accept revoked in-0',
      'committed in-1',
      'seek in-1@0',
    ]);
  });

  test('is not rewound by a member that was thrown out: the new owner reads it', async () => {
    const setup: Setup = await setUp({
      onSendOffsets: () => {
        setup.consumer.lost = true;
      },
    });

    await runProcessor(setup.parts);

    expect(setup.calls).not.toContain('commitTransaction');
    expect(setup.calls.at(-1)).toBe('abortTransaction');
  });
});

describe('a commit whose outcome is unknown', () => {
  test('that was carried out is not repeated: reading goes on at the committed offsets', async () => {
    const setup: Setup = await setUp({
      records: [record(0, 0), record(0, 1), record(1, 0), record(0, 2)],
      producerScript: { commitTransaction: [failure('indefinite')] },
      parts: { bounds: { recordsMax: 3, bytesMax: 1000, rowBytesMax: 1000, ageMsMax: 10_000 } },
      onSendOffsets: () => {
        setup.consumer.committedOffsets.set('in-0', 2).set('in-1', 1);
      },
    });

    await runProcessor(setup.parts);

    expect(setup.calls.slice(setup.calls.indexOf('disconnect'))).toEqual([
      'disconnect',
      'wait',
      'replaced: call: indefinite',
      'producer 2',
      'initTransactions',
      'committed in-0 in-1',
      'seek in-0@2',
      'seek in-1@1',
      'poll in-0@2',
      'beginTransaction',
      'send out',
      'sendOffsets in-0@3',
      'commitTransaction',
      'committed 1',
    ]);
  });

  test('that was not carried out is repeated by a new producer', async () => {
    const { parts, calls } = await setUp({ producerScript: { commitTransaction: [failure('fenced')] } });

    await runProcessor(parts);

    // The new producer first: taking over the transactional id settles what the old one left, and only then do the
    // committed offsets mean anything.
    expect(calls.slice(calls.indexOf('disconnect'))).toEqual([
      'disconnect',
      'wait',
      expect.stringMatching(/^replaced: call: fenced/),
      'producer 2',
      'initTransactions',
      ...BACK_TO_BEGIN,
      READ_ALL,
      ...ALL_AGAIN,
    ]);
  });
});

describe('recovery that fails on the way', () => {
  test.each(['committed', 'seek'] as const)(
    '%s: is begun anew, and nothing is polled in between',
    async method => {
      const { parts, calls } = await setUp({
        producerScript: { sendOffsets: [failure('abortable')] },
        consumerScript: { [method]: [failure('indefinite'), failure('retriable'), null] },
      });

      await runProcessor(parts);

      const polls = calls.flatMap((call, index) => (call.startsWith('poll') ? [index] : []));
      expect(polls).toHaveLength(2);
      const recovery = calls.slice(polls[0], polls[1]);
      expect(recovery.filter(call => call === 'wait')).toHaveLength(3);
      expect(recovery.filter(call => /^(aborted|offsets unknown)/.test(call)).sort()).toEqual([
        'aborted: call: abortable', // as often as it was
        'offsets unknown: call: indefinite',
        'offsets unknown: call: retriable',
      ]);
      expect(recovery.slice(-2)).toEqual(['seek in-1@0', 'seek in-0@0']);
      expect(calls.at(-1)).toBe('committed 3');
    },
  );

  test('an abort that fails becomes a new producer', async () => {
    const { parts, calls } = await setUp({
      producerScript: { sendOffsets: [failure('abortable')], abortTransaction: [failure('indefinite')] },
    });

    await runProcessor(parts);

    expect(calls.filter(call => call.startsWith('aborted') || call.startsWith('replaced'))).toEqual([
      'aborted: call: abortable',
      'replaced: call: indefinite',
    ]);
    expect(calls.at(-1)).toBe('committed 3');
  });

  test('stop ends it, and nothing is put back: what is not committed is read by whoever comes next', async () => {
    const setup: Setup = await setUp({ producerScript: { sendOffsets: [failure('fenced')] } });
    const { delivery } = setup.parts;
    const stopping: Delivery = {
      ...delivery,
      open: async () => {
        setup.stop.abort();
        throw new Fenced('brokers away');
      },
    };

    await runProcessor({ ...setup.parts, delivery: stopping });

    expect(setup.calls.some(call => call.startsWith('seek'))).toBe(false);
    expect(setup.calls.at(-1)).toMatch(/^replaced: call: fenced/);
  });

  test.each([200, 250])(
    'after retry.max_elapsed_ms the worker ends, and says what it was that failed: %d',
    async retryElapsedMsMax => {
      const { parts, calls } = await setUp({
        producerScript: { sendOffsets: Array.from({ length: 9 }, () => failure('abortable')) },
        parts: { retryElapsedMsMax },
      });

      const error = await runProcessor(parts).catch((thrown: unknown) => thrown);

      expect(error).toBeInstanceOf(Fatal);
      expect((error as Fatal).message).toContain(
        `retry.max_elapsed_ms (${retryElapsedMsMax} ms): call: abortable`,
      );
      expect(calls.filter(call => call === 'wait')).toHaveLength(3);
    },
  );

  test('failures before a success do not count towards retry.max_elapsed_ms', async () => {
    const { parts, calls } = await setUp({
      producerScript: {
        sendOffsets: [failure('abortable'), failure('abortable'), null, failure('abortable'), null],
      },
      parts: {
        retryElapsedMsMax: 250,
        bounds: { recordsMax: 2, bytesMax: 1000, rowBytesMax: 1000, ageMsMax: 10_000 },
      },
    });

    await runProcessor(parts);

    expect(calls.filter(call => call === 'wait')).toHaveLength(3);
    expect(calls.at(-1)).toBe('committed 1');
  });

  test.each([
    [
      'asked for before a batch is sent',
      { consumerScript: { committed: [failure('denied')] }, freshlyAssigned: true },
    ],
    [
      'asked for after a batch failed',
      {
        consumerScript: { committed: [failure('denied')] },
        producerScript: { commitTransaction: [failure('abortable')] },
      },
    ],
  ])('committed offsets that may not be %s end the worker, with what to do', async (_, options) => {
    const { parts, calls } = await setUp(options);
    await expect(runProcessor(parts)).rejects.toThrow(
      'right to read the inputs and to use the consumer group',
    );
    expect(calls.filter(call => call.startsWith('committed '))).toHaveLength(1);
  });

  test('rights that are missing end the worker at once', async () => {
    const { parts, calls } = await setUp({ producerScript: { commitTransaction: [failure('denied')] } });

    await expect(runProcessor(parts)).rejects.toThrow(Fatal);

    expect(calls).not.toContain('wait to poll');
    expect(calls.filter(call => call.startsWith('poll'))).toHaveLength(1);
  });
});

describe('a defect', () => {
  const defect = new TypeError('undefined is not a function');

  test('that a record meets in the transform makes it a dead letter, and its neighbours flow', async () => {
    const { parts, calls } = await setUp({
      transform: (...args) => {
        if (args[2].toString() === '0@1') throw defect;
        return oneRow(...args);
      },
    });

    await runProcessor(parts);

    expect(calls).toEqual([
      READ_ALL,
      'beginTransaction',
      'send out',
      'send dead',
      'send out',
      OFFSETS_OF_ALL,
      'commitTransaction',
      'committed 3',
      'dead lettered 1: defect',
      'defect 1: undefined is not a function',
    ]);
  });

  test('that makes rows vanish is seen at its record', async () => {
    const { parts, calls } = await setUp({
      transform: (...args) => ({ ...oneRow(...args), itemCount: args[2].toString() === '0@1' ? 2 : 1 }),
    });

    await runProcessor(parts);

    expect(calls.slice(-2)).toEqual([
      'dead lettered 1: defect',
      'defect 1: row counts do not add up: 2 items decoded, but 1 rows + 0 filtered + 0 failed',
    ]);
  });

  test('is told of when its dead letter is committed, not for an attempt that was aborted', async () => {
    const { parts, calls } = await setUp({
      transform: () => {
        throw defect;
      },
      producerScript: { sendOffsets: [failure('abortable')] },
    });

    await runProcessor(parts);

    expect(calls.filter(call => call.startsWith('defect'))).toHaveLength(3);
  });

  test.each([
    new RangeError('Array buffer allocation failed'),
    Object.assign(new Error('Failed to allocate memory'), { code: 'ERR_MEMORY_ALLOCATION_FAILED' }),
  ])('is not what want of memory is, which ends the worker: $message', async want => {
    const setup: Setup = await setUp({
      transform: () => {
        // Also in the last batch before the end nobody may take it for a clean one.
        setup.stop.abort();
        throw want;
      },
    });

    await expect(runProcessor(setup.parts)).rejects.toBe(want);
    expect(setup.calls.some(call => call.startsWith('sendOffsets'))).toBe(false);
  });

  test('that no record is to blame for ends the worker, and nothing is committed', async () => {
    const { parts, calls } = await setUp();
    const { sendRecord } = parts.sender;
    parts.sender.sendRecord = async (delivery, processed, tally) => {
      await sendRecord(delivery, processed, tally);
      tally.rows -= 1;
    };

    await expect(runProcessor(parts)).rejects.toThrow(
      'row counts do not add up: 3 items decoded, but 0 rows + 0 filtered + 0 dead-lettered',
    );

    expect(calls).toEqual([READ_ALL, 'beginTransaction', ...SENT_ALL]);
  });
});

describe('a batch whose rows are larger than a transaction shall be', () => {
  const rowBytesMax = 8; // two rows of 4 bytes
  const records = [record(0, 0, of(4)), record(1, 0, of(4)), record(0, 1, of(4)), record(1, 1, of(4))];
  const bounds = { recordsMax: 100, bytesMax: 1000, rowBytesMax, ageMsMax: 10_000 };

  test('is committed in parts, each with the offsets of its own records', async () => {
    const { parts, calls } = await setUp({ records, parts: { bounds } });

    await runProcessor(parts);

    expect(calls.filter(call => call.startsWith('sendOffsets'))).toEqual([
      'sendOffsets in-0@1 in-1@1',
      'sendOffsets in-0@2 in-1@2',
    ]);
    expect(calls.filter(call => call.startsWith('poll'))).toHaveLength(1);
  });

  test('a single record that is larger is a transaction of its own', async () => {
    const { parts, calls } = await setUp({
      records: [record(0, 0, of(100)), record(0, 1, of(1))],
      parts: { bounds },
    });

    await runProcessor(parts);

    expect(calls.filter(call => call.startsWith('sendOffsets'))).toEqual([
      'sendOffsets in-0@1',
      'sendOffsets in-0@2',
    ]);
  });

  test('a part that fails is rewound to where that part began, not the batch', async () => {
    const { parts, calls } = await setUp({
      records,
      parts: { bounds },
      producerScript: { sendOffsets: [null, failure('abortable')] },
    });

    await runProcessor(parts);

    expect(calls.filter(call => call.startsWith('seek'))).toEqual(['seek in-1@1', 'seek in-0@1']);
    expect(calls.filter(call => call.startsWith('committed ') && !call.includes('in-'))).toEqual([
      'committed 2',
      'committed 2',
    ]);
  });

  test('stop ends it between two parts', async () => {
    const setup: Setup = await setUp({
      records,
      parts: { bounds },
      onSendOffsets: () => setup.stop.abort(),
    });

    await runProcessor(setup.parts);

    expect(setup.calls.filter(call => call.startsWith('committed'))).toEqual(['committed 2']);
  });

  function of(bytes: number): Partial<InputRecord> {
    return { value: Buffer.alloc(bytes) };
  }
});

describe('a poll that fails', () => {
  test('is waited out and asked again; nothing is aborted', async () => {
    const { parts, calls } = await setUp({
      consumerScript: { poll: [failure('retriable', 'fetch records'), failure('other', 'fetch records')] },
    });

    await runProcessor(parts);

    expect(calls).toEqual([
      'wait to poll',
      'poll failed: fetch records: retriable',
      'wait to poll',
      'poll failed: fetch records: other',
      READ_ALL,
      ...ALL_AGAIN,
    ]);
  });

  test.each([
    ['that brought nothing', [null]],
    // On a topic that always has records no poll is ever empty.
    ['that brought records', [null, failure('other')]],
  ])('is waited for longer each time, until a poll %s', async (_, good) => {
    const waits: number[] = [];
    const backoff = exponentialBackoff({ initialMs: 1, maxMs: 1000 });
    const { parts } = await setUp({
      records: good.length === 1 ? [] : [record(0, 0)],
      consumerScript: { poll: [failure('other'), failure('other'), ...good, failure('other')] },
      parts: {
        pollBackoff: {
          ...backoff,
          next: () => {
            const ms = backoff.next();
            waits.push(ms);
            return ms;
          },
        },
      },
    });

    await runProcessor(parts);

    expect(waits.slice(0, 3)).toEqual([1, 2, 1]);
  });

  test('after records were read costs none of them: they are not read a second time', async () => {
    const { parts, calls } = await setUp({ consumerScript: { poll: [null, failure('other')] } });

    await runProcessor(parts);

    expect(calls).toEqual([READ_ALL, ...ALL_AGAIN, 'wait to poll', 'poll failed: call: other']);
  });

  test('does not count towards retry.max_elapsed_ms, which is about batches', async () => {
    const { parts, calls } = await setUp({
      consumerScript: { poll: Array.from({ length: 9 }, () => failure('retriable')) },
      producerScript: { sendOffsets: [failure('abortable')] },
      parts: { retryElapsedMsMax: 150 },
    });

    await runProcessor(parts);

    expect(calls.at(-1)).toBe('committed 3');
  });

  test('denied: ends the worker and says what to do', async () => {
    const { parts } = await setUp({ consumerScript: { poll: [failure('denied')] } });

    const error = await runProcessor(parts).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Fatal);
    expect((error as Fatal).message).toContain('right to read the inputs and to use the consumer group');
  });

  describe.each([
    ['fenced', true],
    ['name_in_use', false],
  ] as const)('%s: only another consumer helps', (kind, replaced) => {
    test.each<[string, SetupOptions]>([
      ['of a poll', { consumerScript: { poll: [failure(kind)] } }],
      [
        'of a rewind, which would fail for ever',
        {
          consumerScript: { committed: [failure(kind)] },
          producerScript: { sendOffsets: [failure('abortable')] },
        },
      ],
    ])('%s', async (_, options) => {
      const { parts } = await setUp(options);

      await expect(runProcessor(parts)).rejects.toMatchObject({ name: 'Rejoin', replaced });
    });
  });

  test.each([
    ['at first', []],
    ['ahead, while a batch is committed', [null, null]],
  ])('for a reason that is not of Kafka is a defect and stays what it is: %s', async (_, before) => {
    const defect = new TypeError('undefined is not a function');
    const { parts } = await setUp({ consumerScript: { poll: [...before, defect] } });

    await expect(runProcessor(parts)).rejects.toBe(defect);
  });
});

describe('records that come a second time from the client', () => {
  test('are told by what the group has committed, when a partition was just assigned, and are not sent', async () => {
    const { parts, calls, consumer } = await setUp({ freshlyAssigned: true });
    consumer.committedOffsets.set('in-0', 1);

    await runProcessor(parts);

    expect(calls.slice(0, 3)).toEqual([READ_ALL, 'committed in-1 in-0', 'wait']);
    expect(calls[3]).toBe(
      'aborted: the client read in-0 from offset 0 on, but 1 is committed ' +
        "(if the topic was deleted and recreated, set the group's offsets back: otelrows replay --reset-group)",
    );
    expect(calls.filter(call => call.startsWith('sendOffsets'))).toEqual(['sendOffsets in-0@2 in-1@1']);
    expect(calls.filter(call => call === 'send out')).toHaveLength(2);
  });

  test('are told by what others have committed while the partition was theirs', async () => {
    const setup: Setup = await setUp({ records: [record(0, 4), record(0, 5)], freshlyAssigned: true });
    const { assignment } = setup.parts;
    const partitions = [{ topic: 'in', partition: 0 }];
    // This worker has got to 5; then the partition was elsewhere, up to 9, and came back. The client still has 5.
    assignment.advance([{ topic: 'in', partition: 0, offset: 4 }]);
    setup.consumer.rebalance({ kind: 'revoked', partitions, lost: true });
    setup.consumer.rebalance({ kind: 'assigned', partitions });
    setup.consumer.committedOffsets.set('in-0', 9);

    await runProcessor(setup.parts);

    expect(setup.calls.find(call => call.startsWith('aborted'))).toMatch(
      /^aborted: the client read in-0 from offset 4 on, but 9 is committed/,
    );
    expect(setup.calls).not.toContain('send out');
  });

  test('are told by what this worker has committed afterwards, without asking again', async () => {
    const { parts, calls, consumer } = await setUp({
      freshlyAssigned: true,
      records: [record(0, 0), record(0, 1)],
      parts: { bounds: { recordsMax: 1, bytesMax: 1000, rowBytesMax: 1000, ageMsMax: 10_000 } },
      onSendOffsets: () => {
        const commits = calls.filter(call => call.startsWith('sendOffsets')).length;
        consumer.committedOffsets.set('in-0', commits);
        // The client loses its place.
        if (commits === 1) void consumer.seek({ topic: 'in', partition: 0, offset: 0 });
      },
    });

    await runProcessor(parts);

    expect(calls.filter(call => call.startsWith('aborted'))).toHaveLength(1);
    expect(calls.filter(call => call === 'send out')).toHaveLength(2);
  });
});

test('records of a partition that the group has taken are not sent, even when the client still has some', async () => {
  const setup: Setup = await setUp();
  setup.consumer.rebalance({
    kind: 'revoked',
    partitions: [{ topic: 'in', partition: 0 }],
    lost: true,
  });

  const aborted: string[] = [];
  setup.parts.events = {
    ...setup.parts.events,
    aborted: reason => {
      aborted.push(reason);
      setup.stop.abort();
    },
  };
  await runProcessor(setup.parts);

  expect(aborted).toEqual(['the client read in-0, which the group has given to others']);
  expect(setup.calls.filter(call => call.startsWith('send'))).toEqual([]);
});

describe('polling ahead, while a batch is committed', () => {
  const oneRecord = { recordsMax: 1, bytesMax: 1000, rowBytesMax: 1000, ageMsMax: 10_000 };

  test('sends nothing before the commit has worked', async () => {
    const { parts, calls } = await setUp({ parts: { bounds: oneRecord } });

    await runProcessor(parts);

    expect(calls.slice(0, 8)).toEqual([
      'poll in-0@0',
      'beginTransaction',
      'send out',
      'poll in-0@1',
      'sendOffsets in-0@1',
      'commitTransaction',
      'committed 1',
      'beginTransaction',
    ]);
  });

  test('a commit that fails puts back what was polled ahead too', async () => {
    const { parts, calls } = await setUp({
      records: [record(0, 0), record(1, 0)],
      producerScript: { commitTransaction: [failure('abortable')] },
      parts: { bounds: oneRecord },
    });

    await runProcessor(parts);

    expect(calls.slice(calls.indexOf('abortTransaction'), calls.indexOf('abortTransaction') + 4)).toEqual([
      'abortTransaction',
      'committed in-1 in-0',
      'seek in-1@0',
      'seek in-0@0',
    ]);
    expect(calls.filter(call => call.startsWith('committed '))).toContain('committed 1');
    expect(calls.filter(call => call === 'send out')).toHaveLength(3);
  });

  test('a poll ahead that fails is told of after the records that came before it', async () => {
    const { parts, calls } = await setUp({
      consumerScript: { poll: [null, null, failure('retriable')] },
      parts: { bounds: { ...oneRecord, recordsMax: 2 } },
    });

    await runProcessor(parts);

    expect(calls.filter(call => /^(committed|poll failed)/.test(call))).toEqual([
      'committed 2',
      'committed 1',
      'poll failed: call: retriable',
    ]);
  });
});

describe('rebalances', () => {
  test('that come while a batch runs are answered only after its transaction has ended', async () => {
    const setup: Setup = await setUp({
      onSendOffsets: () =>
        setup.consumer.rebalance({
          kind: 'revoked',
          partitions: [{ topic: 'in', partition: 0 }],
          lost: false,
        }),
    });

    await runProcessor(setup.parts);

    expect(setup.calls.slice(-2)).toEqual(['committed 3', 'accept revoked in-0']);
  });

  test('take back what was polled ahead of the partitions that are given up, and nothing else', async () => {
    let transactionCount = 0;
    const setup: Setup = await setUp({
      records: [record(0, 0), record(1, 0), record(0, 1), record(1, 1)],
      parts: { bounds: { recordsMax: 2, bytesMax: 1000, rowBytesMax: 1000, ageMsMax: 10_000 } },
      onSendOffsets: () => {
        transactionCount += 1;
        if (transactionCount > 1) return;
        const partitions = [{ topic: 'in', partition: 0 }];
        setup.consumer.rebalance({ kind: 'revoked', partitions, lost: false });
        // Back again before anyone has looked: its records would be read twice if the first reading still counted.
        setup.consumer.rebalance({ kind: 'assigned', partitions });
      },
    });

    await runProcessor(setup.parts);

    expect(setup.calls.filter(call => call.startsWith('sendOffsets'))).toEqual([
      'sendOffsets in-0@1 in-1@1',
      'sendOffsets in-1@2',
    ]);
  });
});

describe('opening for the first time', () => {
  test('is tried again until it works, without counting towards the failures of batches', async () => {
    const { parts, calls } = await setUp({
      producerScript: { initTransactions: [failure('indefinite')], sendOffsets: [] },
      parts: { retryElapsedMsMax: 150 },
    });

    expect(parts.backoff.elapsedMs()).toBe(0);
    await runProcessor(parts);

    expect(calls.at(-1)).toBe('committed 3');
  });

  test.each([new AbortBatch('brokers away'), new Fatal('no rights')])(
    'ends at once, and says nothing, when the worker shall stop: %s',
    async error => {
      const { parts, stop, calls } = await setUp();
      let attempts = 0;
      const delivery: Delivery = {
        ...parts.delivery,
        open: async () => {
          attempts += 1;
          stop.abort();
          throw error;
        },
      };

      await openDelivery({ ...parts, delivery });

      expect(attempts).toBe(1);
      expect(calls).toEqual([]);
    },
  );

  test('ends the worker when trying again would not help', async () => {
    await expect(setUp({ producerScript: { initTransactions: [failure('denied')] } })).rejects.toThrow(Fatal);
  });
});
