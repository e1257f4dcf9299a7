import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../src/config/schema.js';
import { encodeJson, encodeProtobuf } from '../../src/demo/telemetry/encode-otlp.js';
import { PoisonRecord } from '../../src/errors.js';
import { createKernel } from '../../src/kernel/kernel-transform.js';
import { ROW_KINDS } from '../../src/tables/columns.js';
import { SIGNALS, type Signal } from '../../src/transform/decode/otlp.js';
import { createPlainTransform } from '../../src/transform/plain-transform.js';
import { goldenCases } from '../golden/golden-cases.js';
import { allKindsOff, allKindsOn, withEncoding } from '../support/all-kinds-on.js';
import { requests } from '../support/otlp-arbitraries.js';
import { readable } from '../support/readable.js';

/** The kernel is held to the plain transform: whatever it takes, it makes the same messages of, byte for byte. */

/** How rows of all kinds can be written. */
const WRITTEN = (['exact', 'text', 'rfc3339'] as const).flatMap(time_format =>
  (['trace_id', 'service_name', 'resource_hash', 'none'] as const).map(key => {
    const metric_time = key === 'none' ? 'nanoseconds' : 'seconds';
    const settings = allKindsOn({ time_format, metric_time });
    settings.traces.key = settings.logs.key = key;
    settings.metrics.key = key === 'trace_id' ? 'none' : key;
    return settings;
  }),
);

const GLASSFLOW = (['trace_id', 'service_name', 'resource_hash'] as const).map(key => {
  const settings = allKindsOn({ row_format: 'glassflow' });
  settings.traces.key = settings.logs.key = key;
  settings.metrics.key = key === 'trace_id' ? 'none' : key;
  return settings;
});

/** In native encoding, all kinds and some of them, in both row formats and with both times of metrics. */
const NATIVE = (['clickhouse', 'glassflow'] as const).flatMap(row_format =>
  (['seconds', 'nanoseconds'] as const).flatMap(metric_time =>
    [ROW_KINDS, ['traces', 'sum', 'histogram'] as const].map((kinds, i) => {
      const settings = withEncoding(allKindsOn({ row_format, metric_time }), 'native', kinds);
      settings.traces.key = settings.logs.key = i === 0 ? 'trace_id' : 'resource_hash';
      return settings;
    }),
  ),
);

/** All settings that the kernel knows, each combination made once: an instance has a memory of its own. */
const VARIANTS = [...WRITTEN, ...GLASSFLOW, ...NATIVE, defaultConfig(), allKindsOff()].map(settings => {
  const plain = createPlainTransform(settings);
  return { kernel: createKernel(settings, 'lasting', plain), plain };
});

type Variant = (typeof VARIANTS)[number];

const anyVariant = fc.constantFrom(...VARIANTS);

const ENCODE = { otlp_proto: encodeProtobuf, otlp_json: encodeJson };

type Encoding = keyof typeof ENCODE;

const INPUTS = SIGNALS.flatMap(signal =>
  (['otlp_proto', 'otlp_json'] as const).map(encoding => ({ signal, encoding })),
);

/** @returns whether the kernel took the record with all of its items. */
function expectSame({ kernel, plain }: Variant, signal: Signal, encoding: Encoding, value: Buffer) {
  const made = kernel(signal, encoding, value);
  if (typeof made === 'string') return false;
  expect(readable(made)).toStrictEqual(readable(plain(signal, encoding, value)));
  return made.plainItems === undefined;
}

/** Whether the kernel takes the record; one without items is always for the plain transform to explain. */
function takes(variant: Variant, signal: Signal, encoding: Encoding, value: Buffer): boolean {
  return (
    expectSame(variant, signal, encoding, value) || variant.plain(signal, encoding, value).itemCount === 0
  );
}

/** Bytes changed, cut out, put in or repeated, anywhere. */
const damage = fc.array(
  fc.record({
    at: fc.nat(),
    cut: fc.nat({ max: 3 }),
    insert: fc.oneof(
      fc.uint8Array({ maxLength: 3 }),
      fc.record({ from: fc.nat(), length: fc.nat({ max: 40 }) }),
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function damaged(record: Buffer, changes: Damage): Buffer {
  return changes.reduce((bytes, { at, cut, insert }) => {
    const from = at % (bytes.length + 1);
    const inserted =
      insert instanceof Uint8Array
        ? insert
        : bytes.subarray(insert.from % (bytes.length + 1)).subarray(0, insert.length);
    return Buffer.concat([bytes.subarray(0, from), inserted, bytes.subarray(from + cut)]);
  }, record);
}

describe.each(INPUTS)('the kernel, of $signal in $encoding', ({ signal, encoding }) => {
  const encoded = (requests[signal] as fc.Arbitrary<never>).map(request => ENCODE[encoding](signal, request));

  it('takes the golden corpus and makes the same of it', () => {
    const cases = goldenCases('decodes').filter(
      golden => golden.signal === signal && golden.encoding === encoding,
    );
    const left = cases.filter(golden =>
      VARIANTS.some(variant => !takes(variant, signal, encoding, golden.value)),
    );
    expect(left.map(({ name }) => name)).toStrictEqual(LEFT_TO_PLAIN[encoding][signal]);
  });

  it('takes no record of the corpus that is refused', () => {
    for (const golden of goldenCases('refused')) {
      if (golden.signal !== signal || golden.encoding !== encoding) continue;
      for (const { kernel } of VARIANTS) expect(kernel(signal, encoding, golden.value)).toBeTypeOf('string');
    }
  });

  it('makes the same of any request, and takes most', () => {
    let taken = 0;
    const numRuns = 300;
    fc.assert(
      fc.property(encoded, anyVariant, (value, variant) => {
        if (takes(variant, signal, encoding, value)) taken++;
      }),
      { numRuns },
    );
    expect(taken).toBeGreaterThan(0.9 * numRuns);
  });

  it('makes the same of damaged bytes, or rejects them', () => {
    fc.assert(
      fc.property(encoded, fc.array(damage, { minLength: 20 }), anyVariant, (value, damages, variant) => {
        for (const changes of damages) {
          expectSame(variant, signal, encoding, damaged(value, changes));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('makes the same of bytes that are cut off, or rejects them', () => {
    fc.assert(
      fc.property(encoded, fc.nat(), anyVariant, (value, cut, variant) => {
        expectSame(variant, signal, encoding, value.subarray(0, cut % (value.length + 1)));
      }),
      { numRuns: 100 },
    );
  });
});

describe.each(SIGNALS)('the kernel, of JSON with more than one request of %s', signal => {
  const requestText = (requests[signal] as fc.Arbitrary<never>).map(request => encodeJson(signal, request));
  const between = fc.constantFrom('', '\n', '\r\n', '\n\n', ' \t', '{}', '\n{ }\n');
  const several = fc
    .array(fc.tuple(requestText, between), { minLength: 1, maxLength: 4 })
    .map(parts => Buffer.concat(parts.flatMap(([text, blank]) => [text, Buffer.from(blank)])));

  it('takes most, and makes the same of them', () => {
    let taken = 0;
    const numRuns = 150;
    fc.assert(
      fc.property(several, anyVariant, (value, variant) => {
        if (takes(variant, signal, 'otlp_json', value)) taken++;
      }),
      { numRuns },
    );
    expect(taken).toBeGreaterThan(0.9 * numRuns);
  });

  it('takes none with anything else behind a request', () => {
    const others = [
      ...['x', '}', ',', '[]', '0', 'null', '"', '\0', '\ufeff}', '{"level":1}', '{"ResourceLogs":[]}'],
      ...SIGNALS.filter(other => other !== signal).map(other => ROOT_ONLY[other]),
    ];
    fc.assert(
      fc.property(several, fc.constantFrom(...others), several, anyVariant, (a, other, b, variant) => {
        const value = Buffer.concat([a, Buffer.from(other), b]);
        expect(variant.kernel(signal, 'otlp_json', value)).toBeTypeOf('string');
        expect(() => variant.plain(signal, 'otlp_json', value)).toThrow(PoisonRecord);
      }),
      { numRuns: 150 },
    );
  });
});

const ROOT_ONLY: Record<Signal, string> = {
  traces: '{"resourceSpans":[]}',
  logs: '{"resourceLogs":[]}',
  metrics: '{"resourceMetrics":[]}',
};

/** Lists of attributes as one instrumentation sends them: the same keys again and again. */
const sameKeys = fc
  .array(fc.oneof(fc.string({ maxLength: 4 }), fc.string({ unit: 'binary', maxLength: 70 })), {
    maxLength: 40,
  })
  .chain(keys =>
    fc
      .tuple(
        fc.array(fc.array(fc.string({ maxLength: 20 }), { minLength: keys.length, maxLength: keys.length })),
        fc.shuffledSubarray(keys),
      )
      .map(([values, others]) => [
        ...values.map(texts => keys.map((key, i) => ({ key, value: { stringValue: texts[i] ?? '' } }))),
        // Some of the keys in another order, and the first list once more.
        others.map(key => ({ key, value: { stringValue: key } })),
        keys.map(key => ({ key, value: { boolValue: true } })),
      ]),
  );

it('the kernel makes the same of attribute lists with keys that it has seen before', () => {
  fc.assert(
    fc.property(fc.array(sameKeys, { maxLength: 3 }), anyVariant, (lists, variant) => {
      const scopeSpans = lists.map(list => ({
        spans: list.map(attributes => ({ ...NO_SPAN, attributes })),
        schemaUrl: '',
      }));
      const value = encodeProtobuf('traces', { resourceSpans: [{ scopeSpans, schemaUrl: '' }] });
      expect(takes(variant, 'traces', 'otlp_proto', value)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

const NO_SPAN = {
  traceId: Buffer.alloc(0),
  spanId: Buffer.alloc(0),
  traceState: '',
  parentSpanId: Buffer.alloc(0),
  flags: 0,
  name: '',
  kind: 0,
  startTimeUnixNano: 0n,
  endTimeUnixNano: 0n,
  droppedAttributesCount: 0,
  events: [],
  droppedEventsCount: 0,
  links: [],
  droppedLinksCount: 0,
};

/** Cases with something that the kernel leaves alone. */
const LEFT_TO_PLAIN: Record<Encoding, Record<Signal, string[]>> = {
  otlp_proto: {
    traces: [],
    // Fields that come twice and would have to be merged.
    logs: ['wire-anyvalue-twice', 'wire-body-twice'],
    // Lists of numbers that are not packed.
    metrics: ['wire-exp-unpacked', 'wire-unpacked-buckets'],
  },
  otlp_json: {
    traces: [],
    logs: [],
    metrics: [],
  },
};
