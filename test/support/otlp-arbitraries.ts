import fc from 'fast-check';
import type {
  AnyValue,
  Buckets,
  Exemplar,
  ExponentialHistogramDataPoint,
  HistogramDataPoint,
  InstrumentationScope,
  KeyValue,
  LogRecord,
  LogsRequest,
  Metric,
  MetricsRequest,
  NumberDataPoint,
  RequestBySignal,
  Resource,
  ResourceLogs,
  ResourceMetrics,
  ResourceSpans,
  ScopeLogs,
  ScopeMetrics,
  ScopeSpans,
  Signal,
  Span,
  SpanEvent,
  SpanLink,
  Status,
  SummaryDataPoint,
  TracesRequest,
} from '../../src/transform/decode/otlp.js';
import { decodeText } from '../../src/values/text.js';

/**
 * Arbitraries of whole requests, as the decoders make them, with what senders should not do and do: strings that are not
 * UTF-8, keys twice or named `__proto__`, NaN and -0, integers at their ends, ids half there, unknown enum numbers,
 * everything empty, values within values.
 */

const TRAP_TEXTS = [
  '',
  '__proto__',
  'constructor',
  'toString',
  'service.name',
  '0',
  '10',
  'a.b',
  '"\\/\b\f\n\r\t\u0000\u001f\u007f',
  '<script>&',
  '\u2028\u2029',
  '\ufffd',
  '\uff61',
  '\u{1f600}',
];

/** Any bytes: most are not UTF-8. */
const byteText = fc.uint8Array({ maxLength: 8 }).map(bytes => decodeText(bytes));

/** Text as `decodeText` makes it, well-formed or not. */
const text: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...TRAP_TEXTS),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  byteText,
);

const bytes = fc.uint8Array({ maxLength: 12 }).map(array => Buffer.from(array));
const double = fc.oneof(fc.double(), fc.constantFrom(-0, 0, Number.NaN, 5e-324, 1e-7, 1e21, 2 ** 53 + 2));
const int32 = fc.integer();
const uint32 = fc.oneof(fc.nat({ max: 300 }), fc.integer({ min: 0, max: 0xffffffff }));
const int64 = fc.oneof(
  fc.bigInt({ min: -300n, max: 300n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n),
);
const uint64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 300n }),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n),
);
const timeUnixNano = fc.oneof(fc.bigInt({ min: 1760003312000000000n, max: 1760003313000000000n }), uint64);

/** Known numbers, unknown ones, and those no byte holds. */
const enumNumber = fc.oneof(fc.integer({ min: 0, max: 30 }), int32);

function id(length: number): fc.Arbitrary<Buffer> {
  return fc.oneof(
    fc.constantFrom(Buffer.alloc(0), Buffer.alloc(length)),
    fc.uint8Array({ minLength: length, maxLength: length }).map(array => Buffer.from(array)),
  );
}

/** Objects with the prototype of the decoders' objects. `optional` members may be absent. */
function record<T extends object>(
  members: { [K in keyof T]-?: fc.Arbitrary<Exclude<T[K], undefined>> },
  optional: (keyof T)[] = [],
): fc.Arbitrary<T> {
  const requiredKeys = (Object.keys(members) as (keyof T)[]).filter(key => !optional.includes(key));
  // The optional members are those that T marks with `?`, which the type of fc.record cannot tell.
  return fc.record(members, { requiredKeys, noNullPrototype: true }) as unknown as fc.Arbitrary<T>;
}

function list<T>(element: fc.Arbitrary<T>, maxLength = 3): fc.Arbitrary<T[]> {
  return fc.array(element, { maxLength });
}

/** Members of `a` and of `b` in one object. */
function both<A extends object, B extends object>(
  a: fc.Arbitrary<A>,
  b: fc.Arbitrary<B>,
): fc.Arbitrary<A & B> {
  return fc.tuple(a, b).map(([first, second]) => ({ ...first, ...second }));
}

const values = fc.letrec<{ value: AnyValue; keyValue: KeyValue }>(tie => ({
  value: fc.oneof(
    { maxDepth: 6, depthSize: 'medium' },
    fc.constant({}),
    record({ stringValue: text }),
    record({ boolValue: fc.boolean() }),
    record({ intValue: int64 }),
    record({ doubleValue: double }),
    record({ bytesValue: bytes }),
    record({ arrayValue: record({ values: list(tie('value')) }) }),
    record({ kvlistValue: record({ values: list(tie('keyValue')) }) }),
  ),
  keyValue: record<KeyValue>({ key: text, value: tie('value') }, ['value']),
}));

/** One value of any kind, values within values included. */
const anyValue: fc.Arbitrary<AnyValue> = values.value;

/** Attributes, some with a key twice. */
const attributes: fc.Arbitrary<KeyValue[]> = fc.oneof(
  list(values.keyValue, 4),
  fc
    .tuple(list(values.keyValue), anyValue)
    .map(([some, value]) => [...some, { key: some[0]?.key ?? '', value }]),
);

const resource = record<Resource>({ attributes, droppedAttributesCount: uint32 });

const scope = record<InstrumentationScope>({
  name: text,
  version: text,
  attributes,
  droppedAttributesCount: uint32,
});

const spanEvent = record<SpanEvent>({ timeUnixNano, name: text, attributes, droppedAttributesCount: uint32 });

const spanLink = record<SpanLink>({
  traceId: id(16),
  spanId: id(8),
  traceState: text,
  attributes,
  droppedAttributesCount: uint32,
  flags: uint32,
});

const span = record<Span>(
  {
    traceId: id(16),
    spanId: id(8),
    traceState: text,
    parentSpanId: id(8),
    flags: uint32,
    name: text,
    kind: enumNumber,
    startTimeUnixNano: timeUnixNano,
    endTimeUnixNano: timeUnixNano,
    attributes,
    droppedAttributesCount: uint32,
    events: list(spanEvent),
    droppedEventsCount: uint32,
    links: list(spanLink),
    droppedLinksCount: uint32,
    status: record<Status>({ message: text, code: enumNumber }),
  },
  ['status'],
);

const logRecord = record<LogRecord>(
  {
    timeUnixNano,
    observedTimeUnixNano: timeUnixNano,
    severityNumber: enumNumber,
    severityText: text,
    body: anyValue,
    attributes,
    droppedAttributesCount: uint32,
    flags: uint32,
    traceId: id(16),
    spanId: id(8),
    eventName: text,
  },
  ['body'],
);

/** The number of a point or an exemplar: a double, an integer, or none. */
const number: fc.Arbitrary<{ asDouble?: number; asInt?: bigint }> = fc.oneof(
  record({ asDouble: double }),
  record({ asInt: int64 }),
  fc.constant({}),
);

const exemplar: fc.Arbitrary<Exemplar> = both(
  record({ filteredAttributes: attributes, timeUnixNano, spanId: id(8), traceId: id(16) }),
  number,
);

const pointMembers = {
  attributes,
  startTimeUnixNano: timeUnixNano,
  timeUnixNano,
  flags: uint32,
};

const numberDataPoint: fc.Arbitrary<NumberDataPoint> = both(
  record({ ...pointMembers, exemplars: list(exemplar) }),
  number,
);

const histogramDataPoint = record<HistogramDataPoint>(
  {
    ...pointMembers,
    count: uint64,
    sum: double,
    bucketCounts: list(uint64),
    explicitBounds: list(double),
    exemplars: list(exemplar),
    min: double,
    max: double,
  },
  ['sum', 'min', 'max'],
);

const buckets = record<Buckets>({ offset: int32, bucketCounts: list(uint64) });

const exponentialHistogramDataPoint = record<ExponentialHistogramDataPoint>(
  {
    ...pointMembers,
    count: uint64,
    sum: double,
    scale: int32,
    zeroCount: uint64,
    positive: buckets,
    negative: buckets,
    exemplars: list(exemplar),
    min: double,
    max: double,
    zeroThreshold: double,
  },
  ['sum', 'positive', 'negative', 'min', 'max'],
);

const summaryDataPoint = record<SummaryDataPoint>({
  ...pointMembers,
  count: uint64,
  sum: double,
  quantileValues: list(record({ quantile: double, value: double })),
});

/** One of the five types, or none. */
const metricData = fc.oneof(
  record({ gauge: record({ dataPoints: list(numberDataPoint) }) }),
  record({
    sum: record({
      dataPoints: list(numberDataPoint),
      aggregationTemporality: enumNumber,
      isMonotonic: fc.boolean(),
    }),
  }),
  record({ histogram: record({ dataPoints: list(histogramDataPoint), aggregationTemporality: enumNumber }) }),
  record({
    exponentialHistogram: record({
      dataPoints: list(exponentialHistogramDataPoint),
      aggregationTemporality: enumNumber,
    }),
  }),
  record({ summary: record({ dataPoints: list(summaryDataPoint) }) }),
  fc.constant({}),
);

const metric: fc.Arbitrary<Metric> = both(
  record({ name: text, description: text, unit: text, metadata: attributes }),
  metricData,
);

const tracesRequest: fc.Arbitrary<TracesRequest> = record({
  resourceSpans: list(
    record<ResourceSpans>(
      {
        resource,
        scopeSpans: list(record<ScopeSpans>({ scope, spans: list(span), schemaUrl: text }, ['scope'])),
        schemaUrl: text,
      },
      ['resource'],
    ),
  ),
});

const logsRequest: fc.Arbitrary<LogsRequest> = record({
  resourceLogs: list(
    record<ResourceLogs>(
      {
        resource,
        scopeLogs: list(
          record<ScopeLogs>({ scope, logRecords: list(logRecord), schemaUrl: text }, ['scope']),
        ),
        schemaUrl: text,
      },
      ['resource'],
    ),
  ),
});

const metricsRequest: fc.Arbitrary<MetricsRequest> = record({
  resourceMetrics: list(
    record<ResourceMetrics>(
      {
        resource,
        scopeMetrics: list(
          record<ScopeMetrics>({ scope, metrics: list(metric), schemaUrl: text }, ['scope']),
        ),
        schemaUrl: text,
      },
      ['resource'],
    ),
  ),
});

/** The arbitrary of each signal's requests. */
export const requests: { [S in Signal]: fc.Arbitrary<RequestBySignal[S]> } = {
  traces: tracesRequest,
  logs: logsRequest,
  metrics: metricsRequest,
};
