import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../../src/config/schema.js';
import { encodingsByTopic } from '../../../src/encodings/encodings-of.js';
import {
  fitMessages,
  fitsTopic,
  headersBytes,
  type OversizePolicy,
} from '../../../src/messages/fit-messages.js';
import type { OutputMessage } from '../../../src/transform/transform-record.js';

const HEADERS = [{ key: 'abc', value: Buffer.alloc(5) }]; // 3 + 5 and 8 for what frames them
const LONG = Buffer.from(JSON.stringify({ SpanName: 'x'.repeat(1000) }));

const row = (value: Buffer, more: Partial<OutputMessage> = {}): OutputMessage => ({
  topic: 'otel-traces',
  key: Buffer.from('key'),
  value,
  itemIndex: 0,
  ...more,
});

/** @param bytesMax of each topic. */
function fitted(rows: OutputMessage[], bytesMax: number, policy: OversizePolicy = 'dead_letter') {
  const limits = { leastBytesMax: () => bytesMax, bytesMaxOf: () => bytesMax };
  return fitMessages(rows, HEADERS, limits, policy, encodingsByTopic(defaultConfig()));
}

describe('rows that all fit', () => {
  test('are passed on as they are, to the byte', () => {
    const rows = [row(Buffer.alloc(100)), row(Buffer.alloc(81))];
    const result = fitted(rows, 100 + 3 + 16);
    expect(result).toEqual({ fitting: rows, tooLarge: [], truncatedCount: 0 });
    // Nothing is copied for the rows of nearly all records.
    expect(result.fitting).toBe(rows);
  });
});

describe('rows of which one does not fit', () => {
  const rows = [row(Buffer.alloc(81)), row(LONG), row(Buffer.alloc(100))];

  test('are told apart, to the byte, and keep their order', () => {
    expect(fitted(rows, 100 + 3 + 16)).toEqual({
      fitting: [rows[0], rows[2]],
      tooLarge: [rows[1]],
      truncatedCount: 0,
    });
    expect(fitted(rows, 100 + 3 + 15).tooLarge).toEqual([rows[1], rows[2]]);
  });

  test('are cut by truncate only', () => {
    const { fitting, tooLarge, truncatedCount } = fitted(rows, 500, 'truncate');
    expect(tooLarge).toEqual([]);
    expect(truncatedCount).toBe(1);
    expect(fitting.map(({ value }) => value.length)).toEqual([81, expect.any(Number), 100]);
    expect(fitting[1]?.value.length).toBeLessThanOrEqual(500 - 3 - 16);
    expect(fitted(rows, 500).truncatedCount).toBe(0);
  });

  test('one that was not even made is never sent, however much the topic takes', () => {
    const unmade = row(Buffer.alloc(0), { tooLargeBytes: 40_000_000 });
    const made = row(Buffer.alloc(1));
    for (const policy of ['dead_letter', 'truncate'] as const) {
      expect(fitted([unmade, made], 1_000_000, policy)).toEqual({
        fitting: [made],
        tooLarge: [unmade],
        truncatedCount: 0,
      });
    }
  });
});

test('a message with headers of its own is measured with them', () => {
  const message = { topic: 'dead', key: Buffer.alloc(2), value: Buffer.alloc(10), headers: HEADERS };
  expect(headersBytes(HEADERS)).toBe(16);
  expect(headersBytes()).toBe(0);
  expect(fitsTopic(message, { bytesMaxOf: () => 28 })).toBe(true);
  expect(fitsTopic(message, { bytesMaxOf: () => 27 })).toBe(false);
});
