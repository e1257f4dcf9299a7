import { expect, test } from 'vitest';
import { batchSize } from '../../../src/stream/batch-size.js';

const CONFIGURED = { records: 1000, rowBytes: 64_000 };
const TIME_MS = 10_000;

test('is what is configured until a batch is not done in its time', () => {
  const size = batchSize(CONFIGURED, TIME_MS);
  expect(size.max()).toEqual(CONFIGURED);
  size.committed({ records: 1000, rowBytes: 500 }, 1);
  expect(size.max()).toEqual(CONFIGURED);
});

test('is a quarter of what failed, down to one record and one byte', () => {
  const size = batchSize(CONFIGURED, TIME_MS);
  expect(size.timedOut({ records: 400, rowBytes: 32_000 })).toEqual({ records: 100, rowBytes: 8000 });
  expect(size.timedOut({ records: 100, rowBytes: 8000 })).toEqual({ records: 25, rowBytes: 2000 });
  for (let i = 0; i < 9; i++) size.timedOut(size.max());
  expect(size.max()).toEqual({ records: 1, rowBytes: 1 });
});

test('is never larger than what failed before, whatever the batch held in the end', () => {
  const size = batchSize(CONFIGURED, TIME_MS);
  size.timedOut({ records: 4, rowBytes: 400 });
  // The last record of a batch can make its rows far larger than the bound.
  expect(size.timedOut({ records: 1000, rowBytes: 60_000 })).toEqual({ records: 1, rowBytes: 25 });
});

test('a batch without rows says nothing of bytes', () => {
  const size = batchSize(CONFIGURED, TIME_MS);
  expect(size.timedOut({ records: 400, rowBytes: 0 })).toEqual({ records: 100, rowBytes: 64_000 });
});

test.each([
  { tookMs: 2500, records: 200, rowBytes: 16_000 },
  { tookMs: 2501, records: 125, rowBytes: 10_000 },
  { tookMs: 4000, records: 125, rowBytes: 10_000 },
  { tookMs: 4001, records: 100, rowBytes: 8000 },
])('after one that took $tookMs ms of 10000 it is $records records', ({ tookMs, records, rowBytes }) => {
  const size = batchSize(CONFIGURED, TIME_MS);
  size.timedOut({ records: 400, rowBytes: 32_000 });
  size.committed({ records: 100, rowBytes: 10 }, tookMs);
  expect(size.max()).toEqual({ records, rowBytes });
});

test('grows back to what is configured and no further, from a single record too', () => {
  const size = batchSize(CONFIGURED, TIME_MS);
  for (let i = 0; i < 9; i++) size.timedOut(size.max());
  for (let i = 0; i < 20; i++) size.committed(size.max(), 1);
  expect(size.max()).toEqual(CONFIGURED);
});

test('grows by little where a batch failed before, and by much again past that', () => {
  const size = batchSize(CONFIGURED, TIME_MS);
  size.timedOut({ records: 40, rowBytes: 4000 });
  const records = Array.from({ length: 9 }, () => {
    size.committed(size.max(), 1);
    return size.max().records;
  });
  expect(records).toEqual([20, 25, 32, 40, 50, 100, 200, 400, 800]);
});

test('does not grow by batches that were smaller than they might have been', () => {
  const size = batchSize(CONFIGURED, TIME_MS);
  size.timedOut({ records: 400, rowBytes: 32_000 });
  size.committed({ records: 99, rowBytes: 7999 }, 1);
  expect(size.max()).toEqual({ records: 100, rowBytes: 8000 });
  size.committed({ records: 9, rowBytes: 8000 }, 1);
  expect(size.max()).toEqual({ records: 200, rowBytes: 16_000 });
});
