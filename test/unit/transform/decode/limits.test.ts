import { describe, expect, it } from 'vitest';
import type { InputEncoding } from '../../../../src/transform/decode/decode-record.js';
import { decodeRecord } from '../../../../src/transform/decode/decode-record.js';
import { DEFAULT_LIMITS, ELEMENTS_MAX, NESTING_CEILING } from '../../../../src/transform/decode/limits.js';
import { poisonOf } from './poison-of.js';
import { bytesField, lengthDelimited, logRequest, spanRequest, tag, varint } from './wire.js';

function decodeLogs(encoding: InputEncoding, bytes: Buffer, limits = {}) {
  return decodeRecord('logs', encoding, bytes, { ...DEFAULT_LIMITS, ...limits });
}

/** A log body that is `levels` values deep: arrays within each other, the innermost an integer. */
function nestedJson(levels: number): Buffer {
  const [open, close] = ['{"arrayValue":{"values":[', ']}}'];
  const body = `${open.repeat(levels - 1)}{"intValue":1}${close.repeat(levels - 1)}`;
  return Buffer.from(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${body}}]}]}]}`);
}

/** The same in protobuf. Written from the inside out: lengths are known then, and a million levels stay linear. */
function nestedProtobuf(levels: number): Buffer {
  const bytes = Buffer.alloc(levels * 12 + 64);
  let start = bytes.length;
  let length = 0;
  const prepend = (...octets: number[]) => {
    start -= octets.length;
    bytes.set(octets, start);
    length += octets.length;
  };
  const wrap = (field: number) => prepend(...tag(field, 2), ...varint(length));
  prepend(...tag(3, 0), 1);
  for (let level = 1; level < levels; level++) [1, 5].forEach(wrap);
  [5, 2, 2, 1].forEach(wrap);
  return bytes.subarray(start);
}

const NESTED = [
  ['otlp_json', nestedJson],
  ['otlp_proto', nestedProtobuf],
] as const;

describe.each(NESTED)('nesting in %s', (encoding, nested) => {
  it('is taken up to the limit, where the value of the body is level 1', () => {
    expect(decodeLogs(encoding, nested(1), { maxNesting: 1 }).signal).toBe('logs');
    expect(decodeLogs(encoding, nested(DEFAULT_LIMITS.maxNesting)).signal).toBe('logs');
  });

  it.each([DEFAULT_LIMITS.maxNesting + 1, 10_000, 1_000_000])('of %i levels is poison', levels => {
    const poison = poisonOf(() => decodeLogs(encoding, nested(levels)));
    expect(poison.reason).toBe('nesting_limit');
    expect(poison.message).toContain('values nested more than 64 deep');
  });

  it('leaves the stack room at the highest limit that can be set', () => {
    expect(decodeLogs(encoding, nested(NESTING_CEILING), { maxNesting: NESTING_CEILING }).signal).toBe(
      'logs',
    );
  });
});

describe('nesting where nobody looks', () => {
  it('of an unknown JSON field is bounded, too', () => {
    const arrays = (levels: number) =>
      Buffer.from(`{"resourceLogs":[{"x":${'['.repeat(levels)}${']'.repeat(levels)}}]}`);
    expect(decodeLogs('otlp_json', arrays(64)).signal).toBe('logs');
    expect(poisonOf(() => decodeLogs('otlp_json', arrays(65))).reason).toBe('nesting_limit');
    expect(poisonOf(() => decodeLogs('otlp_json', Buffer.from(`{"x":${'{"y":'.repeat(1e6)}`))).reason).toBe(
      'nesting_limit',
    );
  });

  it('of unknown protobuf groups is bounded, too', () => {
    const unknown = (levels: number) =>
      logRequest(Array(levels).fill(tag(99, 3)).flat(), Array(levels).fill(tag(99, 4)).flat());
    expect(decodeLogs('otlp_proto', unknown(64)).signal).toBe('logs');
    expect(poisonOf(() => decodeLogs('otlp_proto', unknown(65))).reason).toBe('nesting_limit');
  });
});

describe('items', () => {
  it('are counted over the whole record', () => {
    const logs = Buffer.from(
      bytesField(1, bytesField(2, bytesField(2), bytesField(2)), bytesField(2, bytesField(2))),
    );
    expect(decodeLogs('otlp_proto', logs, { maxItems: 3 }).signal).toBe('logs');
    const poison = poisonOf(() => decodeLogs('otlp_proto', logs, { maxItems: 2 }));
    expect(poison.reason).toBe('items_limit');
    expect(poison.fieldPath).toBe('resourceLogs[0].scopeLogs[1].logRecords[0]');
  });

  it('are counted over all requests of a record', () => {
    const request = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{},{}]}]}]}';
    const logs = Buffer.from(`${request}\n${request}`);
    expect(decodeLogs('otlp_json', logs, { maxItems: 4 }).signal).toBe('logs');
    const poison = poisonOf(() => decodeLogs('otlp_json', logs, { maxItems: 3 }));
    expect(poison.reason).toBe('items_limit');
    expect(poison.fieldPath).toBe('resourceLogs[1].scopeLogs[0].logRecords[1]');
  });

  it('of metrics are data points, not metrics', () => {
    const metrics = spanRequest(bytesField(5, bytesField(1), bytesField(1)));
    const decode = (maxItems: number) =>
      decodeRecord('metrics', 'otlp_proto', metrics, { ...DEFAULT_LIMITS, maxItems });
    expect(decode(2).signal).toBe('metrics');
    expect(poisonOf(() => decode(1)).reason).toBe('items_limit');
  });

  it('do not count attributes and list elements, which have a bound of their own', () => {
    // One bucket list of zeros, packed: a byte for an element.
    const zeros = Buffer.alloc(ELEMENTS_MAX);
    const metrics = [2, 8, 1, 10, 2, 2, 1].reduce(lengthDelimited, zeros);
    const poison = poisonOf(() => decodeRecord('metrics', 'otlp_proto', metrics, DEFAULT_LIMITS));
    expect(poison.reason).toBe('items_limit');
    expect(poison.message).toContain(`more than ${ELEMENTS_MAX} objects and list elements`);
  });
});

describe('bytes', () => {
  it('are bounded before anything is read', () => {
    expect(decodeLogs('otlp_json', Buffer.from('{}'), { maxRecordBytes: 2 }).signal).toBe('logs');
    const poison = poisonOf(() => decodeLogs('otlp_json', Buffer.from('no!'), { maxRecordBytes: 2 }));
    expect(poison.reason).toBe('bytes_limit');
    expect(poison.message).toBe('the record has 3 bytes, allowed are 2 (limits.max_record_bytes)');
  });
});
