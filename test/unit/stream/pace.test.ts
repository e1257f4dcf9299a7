import { describe, expect, test, vi } from 'vitest';
import { AbortBatch } from '../../../src/errors.js';
import type { InputRecord } from '../../../src/kafka/ports.js';
import { zeroTally } from '../../../src/observe/counters.js';
import { keepPace, type Pace } from '../../../src/stream/pace.js';
import { runProcessor } from '../../../src/stream/processor.js';
import { failure, record } from '../../support/scripted-kafka.js';
import { oneRow, type Setup, type SetupOptions, setUp } from '../../support/scripted-worker.js';

const TIMES = { timeMaxMs: 10_000, calmMs: 12_000, calmMsMax: 100_000 };

// Batches that are not done in the 10 s of their transaction, on a clock that only these tests move.

const BOUNDS = { recordsMax: 8, bytesMax: 1e9, rowBytesMax: 1e9, ageMsMax: 10_000 };
const EIGHT = Array.from({ length: 8 }, (_, offset) => record(0, offset));

function worker(options: SetupOptions): Promise<Setup> {
  return setUp({ records: EIGHT, ...options, parts: { bounds: BOUNDS, ...options.parts } });
}

/** What became of the batches, without the single messages. */
function story(calls: readonly string[]): string[] {
  return calls.flatMap(call =>
    /^(sendOffsets|reaches|committed \d|dead lettered|value left|too slow|alone|abortT)/.test(call)
      ? [call]
      : /^replaced: the brokers had not taken/.test(call)
        ? ['rows not taken']
        : [],
  );
}

describe('a batch that is too large for its time', () => {
  test('is tried again with a quarter of its records, and batches grow again when they are quick', async () => {
    const { parts, calls } = await worker({ takesMs: () => 1_200 });

    await runProcessor(parts);

    expect(story(calls)).toEqual([
      'sendOffsets in-0@8', // 9.6 s: rows have 8 s at most
      'too slow 8: 2',
      'rows not taken',
      'sendOffsets in-0@2',
      'committed 2', // took 2.4 s, less than a quarter; the next ones were polled meanwhile
      'sendOffsets in-0@4',
      'committed 2',
      'sendOffsets in-0@8',
      'committed 4',
    ]);
  });

  test('also when the queue of the client is full before all is sent', async () => {
    const { parts, calls } = await worker({
      records: [record(0, 0), record(0, 1)],
      takesMs: () => 600,
      queueSize: 1,
    });
    const { sendRecord } = parts.sender;
    parts.sender.sendRecord = async (delivery, processed, tally) => {
      await sendRecord(delivery, processed, tally);
      if (processed.record.offset === 0 || calls.includes('disconnect')) return;
      // Many more rows, the first time.
      const row = { topic: 'out', key: null, value: Buffer.alloc(1) };
      await delivery.send(Array.from({ length: 20 }, () => row));
    };

    await runProcessor(parts);

    expect(story(calls).slice(0, 4)).toEqual([
      'too slow 2: 1',
      'rows not taken',
      'sendOffsets in-0@1',
      'committed 1',
    ]);
  });

  test('whatever the failure is called that comes of it', async () => {
    const { parts, calls, clock } = await worker({
      // The client gives up messages when they have waited for so long.
      producerScript: { commitTransaction: [failure('abortable', '8 message(s) timed out')] },
      takesMs: () => 800,
    });

    await runProcessor(parts);

    expect(story(calls).slice(0, 4)).toEqual([
      'sendOffsets in-0@8',
      'too slow 8: 2',
      'abortTransaction',
      'sendOffsets in-0@2',
    ]);
    expect(clock.ms).toBeGreaterThan(6_400);
  });

  test('but not for a failure that came early: the same batch is tried again', async () => {
    const { parts, calls } = await worker({
      producerScript: { commitTransaction: [failure('abortable')] },
      takesMs: () => 600,
    });

    await runProcessor(parts);

    expect(story(calls)).toEqual([
      'sendOffsets in-0@8', // 4.8 s
      'abortTransaction',
      'sendOffsets in-0@8',
      'committed 8',
    ]);
  });

  test('is bounded by the bytes of its rows as well, also where records are few', () => {
    let ms = 0;
    const pace = keepPace({ recordsMax: 100, rowBytesMax: 1000 }, TIMES, () => ms);
    pace.begin();
    pace.sending();
    ms = 9_000;
    pace.failed(new AbortBatch('timed out'), EIGHT, { ...zeroTally(), records: 80, rowBytes: 800 });
    pace.begin();

    expect(pace.hasRoomFor(record(0, 1), { ...zeroTally(), records: 1, rowBytes: 199 })).toBe(true);
    expect(pace.hasRoomFor(record(0, 1), { ...zeroTally(), records: 1, rowBytes: 200 })).toBe(false);
    expect(pace.hasRoomFor(record(0, 1), { ...zeroTally(), records: 20, rowBytes: 1 })).toBe(false);
  });
});

describe('brokers that are asked about a slow record', () => {
  let ms = 0;
  const failAlone = (pace: Pace) => {
    pace.begin();
    pace.sending();
    ms += 10_000;
    pace.failed(new AbortBatch('timed out'), [record(0, 0)], { ...zeroTally(), records: 1 });
  };
  test('are left alone for twice as long after each question that they did not answer, up to a bound', () => {
    const pace = keepPace({ recordsMax: 100, rowBytesMax: 1000 }, TIMES, () => ms);
    const calms = Array.from({ length: 6 }, () => {
      failAlone(pace);
      const calm = pace.calmMs(record(0, 0));
      pace.settle(record(0, 0), false);
      return calm;
    });
    expect(calms).toEqual([12_000, 24_000, 48_000, 96_000, 100_000, 100_000]);
  });

  test('are left alone as long as that was before once they have answered, and as at first for another record', () => {
    const pace = keepPace({ recordsMax: 100, rowBytesMax: 1000 }, TIMES, () => ms);
    failAlone(pace);
    pace.settle(record(0, 0), false);
    failAlone(pace);
    expect(pace.calmMs(record(0, 0))).toBe(24_000);
    expect(pace.calmMs(record(1, 0))).toBe(12_000);
    pace.settle(record(0, 0), true);
    failAlone(pace);
    expect(pace.calmMs(record(0, 0))).toBe(24_000);
  });
});

describe('a transaction whose time runs out while records are added', () => {
  test('is committed with what was sent', async () => {
    const setup: Setup = await worker({
      transform: (...args) => {
        setup.clock.ms += 1_000;
        return oneRow(...args);
      },
    });

    await runProcessor(setup.parts);

    // The first transform ends before the first message: its second does not count.
    expect(story(setup.calls).slice(0, 2)).toEqual(['sendOffsets in-0@3', 'committed 3']);
    expect(setup.calls.filter(call => call === 'send out')).toHaveLength(8);
    expect(setup.calls.filter(call => call.startsWith('too slow'))).toEqual([]);
  });

  test('does not get the record whose transform has taken the time: that begins the next one', async () => {
    const setup: Setup = await worker({
      records: [record(0, 0), record(0, 1)],
      transform: (...args) => {
        if (args[2].toString() === '0@1') setup.clock.ms += 9_000;
        return oneRow(...args);
      },
    });

    await runProcessor(setup.parts);

    expect(story(setup.calls)).toEqual([
      'sendOffsets in-0@1',
      'committed 1',
      'sendOffsets in-0@2',
      'committed 1',
    ]);
  });

  test('does not even transform a record so large that it may take the time', async () => {
    const setup: Setup = await worker({ records: [record(0, 0), record(0, 1, of(4 * 1024 * 1024 + 1))] });

    await runProcessor(setup.parts);

    expect(story(setup.calls).filter(call => call.startsWith('committed'))).toEqual([
      'committed 1',
      'committed 1',
    ]);
  });

  test('polls now and then while it is committed in parts, so that the group does not take it for dead', async () => {
    const setup: Setup = await worker({
      records: Array.from({ length: 16 }, (_, offset) => record(0, offset)),
      transform: (...args) => {
        setup.clock.ms += 2_500;
        return oneRow(...args);
      },
    });

    await runProcessor(setup.parts);

    const polls = setup.calls.filter(call => call.startsWith('poll'));
    expect(polls.slice(0, 4)).toEqual([
      'poll in-0@0 in-0@1 in-0@2 in-0@3 in-0@4',
      'poll in-0@5 in-0@6 in-0@7',
      'poll in-0@8',
      'poll in-0@9',
    ]);
    expect(story(setup.calls).slice(0, 4)).toEqual([
      'sendOffsets in-0@1',
      'committed 1',
      'sendOffsets in-0@2',
      'committed 1',
    ]);
  });
});

describe('a record that is too slow alone', () => {
  const big = record(0, 0, of(5_000));
  const records = [big, record(0, 1), record(0, 2)];
  /** Rows of the large record take far too long; whether its dead letter does too is for a test to say. */
  const tooSlow =
    (deadLetterMs = 0) =>
    (topic: string, value: Buffer | null) =>
      (value?.length ?? 0) < 5_000 ? 0 : topic === 'out' ? 60_000 : deadLetterMs;
  const ONCE_MORE = ['reaches out dead', 'abortTransaction', 'sendOffsets in-0@1'];

  test('becomes a dead letter after three attempts, each with brokers that answer', async () => {
    const { parts, calls } = await worker({ records, takesMs: tooSlow() });

    await runProcessor(parts);

    expect(story(calls)).toEqual([
      'sendOffsets in-0@3',
      'too slow 3: 1',
      'rows not taken',
      'sendOffsets in-0@1',
      'alone too slow 0',
      'rows not taken',
      'sendOffsets in-0@0', // asks the coordinator of the group, and is aborted
      ...ONCE_MORE,
      'alone too slow 0',
      'rows not taken',
      'sendOffsets in-0@0',
      ...ONCE_MORE,
      'alone too slow 0',
      'rows not taken',
      'sendOffsets in-0@0',
      ...ONCE_MORE,
      'committed 1',
      'dead lettered 0: transaction_timeout',
      'sendOffsets in-0@2',
      'committed 1',
      'sendOffsets in-0@3',
      'committed 1',
    ]);
  });

  test('and with its value too slow even as that, becomes one without it', async () => {
    const { parts, calls } = await worker({ records, takesMs: tooSlow(60_000) });

    await runProcessor(parts);

    expect(calls.filter(call => call.startsWith('alone'))).toHaveLength(4);
    expect(calls.filter(call => /^(dead lettered|value)/.test(call))).toEqual([
      'dead lettered 0: transaction_timeout',
      'value left out 0',
    ]);
    expect(calls.at(-1)).toBe('committed 1');
  });

  test('is never given up while partitions take nothing, however long that lasts', async () => {
    let asked = 0;
    const { parts, calls } = await worker({
      records,
      // An outage of the output; every record would be slow.
      takesMs: () => (asked < 50 ? 60_000 : 0),
      reached: () => {
        asked += 1;
        return asked > 50;
      },
    });

    await runProcessor(parts);

    expect(calls.filter(call => call.startsWith('alone')).length).toBeGreaterThan(25);
    expect(calls.some(call => call.startsWith('dead lettered'))).toBe(false);
    expect(calls.filter(call => call.startsWith('committed ')).at(-1)).toMatch(/^committed \d/);
  });

  test('is not given up for attempts before an outage: they are counted anew after it', async () => {
    const answers = [true, true, false, true, true, true];
    const { parts, calls } = await worker({
      records,
      takesMs: tooSlow(),
      reached: () => answers.shift() ?? true,
    });

    await runProcessor(parts);

    expect(calls.filter(call => call.startsWith('alone'))).toHaveLength(6);
    expect(answers).toEqual([]);
  });

  test('is not given up while the coordinator of the group does not answer', async () => {
    let asked = 0;
    const setup: Setup = await worker({
      records,
      takesMs: tooSlow(),
      onSendOffsets: () => {
        if (setup.calls.at(-1) === 'sendOffsets in-0@0' && asked++ < 5) throw failure('abortable');
      },
    });

    await runProcessor(setup.parts);

    expect(setup.calls.filter(call => call.startsWith('alone')).length).toBeGreaterThanOrEqual(5);
  });

  test('never takes others with it again, and these have larger batches when they are quick', async () => {
    const before = Array.from({ length: 8 }, (_, offset) => record(1, offset));
    const after = Array.from({ length: 16 }, (_, offset) => record(1, offset + 8));
    const { parts, calls } = await worker({ records: [...before, big, ...after], takesMs: tooSlow() });

    await runProcessor(parts);

    const told = story(calls);
    expect(told.slice(told.indexOf('alone too slow 0')).join()).not.toContain(',too slow');
    expect(told.slice(told.indexOf('dead lettered 0: transaction_timeout'))).toContain('committed 4');
  });

  test('is not tried once more by a worker that shall stop', async () => {
    const { parts, calls, stop } = await worker({
      records: [big],
      takesMs: tooSlow(),
      calmMs: 3_600_000,
    });

    const running = runProcessor(parts);
    await vi.waitFor(() => expect(calls.filter(call => call.startsWith('poll'))).toHaveLength(2));
    stop.abort();
    await running;

    expect(calls.filter(call => call === 'send out')).toHaveLength(1);
    expect(calls.some(call => call.startsWith('reaches'))).toBe(false);
  });

  test('that is quick when it is tried again is forgotten', async () => {
    let slow = true;
    const { parts, calls } = await worker({
      records: [big],
      takesMs: () => {
        const ms = slow ? 60_000 : 0;
        slow = false;
        return ms;
      },
    });

    await runProcessor(parts);

    expect(story(calls)).toEqual([
      'sendOffsets in-0@1',
      'alone too slow 0',
      'rows not taken',
      'sendOffsets in-0@0',
      ...ONCE_MORE,
      'committed 1',
    ]);
  });
});

describe('what is kept in time, asked step by step', () => {
  const MiB = 1024 * 1024;
  const [SLOW, OTHER] = [record(0, 0), record(1, 0)];
  const tally = (records: number, rowBytes = records) => ({ ...zeroTally(), records, rowBytes });
  const paceOf = () => {
    const clock = { ms: 0 };
    const pace = keepPace({ recordsMax: 8, rowBytesMax: 800 }, TIMES, () => clock.ms);
    /** A batch that began to be sent so long ago. */
    const sent = (tookMs: number) => {
      pace.begin();
      pace.sending();
      clock.ms += tookMs;
    };
    /** The record has failed alone and is tried again, as often as said. */
    const failAlone = (times = 1) => {
      for (let attempt = 0; attempt < times; attempt += 1) {
        sent(9_000);
        pace.failed(new AbortBatch('slow'), [SLOW], tally(1));
        pace.begin();
        pace.settle(SLOW, true);
      }
    };
    return { clock, pace, sent, failAlone };
  };

  test('a poll is due when the last one was a second ago', () => {
    const { clock, pace } = paceOf();
    clock.ms = 999;
    expect(pace.mustPoll()).toBe(false);
    clock.ms = 1_000;
    expect(pace.mustPoll()).toBe(true);
    pace.polled();
    clock.ms = 1_999;
    expect(pace.mustPoll()).toBe(false);
    clock.ms = 2_000;
    expect(pace.mustPoll()).toBe(true);
  });

  test('a record of up to 4 MiB is added to others', () => {
    const { pace } = paceOf();
    pace.begin();
    expect(pace.hasRoomFor(record(0, 1, of(4 * MiB)), tally(1))).toBe(true);
    expect(pace.hasRoomFor(record(0, 1, of(4 * MiB + 1)), tally(1))).toBe(false);
  });

  test.each<[string, number, unknown, InputRecord[], boolean]>([
    ['half of the time', 5_000, new AbortBatch('slow'), EIGHT, true],
    ['less', 4_999, new AbortBatch('away'), EIGHT, false],
    ['all of it, but the reason is another', 9_000, new Error('defect'), EIGHT, false],
    ['all of it, but of no records', 9_000, new AbortBatch('slow'), [], false],
  ])('a failure after %s', (_, tookMs, error, records, forTime) => {
    const { pace, sent } = paceOf();
    sent(tookMs);
    expect(pace.failed(error, records, tally(8))).toEqual(
      forTime
        ? {
            batch: { records: 8, rowBytes: 8 },
            tookMs,
            timeMaxMs: 10_000,
            next: { records: 2, rowBytes: 2 },
          }
        : null,
    );
    expect(pace.recordsMax()).toBe(forTime ? 2 : 8);
  });

  test('a quick batch makes the next one larger only when it was as large as it could be', () => {
    const { pace, sent } = paceOf();
    sent(9_000);
    pace.failed(new AbortBatch('slow'), EIGHT, tally(8, 400));
    sent(1);
    pace.committed(tally(1, 1), []);
    expect(pace.recordsMax()).toBe(2);
    sent(1);
    pace.committed(tally(2, 1), []);
    expect(pace.recordsMax()).toBe(4);
  });

  test('a record that was slow takes no other with it, and says nothing of how large batches may be', () => {
    const { pace, sent, failAlone } = paceOf();
    sent(9_000);
    pace.failed(new AbortBatch('slow'), EIGHT.slice(0, 2), tally(2));
    failAlone();
    expect(pace.recordsMax()).toBe(1);

    expect(pace.doubts(SLOW)).toBe(false);
    expect(pace.hasRoomFor(OTHER, tally(0))).toBe(false);
    sent(0);
    pace.doubts(SLOW);
    pace.committed(tally(1), [{ topic: 'in', partition: 0, offset: 1 }]);
    expect(pace.recordsMax()).toBe(1);
    pace.begin();
    expect(pace.hasRoomFor(OTHER, tally(0))).toBe(true);
  });

  test('a record that is given up says why, and each time leaves out more of it', () => {
    const { pace, failAlone } = paceOf();
    failAlone(2);
    expect(pace.givesUp(SLOW)).toBeNull();
    const told = [1, 2, 3].map(() => {
      failAlone();
      return pace.givesUp(SLOW);
    });
    expect(told.map(given => given?.keep)).toEqual(['all', 'no_value', 'nothing']);
    expect(told[0]?.message).toBe(
      'its rows were not written within 10000 ms (producer.transaction_timeout_ms), ' +
        '3 times in a row, while the brokers answered in time',
    );
  });
});

function of(bytes: number): Partial<InputRecord> {
  return { value: Buffer.alloc(bytes) };
}
