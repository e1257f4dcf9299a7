import type {
  ExponentialHistogramDataPoint,
  HistogramDataPoint,
  KeyValue,
  LogRecord,
  LogsRequest,
  Metric,
  MetricsRequest,
  NumberDataPoint,
  Resource,
  Signal,
  Span,
  TracesRequest,
} from '../../src/transform/decode/otlp.js';
import type { Build } from './build.js';
import { oddSpanRequest } from './odd-spans.js';

/**
 * The input of the benches: a shop's services behind a collector that batches by 100, as many bytes and attributes as
 * theirs. A span has 15 attributes and its resource 8; every tenth has an exception with its stack trace, every fiftieth a
 * link. Of the data points two in five are histograms, one an exponential histogram, one a gauge, one a sum.
 * The same seed gives the same bytes.
 */

export type Encoding = 'otlp_proto' | 'otlp_json';

export interface Input {
  signal: Signal;
  encoding: Encoding;
  /** Values of Kafka records: one export request each. */
  records: Buffer[];
  itemCount: number;
}

export interface InputOptions {
  itemCount: number;
  /** In one request. */
  requestItems: number;
  seed: number;
  /** Of the metrics of a resource, again and again. */
  metricKinds?: readonly GeneratedKind[];
  /** One span of each request is an odd one: see `odd-spans.ts`. Of protobuf spans only. */
  oddSpans?: boolean;
}

/** What makes an input. */
export type Encoders = Pick<Build, 'createRandom' | 'encodeProtobuf' | 'encodeJson'>;

export type GeneratedKind = 'gauge' | 'sum' | 'histogram' | 'exponential_histogram';

export const METRIC_KINDS: readonly GeneratedKind[] = [
  'gauge',
  'sum',
  'histogram',
  'exponential_histogram',
  'histogram',
];

/** The whole input in memory. */
export function makeInput(build: Encoders, signal: Signal, encoding: Encoding, options: InputOptions): Input {
  const records = [...makeRecords(build, signal, encoding, options)];
  return { signal, encoding, records, itemCount: options.itemCount };
}

/** Values of Kafka records, one export request each, the last one with what is left. */
export function* makeRecords(
  { createRandom, encodeProtobuf, encodeJson }: Encoders,
  signal: Signal,
  encoding: Encoding,
  { itemCount, requestItems, seed, metricKinds = METRIC_KINDS, oddSpans = false }: InputOptions,
): Generator<Buffer> {
  const shop: Shop = { random: createRandom(seed), unixNano: START_UNIX_NANO, counter: 0 };
  const encode = encoding === 'otlp_proto' ? encodeProtobuf : encodeJson;
  for (let made = 0, turn = 0; made < itemCount; made += requestItems, turn++) {
    const count = Math.min(requestItems, itemCount - made);
    switch (signal) {
      case 'traces':
        yield oddSpans
          ? Buffer.concat([
              encode('traces', tracesRequest(shop, count - 1)),
              oddSpanRequest(encodeProtobuf, turn, resource(shop, service(shop)), oddSpan(shop)),
            ])
          : encode('traces', tracesRequest(shop, count));
        break;
      case 'logs':
        yield encode('logs', logsRequest(shop, count));
        break;
      case 'metrics':
        yield encode('metrics', metricsRequest(shop, count, metricKinds));
        break;
    }
  }
}

interface Shop {
  random: ReturnType<Build['createRandom']>;
  unixNano: bigint;
  /** Makes span ids and points distinct. */
  counter: number;
}

const START_UNIX_NANO = 1_760_000_000_000_000_000n;
/** As a batching collector gives. */
const RESOURCE_ITEMS_MAX = 50;
const SPANS_OF_TRACE = 8;
const POINTS_OF_METRIC = 10;
const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.27.0';

const SERVICES = [
  'frontend',
  'cartservice',
  'checkoutservice',
  'productcatalogservice',
  'paymentservice',
  'shippingservice',
  'recommendationservice',
  'currencyservice',
] as const;

const ROUTES = [
  '/api/products/{id}',
  '/api/cart',
  '/api/checkout',
  '/api/recommendations',
  '/api/currency',
  '/healthz',
  '/api/shipping/quote',
  '/api/orders/{orderId}/items',
] as const;

const METHODS = ['GET', 'POST', 'GET', 'GET', 'PUT', 'DELETE'] as const;

const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36',
  'python-requests/2.32.3',
  'Go-http-client/2.0',
  'grpc-java-netty/1.64.0',
  'k6/0.52.0 (https://k6.io/)',
] as const;

const STACK_TRACE = [
  'java.lang.IllegalStateException: Connection pool exhausted',
  'com.example.shop.db.Pool.acquire(Pool.java:142)',
  'com.example.shop.cart.CartRepository.load(CartRepository.java:87)',
  'com.example.shop.cart.CartService.getCart(CartService.java:55)',
  'com.example.shop.cart.CartController.get(CartController.java:31)',
  'java.base/java.lang.reflect.Method.invoke(Method.java:580)',
  'org.springframework.web.method.support.InvocableHandlerMethod.doInvoke(InvocableHandlerMethod.java:255)',
]
  .join('\n\tat ')
  .concat('\n');

const NO_ID = new Uint8Array(0);

function tracesRequest(shop: Shop, count: number): TracesRequest {
  return {
    resourceSpans: split(count).map(spanCount => ({
      resource: resource(shop, service(shop)),
      scopeSpans: [
        {
          scope: scope('io.opentelemetry.tomcat-10.0', '2.9.0-alpha'),
          spans: spans(shop, spanCount),
          schemaUrl: '',
        },
      ],
      schemaUrl: SCHEMA_URL,
    })),
  };
}

function logsRequest(shop: Shop, count: number): LogsRequest {
  return {
    resourceLogs: split(count).map(recordCount => {
      const name = service(shop);
      const logRecords = Array.from({ length: recordCount }, () => logRecord(shop));
      return {
        resource: resource(shop, name),
        scopeLogs: [{ scope: scope(`com.example.shop.${name}`, '1.0'), logRecords, schemaUrl: '' }],
        schemaUrl: SCHEMA_URL,
      };
    }),
  };
}

function metricsRequest(shop: Shop, count: number, kinds: readonly GeneratedKind[]): MetricsRequest {
  return {
    resourceMetrics: split(count).map(pointCount => ({
      resource: resource(shop, service(shop)),
      scopeMetrics: [
        {
          scope: scope('io.opentelemetry.runtime-telemetry', '2.9.0'),
          metrics: split(pointCount, POINTS_OF_METRIC).map((points, i) =>
            metric(shop, kinds[i % kinds.length] ?? 'sum', points),
          ),
          schemaUrl: '',
        },
      ],
      schemaUrl: SCHEMA_URL,
    })),
  };
}

/** `count` as a sum of `part`s and a rest. */
function split(count: number, part = RESOURCE_ITEMS_MAX): number[] {
  return Array.from({ length: Math.ceil(count / part) }, (_, i) => Math.min(part, count - i * part));
}

function service({ random }: Shop): string {
  return random.pick(SERVICES);
}

function resource({ random }: Shop, name: string): Resource {
  const pod = `${name}-7c9d8f${hex(random.integer(0, 15), 4)}-${hex(random.integer(0, 63), 5)}`;
  return {
    attributes: [
      string('service.name', name),
      string('service.version', '1.14.2'),
      string('service.namespace', 'shop'),
      string('service.instance.id', pod),
      string('deployment.environment.name', 'production'),
      string(
        'host.name',
        `ip-10-0-${random.integer(0, 3)}-${random.integer(0, 31)}.eu-central-1.compute.internal`,
      ),
      string('k8s.pod.name', pod),
      string('telemetry.sdk.language', 'java'),
    ],
    droppedAttributesCount: 0,
  };
}

function scope(name: string, version: string) {
  return { name, version, attributes: [], droppedAttributesCount: 0 };
}

function spans(shop: Shop, count: number): Span[] {
  let traceId: Uint8Array = NO_ID;
  let parentSpanId: Uint8Array = NO_ID;
  return Array.from({ length: count }, (_, i) => {
    if (i % SPANS_OF_TRACE === 0) {
      traceId = shop.random.bytes(16);
      parentSpanId = NO_ID;
    }
    const made = span(shop, traceId, parentSpanId);
    parentSpanId = made.spanId;
    return made;
  });
}

function oddSpan(shop: Shop): Span {
  return span(shop, shop.random.bytes(16), NO_ID);
}

function span(shop: Shop, traceId: Uint8Array, parentSpanId: Uint8Array): Span {
  const { random } = shop;
  const method = random.pick(METHODS);
  const route = random.pick(ROUTES);
  const failed = random.chance(0.1);
  const start = later(shop, 200_000);
  const duration = BigInt(Math.floor(-Math.log(1 - random.fraction()) * 2e7));
  return {
    traceId,
    spanId: spanId(shop),
    traceState: random.chance(0.1) ? 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE' : '',
    parentSpanId,
    flags: 0x101,
    name: `${method} ${route}`,
    kind: random.integer(1, 3),
    startTimeUnixNano: start,
    endTimeUnixNano: start + duration,
    attributes: [
      string('http.request.method', method),
      string('url.scheme', 'https'),
      string('url.path', `/api/products/${random.integer(0, 99_999)}`),
      string('url.query', `currency=EUR&session=${hex(random.integer(0, 0xffffffff), 8)}`),
      string('http.route', route),
      int('http.response.status_code', failed ? 500 : 200),
      int('http.response.body.size', random.integer(0, 59_999)),
      string('server.address', 'shop.example.com'),
      int('server.port', 8443),
      string(
        'client.address',
        `10.${random.integer(0, 255)}.${random.integer(0, 255)}.${random.integer(0, 255)}`,
      ),
      string('network.protocol.version', '1.1'),
      string('user_agent.original', random.pick(AGENTS)),
      int('thread.id', random.integer(0, 199)),
      string('thread.name', `http-nio-8443-exec-${random.integer(0, 199)}`),
      { key: 'app.cache.hit', value: { boolValue: random.chance(0.5) } },
    ],
    droppedAttributesCount: 0,
    events: failed ? [exception(start + duration / 2n)] : [],
    droppedEventsCount: 0,
    links: random.chance(0.02) ? [link(shop)] : [],
    droppedLinksCount: 0,
    ...(failed && { status: { message: 'Connection pool exhausted', code: 2 } }),
  };
}

function exception(timeUnixNano: bigint) {
  return {
    timeUnixNano,
    name: 'exception',
    attributes: [
      string('exception.type', 'java.lang.IllegalStateException'),
      string('exception.message', 'Connection pool exhausted'),
      string('exception.stacktrace', STACK_TRACE),
    ],
    droppedAttributesCount: 0,
  };
}

function link(shop: Shop) {
  return {
    traceId: shop.random.bytes(16),
    spanId: spanId(shop),
    traceState: 'a=b',
    attributes: [string('messaging.operation.type', 'receive')],
    droppedAttributesCount: 0,
    flags: 0,
  };
}

function logRecord(shop: Shop): LogRecord {
  const { random } = shop;
  const timeUnixNano = later(shop, 200_000);
  const failed = random.chance(0.1);
  const text =
    `Processed request ${hex(random.integer(0, 0xffffffff), 8)} for user ${random.integer(0, 999_999)} ` +
    `in ${random.integer(0, 899)} ms (cart items: ${random.integer(0, 19)})`;
  const order = [
    string('event', 'order.placed'),
    int('order.id', random.integer(0, 999_999_999)),
    { key: 'skus', value: { arrayValue: { values: [{ stringValue: 'SKU-1' }] } } },
  ];
  return {
    timeUnixNano,
    observedTimeUnixNano: timeUnixNano + 1500n,
    severityNumber: failed ? 17 : 9,
    severityText: failed ? 'ERROR' : 'INFO',
    body: random.chance(0.1) ? { kvlistValue: { values: order } } : { stringValue: text },
    attributes: [
      string('log.logger', 'com.example.shop.cart.CartService'),
      string('code.function.name', 'getCart'),
      int('code.line.number', random.integer(0, 899)),
      string('thread.name', `http-nio-8443-exec-${random.integer(0, 199)}`),
      int('thread.id', random.integer(0, 199)),
      { key: 'sampled', value: { boolValue: true } },
    ],
    droppedAttributesCount: 0,
    flags: 1,
    traceId: random.bytes(16),
    spanId: spanId(shop),
    eventName: '',
  };
}

function metric(shop: Shop, kind: GeneratedKind, pointCount: number): Metric {
  const points = <Point>(make: () => Point) => ({ dataPoints: Array.from({ length: pointCount }, make) });
  const { random } = shop;
  switch (kind) {
    case 'gauge':
      return {
        ...named('jvm.memory.used', '', 'By'),
        gauge: points(() => ({ ...numberPoint(shop), asDouble: random.fraction() * 1e9 })),
      };
    case 'sum':
      return {
        ...named('http.server.active_requests', '', '{request}'),
        sum: {
          ...points(() => ({ ...numberPoint(shop), asInt: BigInt(random.integer(0, 999_999)) })),
          aggregationTemporality: 2,
          isMonotonic: true,
        },
      };
    case 'exponential_histogram':
      return {
        ...named('rpc.duration', '', 'ms'),
        exponentialHistogram: { ...points(() => exponentialPoint(shop)), aggregationTemporality: 1 },
      };
    case 'histogram': {
      let first = true;
      const make = () => {
        const made = histogramPoint(shop, first);
        first = false;
        return made;
      };
      return {
        ...named('http.server.request.duration', 'Duration of HTTP server requests.', 's'),
        histogram: { ...points(make), aggregationTemporality: 2 },
      };
    }
  }
}

function named(name: string, description: string, unit: string) {
  return { name, description, unit, metadata: [] };
}

function point(shop: Shop) {
  const { random } = shop;
  const timeUnixNano = later(shop, 100_000);
  return {
    attributes: [
      string('http.request.method', random.pick(METHODS)),
      string('http.route', random.pick(ROUTES)),
      int('http.response.status_code', 200),
      int('seq', ++shop.counter),
    ],
    startTimeUnixNano: timeUnixNano - 60_000_000_000n,
    timeUnixNano,
    flags: 0,
  };
}

function numberPoint(shop: Shop): NumberDataPoint {
  return { ...point(shop), exemplars: [] };
}

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

function histogramPoint(shop: Shop, withExemplar: boolean): HistogramDataPoint {
  const { random } = shop;
  const bucketCounts = Array.from({ length: BOUNDS.length + 1 }, () => BigInt(random.integer(0, 99)));
  const count = bucketCounts.reduce((sum, bucket) => sum + bucket, 0n);
  const made = point(shop);
  const exemplar = {
    filteredAttributes: [],
    timeUnixNano: made.timeUnixNano,
    asDouble: random.fraction(),
    spanId: spanId(shop),
    traceId: random.bytes(16),
  };
  return {
    ...made,
    count,
    sum: Number(count) * random.fraction(),
    bucketCounts,
    explicitBounds: BOUNDS,
    exemplars: withExemplar ? [exemplar] : [],
    min: 0.001,
    max: 9.5,
  };
}

function exponentialPoint(shop: Shop): ExponentialHistogramDataPoint {
  const bucketCounts = Array.from({ length: 40 }, () => BigInt(shop.random.integer(0, 19)));
  const count = bucketCounts.reduce((sum, bucket) => sum + bucket, 1n);
  return {
    ...point(shop),
    count,
    sum: Number(count) * 12.5,
    scale: 5,
    zeroCount: 1n,
    positive: { offset: 3, bucketCounts },
    exemplars: [],
    zeroThreshold: 0,
  };
}

function later(shop: Shop, nanosMax: number): bigint {
  shop.unixNano += BigInt(shop.random.integer(0, nanosMax));
  return shop.unixNano;
}

function spanId(shop: Shop): Uint8Array {
  const id = Buffer.from(shop.random.bytes(8));
  id.writeUInt32BE(++shop.counter, 4);
  return id;
}

function string(key: string, stringValue: string): KeyValue {
  return { key, value: { stringValue } };
}

function int(key: string, value: number): KeyValue {
  return { key, value: { intValue: BigInt(value) } };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
