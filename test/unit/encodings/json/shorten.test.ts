import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutText } from '../../../../src/encodings/json/cut-text.js';
import { describeRow } from '../../../../src/encodings/json/describe.js';
import { shortenRow } from '../../../../src/encodings/json/shorten.js';
import { TRUNCATED_BYTES } from '../../../../src/encodings/truncation.js';

const json = (row: unknown): Buffer => Buffer.from(JSON.stringify(row));
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** What a reader of the row sees. Fails when it is not UTF-8 or not JSON. */
function read(row: Buffer | null): Record<string, unknown> {
  if (row === null) throw new Error('could not be shortened');
  return JSON.parse(utf8.decode(row));
}

test('the longest texts are cut to one length, say so, and the rest stays as it was', () => {
  const row = {
    SpanId: '00000000000000ff',
    ResourceAttributes: { host: 'h'.repeat(300) },
    SpanAttributes: { a: 'a'.repeat(9000), z: 'z'.repeat(5000) },
    Body: 'b'.repeat(7000),
  };
  const shortened = shortenRow(json(row), 4000);

  expect(shortened?.length).toBeLessThanOrEqual(4000);
  const { SpanAttributes, Body, ...rest } = read(shortened) as typeof row & {
    SpanAttributes: Record<string, string>;
  };
  expect(rest).toEqual({ SpanId: row.SpanId, ResourceAttributes: row.ResourceAttributes });
  const { a = '', z = '', [TRUNCATED_BYTES]: truncated } = SpanAttributes;
  const kept = [a, z, Body].map(text => /^([abz]+)…\[truncated (\d+) bytes\]$/.exec(text)?.[1]?.length ?? 0);
  expect(Math.max(...kept) - Math.min(...kept)).toBe(0);
  expect(Number(truncated)).toBe(9000 + 5000 + 7000 - 3 * (kept[0] ?? 0));
  expect(Object.keys(SpanAttributes)).toEqual(['a', TRUNCATED_BYTES, 'z']);
});

test('what is not cut keeps its text: integers beyond 2^53, equal keys, the order of members', () => {
  const start = '{"Duration":18446744073709551615,"Attributes":{"k":"1","k":"2"},"Value":-0,"Body":"';
  const shortened = shortenRow(Buffer.from(`${start}${'x'.repeat(1000)}","Flags":1e400}`), 500);

  const text = String(shortened);
  expect(text).toMatch(/^\{"Duration":18446744073709551615,"Attributes":\{"k":"1","k":"2",/);
  expect(text).toMatch(/"Value":-0,"Body":"x+…\[truncated \d+ bytes\]","Flags":1e400\}$/);
});

test('bytes are counted as the text holds them, not as they are escaped', () => {
  const shortened = shortenRow(json({ LogAttributes: { t: '\n'.repeat(2000) } }), 2000);
  const { t = '', [TRUNCATED_BYTES]: truncated } = read(shortened)['LogAttributes'] as Record<string, string>;
  expect(t.lastIndexOf('\n') + 1 + Number(truncated)).toBe(2000);
});

test('a row of one long text has room for the attribute that says how much was cut', () => {
  const shortened = shortenRow(json({ LogAttributes: {}, Body: 'b'.repeat(5000) }), 1000);
  expect(shortened?.length).toBeLessThanOrEqual(1000);
  expect(read(shortened)).toMatchObject({
    LogAttributes: { [TRUNCATED_BYTES]: expect.stringMatching(/^4\d+$/) },
  });
});

test.each([
  ['a pair of escapes', '\\ud83d\\ude00', { keep: 0, cutBytes: 4 }],
  ['the first half of a pair before another escape', '\\ud83d\\u00e9', { keep: 6, cutBytes: 2 }],
  ['the first half of a pair before a short escape', '\\ud83d\\nabcd', { keep: 6, cutBytes: 5 }],
])('a text is cut to six bytes at the end of a character: %s', (_, text, expected) => {
  expect(cutText(Buffer.from(text), 6)).toEqual(expected);
});

describe('a row that cannot be shortened enough', () => {
  test.each([
    ['has only short texts', json({ SpanAttributes: Object.fromEntries(keys(500)) })],
    ['has no texts', json({ BucketCounts: Array.from({ length: 5000 }, (_, i) => i) })],
    ['is no JSON', Buffer.alloc(5000)],
  ])('%s', (_, row) => {
    expect(shortenRow(row, 1000)).toBeNull();
  });

  function keys(count: number): [string, string][] {
    return Array.from({ length: count }, (_, i) => [`key${i}`, `value ${i}`]);
  }
});

test('any texts, in any place, escaped or not: the row is valid, small enough, and shows where it was cut', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 600 }),
    fc.string({ unit: fc.constantFrom('😀', '"', '\\', '\n', 'é', '\u2028', '<', '\u0000'), maxLength: 600 }),
  );
  const attributes = fc.dictionary(fc.string({ maxLength: 10 }), text, { maxKeys: 6 });
  const rows = fc.record({
    SpanAttributes: attributes,
    'Events.Attributes': fc.array(attributes, { maxLength: 3 }),
    Body: text,
    Duration: fc.integer(),
  });
  /** Escapes that JSON.stringify does not write, surrogate pairs among them. */
  const escaped = (row: string) =>
    row.replace(/[^\u0020-\u007e]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

  fc.assert(
    fc.property(rows, fc.boolean(), fc.integer({ min: 100, max: 5000 }), (row, asAscii, bytesMax) => {
      const encoded = Buffer.from(asAscii ? escaped(JSON.stringify(row)) : JSON.stringify(row));
      fc.pre(encoded.length > bytesMax);
      const shortened = shortenRow(encoded, bytesMax);
      if (shortened === null) return;
      expect(shortened.length).toBeLessThanOrEqual(bytesMax);
      const seen = read(shortened) as typeof row;
      expect(Object.keys(seen)).toEqual(Object.keys(row));
      const { [TRUNCATED_BYTES]: truncated, ...own } = seen.SpanAttributes;
      expect(Number(truncated)).toBeGreaterThan(0);
      for (const [key, value] of [...Object.entries(own), ['', seen.Body] as const]) {
        const whole = key === '' && value === seen.Body ? row.Body : row.SpanAttributes[key];
        const [kept = ''] = value.split(/…\[truncated \d+ bytes\]$/);
        if (value !== whole) expect(whole?.startsWith(kept)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test('a row is described by its ids and its longest texts', () => {
  const row = json({
    TraceId: '0af7651916cd43dd8448eb211c80319c',
    SpanId: 'b7ad6b7169203331',
    SpanAttributes: { 'db.statement': 's'.repeat(9000), short: 's' },
    'Events.Attributes': [{ 'exception.stacktrace': 't'.repeat(400) }],
  });
  expect(describeRow(row)).toBe(
    ', TraceId 0af7651916cd43dd8448eb211c80319c, SpanId b7ad6b7169203331, ' +
      'SpanAttributes.db.statement 9000, Events.Attributes[].exception.stacktrace 400',
  );
  expect(describeRow(Buffer.alloc(500))).toBe('');
});
