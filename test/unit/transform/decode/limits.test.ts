import { describe, expect, it } from 'vitest';
import type { InputEncoding } from '../../../../src/transform/decode/decode-record.js';
import { decodeRecord } from '../../../../src/transform/decode/decode-record.js';
import { DEFAULT_LIMITS, memoryBytesMax, NESTING_CEILING } from '../../../../src/transform/decode/limits.js';
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
});

describe('memory', () => {
  const MB = 1_000_000;
  const bound = memoryBytesMax(DEFAULT_LIMITS);
  /** Fields around fields, from the inside out. */
  const within = (content: Buffer, ...fields: number[]) => fields.reduce(lengthDelimited, content);
  const filled = (bytes: number, pattern: number[] | string) =>
    Buffer.alloc(bytes, Buffer.from(pattern as string));
  const log = (content: Buffer) => ['logs', within(content, 2, 2, 1)] as const;

  it.each([
    ['attributes of nothing', log(filled(7 * MB, tag(6, 2).concat(0)))],
    ['numbers in a list', ['metrics', within(Buffer.alloc(7 * MB), 2, 8, 1, 10, 2, 2, 1)] as const],
    ['one field again and again', log(filled(14 * MB, tag(3, 2).concat(0)))],
    ['a text that is not UTF-8', log(within(filled(51 * MB, [0xff]), 1, 5))],
    ['a text that escapes make six times as large, in a list', log(within(filled(11 * MB, [1]), 1, 1, 5, 5))],
    ['a key in a map', log(within(filled(11 * MB, [1]), 1, 1, 6, 5))],
    [
      'JSON that is not UTF-8',
      ['logs', Buffer.concat([Buffer.from('{"'), filled(51 * MB, [0xff])])] as const,
    ],
    [
      'JSON of escapes and more than ASCII',
      ['logs', Buffer.from(`{"resourceLogs":[{"schemaUrl":"é${'\\n'.repeat(26 * MB)}"}]}`)] as const,
    ],
  ])('of %s is bounded', (_, [signal, value]) => {
    const poison = poisonOf(() => decodeRecord(signal, 'auto', value, DEFAULT_LIMITS));
    expect(poison.reason).toBe('bytes_limit');
    expect(poison.message).toContain(
      `the decoded record would take more than ${bound} bytes of memory, which is the bound for one record`,
    );
  });

  it('is enough for a text as large as a record may be', () => {
    const [signal, value] = log(within(filled(60 * MB, 'a'), 1, 5));
    const { memoryBytes } = decodeRecord(signal, 'otlp_proto', value, DEFAULT_LIMITS);
    expect(memoryBytes).toBeGreaterThan(60 * MB);
    expect(memoryBytes).toBeLessThan(61 * MB);
  });

  it('grows with limits.max_record_bytes, which can be raised for larger records', () => {
    expect(bound).toBe(160 * 1024 * 1024);
    expect(memoryBytesMax({ maxRecordBytes: 1000 })).toBe(bound);
    expect(memoryBytesMax({ maxRecordBytes: bound })).toBe(2.5 * bound);
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
