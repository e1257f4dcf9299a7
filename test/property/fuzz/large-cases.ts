import fc from 'fast-check';
import { SIGNALS } from '../../../src/transform/decode/otlp.js';
import { encodeTextLossless } from '../../../src/values/text.js';
import { lengthDelimited } from '../../unit/transform/decode/wire.js';
import { type FuzzCase, fuzzCase } from './fuzz-case.js';

/**
 * One small thing very many times, and then one that is wrong or not. Work that grows faster than its input is minutes
 * here, where a record of usual size shows nothing.
 */

const BYTES = 2 ** 19;

/** Written within quotes where a value belongs. U+DC80 and on stand for bytes that are not UTF-8. */
const IN_QUOTES = [
  ...[
    '1',
    '0',
    '-',
    '+',
    '1.',
    '.',
    '1e',
    'a',
    'A',
    '=',
    '/',
    ' ',
    'inf',
    'nan',
    '00',
    'é',
    '<',
    '\u2028',
    '\u0001',
  ],
  ...[
    '\\u0061',
    '\\ud800',
    '\\ud83d\\ude00',
    '\\"',
    '\\\\',
    '\\',
    '\udc80',
    '\udcf0\udc9f',
    '\ufffd',
    '\u{1f600}',
  ],
];

/** Written where a value belongs. */
const BARE = [
  '1',
  '0',
  '-',
  '1.',
  '1e',
  ' ',
  '\n',
  '[',
  '{"":',
  '{"arrayValue":',
  '[{},',
  'null',
  ',',
  '"\\',
];

const TAILS = ['', 'x', '1', '=', '\\', '"', '}', ']', '\udcff'];

/** Where in a log record the value stands. */
const PLACES: readonly ((value: string) => string)[] = [
  value => `{"body":{"stringValue":${value}}}`,
  value => `{"body":{"doubleValue":${value}}}`,
  value => `{"body":{"intValue":${value}}}`,
  value => `{"body":{"bytesValue":${value}}}`,
  value => `{"body":{"boolValue":${value}}}`,
  value => `{"body":{"arrayValue":{"values":[{"stringValue":${value}},{"stringValue":${value}}]}}}`,
  value => `{"attributes":[{"key":${value}},{"key":${value}}]}`,
  value => `{"attributes":${value}}`,
  value => `{"traceId":${value}}`,
  value => `{"severityNumber":${value}}`,
  value => `{"timeUnixNano":${value}}`,
  value => `{"flags":${value}}`,
  value => `{"unknown":${value}}`,
  value => `{${value}:1}`,
  value => `{}${value}`,
];

const largeJson = fc
  .record({
    quoted: fc.boolean(),
    inQuotes: fc.constantFrom(...IN_QUOTES),
    bare: fc.constantFrom(...BARE),
    tail: fc.constantFrom(...TAILS),
    place: fc.constantFrom(...PLACES),
  })
  .map(({ quoted, inQuotes, bare, tail, place }) => {
    const many = (unit: string) => unit.repeat(Math.ceil(BYTES / unit.length)) + tail;
    const value = quoted ? `"${many(inQuotes)}"` : many(bare);
    return encodeTextLossless(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[${place(value)}]}]}]}`);
  });

/** Fields, whole or not, of whatever message they stand in. */
const FIELDS: readonly number[][] = [
  ...[
    [0x0a, 0x00],
    [0x12, 0x00],
    [0x1a, 0x00],
    [0x2a, 0x00],
    [0x32, 0x00],
    [0x3a, 0x00],
  ],
  ...[[0x08, 0x00], [0x80, 0x80], [0xff, 0xff], [0x00], [0x0b], [0x0c], [0x9b, 0x06, 0x9c, 0x06]],
  ...[
    [0x0a, 0x02, 0x0a, 0x00],
    [0x2a, 0x02, 0x0a, 0x00],
    [0x0d, 0, 0, 0, 0],
    [0x09, 0, 0, 0, 0, 0, 0, 0, 0],
  ],
];

/** Numbers of the fields around: nothing, a request's list, and down to the value of an attribute or a data point. */
const AROUND = [
  [],
  [1],
  [2, 1],
  [2, 2, 1],
  [6, 2, 2, 1],
  [2, 6, 2, 2, 1],
  [5, 2, 6, 2, 2, 1],
  [1, 5, 2, 2, 1],
  [5, 2, 2, 1],
];

const anySignal = fc.constantFrom(...SIGNALS);

const largeWire = fc
  .record({
    field: fc.constantFrom(...FIELDS),
    around: fc.constantFrom(...AROUND),
    tail: fc.uint8Array({ maxLength: 3 }),
  })
  .map(({ field, around, tail }) => {
    const many = Buffer.alloc(BYTES - (BYTES % field.length), Buffer.from(field));
    return around.reduce<Buffer>(lengthDelimited, Buffer.concat([many, tail]));
  });

/** Numbers of the fields that hold the kinds of data of a metric. */
const DATA = [5, 7, 9, 10, 11];

/** A large text that very many empty items share: each is two bytes, and its row would hold the text. */
const largeShared = fc
  .record({
    signal: anySignal,
    unit: fc.constantFrom(...IN_QUOTES),
    data: fc.constantFrom(...DATA),
    tail: fc.constantFrom([], [], [0xff]),
  })
  .map(({ signal, unit, data, tail }) => {
    const text = encodeTextLossless(unit.repeat(BYTES / unit.length));
    const resource = [1, 2, 1, 1].reduce<Buffer>(lengthDelimited, text);
    const isMetric = signal === 'metrics';
    const items = Buffer.alloc(BYTES / 2, Buffer.from([isMetric ? 0x0a : 0x12, 0]));
    const children = (isMetric ? [data, 2] : []).reduce<Buffer>(
      lengthDelimited,
      Buffer.concat([items, Buffer.from(tail)]),
    );
    const value = lengthDelimited(Buffer.concat([resource, lengthDelimited(children, 2)]), 1);
    return { value, signal, encoding: 'otlp_proto' as const };
  });

const anyRecord = fc.oneof(
  fc.record({
    value: largeJson,
    signal: fc.constant('logs' as const),
    encoding: fc.constant('otlp_json' as const),
  }),
  fc.record({ value: largeWire, signal: anySignal, encoding: fc.constant('otlp_proto' as const) }),
);

export const largeCases: fc.Arbitrary<FuzzCase> = fc.oneof(
  { weight: 3, arbitrary: inVariants(anyRecord, ['clickhouse', 'clickhouse, kinds off', 'glassflow']) },
  // With kinds on, the plain transform makes 256 MiB of rows of it before it gives up, which takes it seconds.
  { weight: 1, arbitrary: inVariants(largeShared, ['clickhouse, kinds off']) },
);

function inVariants(record: fc.Arbitrary<Omit<FuzzCase, 'variant'>>, variants: string[]) {
  return fc
    .tuple(record, fc.constantFrom(...variants))
    .map(([parts, variant]) => fuzzCase({ ...parts, variant }));
}
