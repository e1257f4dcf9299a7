import { afterEach, describe, expect, test, vi } from 'vitest';
import { PoisonRecord } from '../../../src/errors.js';
import type { InputRecord } from '../../../src/kafka/ports.js';
import { processRecord, type ReadingParts } from '../../../src/messages/process-record.js';
import { firstOffsets, nextOffsets, pollBatch, withoutPartitions } from '../../../src/stream/batch.js';
import type { TransformRecord } from '../../../src/transform/transform-record.js';
import { failure, record } from '../../support/scripted-kafka.js';

afterEach(() => {
  vi.useRealTimers();
});

const WIDE = { recordsMax: 1000, bytesMax: 1_000_000, rowBytesMax: 1_000_000, ageMsMax: 60_000 };

/** A consumer that always has so many more records of ten bytes; it notes what was asked of it. */
function consumerWith(recordCount: number) {
  const asked: { recordsMax: number; timeoutMs: number }[] = [];
  let offset = 0;
  return {
    asked,
    poll: async (recordsMax: number, timeoutMs: number): Promise<InputRecord[]> => {
      asked.push({ recordsMax, timeoutMs });
      const polled: InputRecord[] = [];
      while (polled.length < recordsMax && offset < recordCount) {
        polled.push(record(0, offset++, { value: Buffer.alloc(10) }));
      }
      return polled;
    },
  };
}

describe('pollBatch', () => {
  test('ends with the bound on records, never above it', async () => {
    const { records } = await pollBatch(consumerWith(1000), { ...WIDE, recordsMax: 60 });
    expect(records.map(({ offset }) => offset)).toEqual(Array.from({ length: 60 }, (_, index) => index));
  });

  test('ends with the bound on bytes, and asks for as many records as it has room for', async () => {
    const consumer = consumerWith(1000);
    const { records } = await pollBatch(consumer, { ...WIDE, bytesMax: 200 });
    expect(records).toHaveLength(20);
    expect(consumer.asked.map(({ recordsMax }) => recordsMax)).toEqual([5, 15]);
  });

  test('exceeds the bound on bytes by its first poll at most when records are large', async () => {
    const consumer = consumerWith(1000);
    const { records } = await pollBatch(consumer, { ...WIDE, bytesMax: 11 });
    expect(records).toHaveLength(5);
    expect(consumer.asked).toHaveLength(1);
  });

  test('asks for many small records at once, but not for all of them', async () => {
    const consumer = consumerWith(1000);
    await pollBatch(consumer, WIDE);
    expect(consumer.asked.map(({ recordsMax }) => recordsMax)).toEqual([5, 25, 125, 250, 250, 250, 95]);
  });

  test('asks for at most five times as many as before, since large records may follow small ones', async () => {
    let offset = 0;
    const consumer = {
      poll: async (recordsMax: number) =>
        Array.from({ length: recordsMax }, () =>
          record(0, offset, { value: Buffer.alloc(offset++ < 5 ? 1_000 : 1_000_000) }),
        ),
    };
    const { records } = await pollBatch(consumer, { ...WIDE, bytesMax: 8_000_000 });
    expect(records).toHaveLength(5 + 25);
  });

  test('ends with a poll that brings nothing', async () => {
    const { records, failure: failed } = await pollBatch(consumerWith(40), WIDE);
    expect(records).toHaveLength(40);
    expect(failed).toBeNull();
  });

  test('ends with its age when records keep coming', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { records } = await pollBatch(consumerWith(1_000_000), { ...WIDE, ageMsMax: 0 });
    expect(records).toHaveLength(5);
  });

  test('gets older while records trickle: each poll has what is left of the time', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const timeouts: number[] = [];
    let offset = 0;
    const { records } = await pollBatch(
      {
        poll: async (_, timeoutMs) => {
          timeouts.push(timeoutMs);
          vi.advanceTimersByTime(20);
          return [record(0, offset++)];
        },
      },
      { ...WIDE, ageMsMax: 50 },
    );
    expect(timeouts).toEqual([50, 30, 10]);
    expect(records).toHaveLength(3);
  });

  test('an age of 0 still looks for records, once', async () => {
    const consumer = consumerWith(0);
    expect(await pollBatch(consumer, { ...WIDE, ageMsMax: 0 })).toEqual({ records: [], failure: null });
    expect(consumer.asked).toEqual([{ recordsMax: 5, timeoutMs: 1 }]);
  });

  test('asks for no more than what is left of its bounds', async () => {
    const consumer = consumerWith(1000);
    await pollBatch(consumer, { ...WIDE, recordsMax: 30 });
    expect(consumer.asked.map(({ recordsMax }) => recordsMax)).toEqual([5, 25]);
    for (const { timeoutMs } of consumer.asked) expect(timeoutMs).toBeLessThanOrEqual(WIDE.ageMsMax);
  });

  test('counts a record without a value as no bytes', async () => {
    const polls = [[record(0, 0, { value: null })], []];
    const { records } = await pollBatch({ poll: async () => polls.shift() ?? [] }, { ...WIDE, bytesMax: 1 });
    expect(records).toHaveLength(1);
  });

  test('a failure is returned with the records that came before it', async () => {
    const failed = failure('retriable');
    const polls = [async () => [record(0, 7)], () => Promise.reject(failed)];
    const batch = await pollBatch({ poll: () => (polls.shift() ?? (async () => []))() }, WIDE);
    expect(batch).toEqual({ records: [record(0, 7)], failure: failed });
  });
});

describe('what was polled of partitions that were given up', () => {
  const failed = failure('denied');
  const polled = {
    records: [record(0, 1), record(1, 2), { ...record(0, 3), topic: 'other' }],
    failure: failed,
  };

  test('is dropped, but nothing else, and a failure is still to be told of', async () => {
    expect(withoutPartitions(polled, [{ topic: 'in', partition: 0 }])).toEqual({
      records: [record(1, 2), { ...record(0, 3), topic: 'other' }],
      failure: failed,
    });
  });

  test('is everything when nothing was given up', async () => {
    expect(withoutPartitions(polled, [])).toEqual(polled);
  });
});

describe('offsets of several partitions', () => {
  const records = [
    record(0, 4),
    record(1, 0),
    record(0, 5),
    record(2, 9),
    // A gap: what lay in between was compacted away or belonged to an aborted transaction.
    record(0, 9),
    record(1, 1),
    { ...record(0, 2), topic: 'other' },
  ];

  test('reading goes on one past the last of each', async () => {
    expect(nextOffsets(records)).toEqual([
      { topic: 'in', partition: 0, offset: 10 },
      { topic: 'in', partition: 1, offset: 2 },
      { topic: 'in', partition: 2, offset: 10 },
      { topic: 'other', partition: 0, offset: 3 },
    ]);
  });

  test('the batch began with the first of each', async () => {
    expect(firstOffsets(records)).toEqual(
      expect.arrayContaining([
        { topic: 'in', partition: 0, offset: 4 },
        { topic: 'in', partition: 1, offset: 0 },
        { topic: 'in', partition: 2, offset: 9 },
        { topic: 'other', partition: 0, offset: 2 },
      ]),
    );
    expect(firstOffsets(records)).toHaveLength(4);
  });

  test('no records, no offsets', async () => {
    expect(nextOffsets([])).toEqual([]);
    expect(firstOffsets([])).toEqual([]);
  });
});

describe('processRecord', () => {
  const parts = (transform: TransformRecord): ReadingParts => ({
    inputOf: () => ({ topic: 'in', signal: 'logs', encoding: 'otlp_json', framing: 'auto' }),
    transform,
    recordBytesMax: 1000,
  });
  const transformed = { messages: [], itemCount: 0, filteredCount: 0 };

  test('hands the transform the signal and encoding of the input, and the record', async () => {
    const seen: unknown[] = [];
    const given = record(0, 0, { value: Buffer.from('x') });
    const processed = await processRecord(
      given,
      parts((...args) => {
        seen.push(...args);
        return transformed;
      }),
    );
    expect(seen).toEqual(['logs', 'otlp_json', Buffer.from('x'), given]);
    expect(processed).toMatchObject({ signal: 'logs', outcome: 'rows', transformed });
  });

  test('of no value makes nothing, whatever an empty value would be in the encoding of the input', async () => {
    const processed = await processRecord(
      record(0, 0, { value: null }),
      parts(() => {
        throw new PoisonRecord('malformed', 'the end of the record');
      }),
    );
    expect(processed).toMatchObject({ outcome: 'rows', transformed });
  });

  test('a poison record is an outcome', async () => {
    const error = new PoisonRecord('malformed', 'not JSON');
    const processed = await processRecord(
      record(0, 0),
      parts(() => {
        throw error;
      }),
    );
    expect(processed).toMatchObject({ outcome: 'poison', error });
  });

  test('any other error is a defect, which is an outcome too', async () => {
    const error = new TypeError('undefined is not a function');
    const processed = await processRecord(
      record(0, 0),
      parts(() => {
        throw error;
      }),
    );
    expect(processed).toMatchObject({ outcome: 'defect', error });
  });

  test('what is thrown and is no error at all is one all the same', async () => {
    const processed = await processRecord(
      record(0, 0),
      parts(() => {
        throw 'oops';
      }),
    );
    expect(processed).toMatchObject({ outcome: 'defect', error: new Error('oops') });
  });
});
