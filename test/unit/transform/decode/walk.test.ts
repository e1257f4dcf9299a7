import { expect, it } from 'vitest';
import { decodeRecord } from '../../../../src/transform/decode/decode-record.js';
import { DEFAULT_LIMITS, NESTING_CEILING } from '../../../../src/transform/decode/limits.js';
import { poisonOf } from './poison-of.js';

/** A log body of arrays within each other around a value that is wrong. */
function wrongWithin(levels: number): Buffer {
  const [open, close] = ['{"arrayValue":{"values":[', ']}}'].map(part => part.repeat(levels));
  return Buffer.from(
    `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${open}{"intValue":"x"}${close}}]}]}]}`,
  );
}

const pathWithin = (levels: number) =>
  poisonOf(() =>
    decodeRecord('logs', 'otlp_json', wrongWithin(levels), {
      ...DEFAULT_LIMITS,
      maxNesting: NESTING_CEILING,
    }),
  ).fieldPath;

it('a field path names every step', () => {
  expect(pathWithin(1)).toBe('resourceLogs[0].scopeLogs[0].logRecords[0].body.arrayValue.values[0].intValue');
});

it('a field path of very many steps counts those in the middle: it stands in a header and in the log', () => {
  const path = pathWithin(NESTING_CEILING - 1);
  expect(path).toMatch(
    /^resourceLogs\[0\]\.scopeLogs\[0\]\.logRecords\[0\]\.body\.arrayValue\.values\[0\]\./,
  );
  expect(path).toMatch(/\.\(985 more\)\.values\[0\]\.arrayValue\.values\[0\]\.intValue$/);
  expect(path.length).toBeLessThan(400);
});
