import type {
  Buckets,
  Exemplar,
  ExponentialHistogramDataPoint,
  HistogramDataPoint,
  KeyValue,
  Metric,
  MetricsRequest,
  NumberDataPoint,
  SummaryDataPoint,
} from '../../transform/decode/otlp.js';
import { attributes, type Plain } from './attributes.js';
import type { CountedRequest } from './counted-request.js';
import type { Journey, ServiceSpan } from './journey.js';
import { SPAN_KIND } from './operations.js';
import { createRandom, type Random } from './random.js';
import { RESOURCE_SCHEMA_URL, RESOURCES, SERVICES, type Service } from './services.js';

export interface MetricOptions {
  seed: number;
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
  metricIntervalSeconds: number;
}

const DELTA = 1;
const CUMULATIVE = 2;
/** What the semantic conventions advise for `http.server.request.duration`. */
const BOUNDS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const EXPONENTIAL_SCALE = 3;
const QUANTILES = [0, 0.5, 0.9, 0.99, 1];
const RUNS_ON_JAVA: readonly Service[] = ['catalog', 'checkout'];

/** One interval of a metric's points. */
interface Interval {
  /** When the cumulative series started. */
  sinceUnixNano: bigint;
  startUnixNano: bigint;
  endUnixNano: bigint;
}

/** One request at the end of every interval, with the points of all services. */
export function* metricRequests(
  journeys: Iterable<Journey>,
  options: MetricOptions,
): Generator<CountedRequest<MetricsRequest>> {
  // Not the stream of the journeys: drawing here must not change what they do.
  const random = createRandom(options.seed + 1);
  const meters = SERVICES.map(service => createMeter(service, random));
  const lengthNano = BigInt(options.metricIntervalSeconds) * 1_000_000_000n;
  const sinceUnixNano = options.startTimeUnixNano;
  let startUnixNano = sinceUnixNano;
  const pending = journeys[Symbol.iterator]();
  let next = pending.next();
  while (startUnixNano < options.endTimeUnixNano) {
    const endUnixNano = startUnixNano + lengthNano;
    while (!next.done && next.value.startTimeUnixNano < endUnixNano) {
      for (const span of next.value.spans) meters[SERVICES.indexOf(span.service)]?.record(span);
      next = pending.next();
    }
    const collected = meters.map(meter => meter.collect({ sinceUnixNano, startUnixNano, endUnixNano }));
    yield {
      request: { resourceMetrics: collected.map(({ resourceMetrics }) => resourceMetrics) },
      itemCount: collected.reduce((sum, { pointCount }) => sum + pointCount, 0),
    };
    startUnixNano = endUnixNano;
  }
}

/** What one service measures. */
function createMeter(service: Service, random: Random) {
  const http = new Map<string, HttpSeries>();
  const rpcSeconds = new Map<string, number[]>();
  let orders = 0n;
  let revenue = 0;
  let cpu = random.fraction() * 0.3;
  let memory = random.integer(80, 400) * 1_048_576;

  const record = ({ span }: ServiceSpan) => {
    if (span.kind !== SPAN_KIND.server) return;
    const seconds = Number(span.endTimeUnixNano - span.startTimeUnixNano) / 1e9;
    const method = textOf(span.attributes, 'rpc.method');
    if (method === undefined) {
      const key = `${span.name} ${span.status?.code ?? 0}`;
      const series = http.get(key) ?? newHttpSeries(span.attributes);
      http.set(key, series);
      recordHttp(series, seconds, span);
    } else {
      rpcSeconds.set(method, [...(rpcSeconds.get(method) ?? []), seconds]);
      if (method === 'PlaceOrder' && !span.status) {
        orders += 1n;
        revenue += random.integer(500, 40_000) / 100;
      }
    }
  };

  const collect = (interval: Interval) => {
    cpu = Math.min(0.95, Math.max(0.02, cpu + (random.fraction() - 0.5) * 0.1));
    memory = Math.max(50_000_000, memory + random.integer(-4_000_000, 5_000_000));
    const metrics: Metric[] = [
      gauge('process.cpu.utilization', '1', [number(interval, { asDouble: cpu }, { 'cpu.mode': 'user' })]),
      sum('process.memory.usage', 'By', false, [number(interval, { asInt: BigInt(Math.round(memory)) })]),
    ];
    if (http.size > 0) metrics.push(httpDurations([...http.values()], interval));
    if (rpcSeconds.size > 0) metrics.push(rpcDurations(rpcSeconds, interval));
    if (service === 'checkout') {
      metrics.push(sum('shop.orders.placed', '{order}', true, [number(interval, { asInt: orders })]));
      metrics.push(
        sum('shop.revenue', 'EUR', true, [
          number(interval, { asDouble: revenue }, { 'shop.currency': 'EUR' }),
        ]),
      );
    }
    if (RUNS_ON_JAVA.includes(service)) metrics.push(collectorPauses(random, interval));
    for (const series of http.values()) series.slowest = undefined;
    rpcSeconds.clear();
    return {
      pointCount: metrics.reduce((count, metric) => count + pointsOf(metric), 0),
      resourceMetrics: {
        resource: RESOURCES[service],
        scopeMetrics: [
          {
            scope: { name: `shop.${service}`, version: '', attributes: [], droppedAttributesCount: 0 },
            metrics,
            schemaUrl: '',
          },
        ],
        schemaUrl: RESOURCE_SCHEMA_URL,
      },
    };
  };
  return { record, collect };
}

interface HttpSeries {
  attributes: KeyValue[];
  bucketCounts: bigint[];
  sum: number;
  min: number;
  max: number;
  /** Of the running interval: the request to look at. */
  slowest: Exemplar | undefined;
}

const HTTP_ATTRIBUTES = [
  'http.request.method',
  'http.route',
  'http.response.status_code',
  'url.scheme',
  'error.type',
];

function newHttpSeries(ofSpan: readonly KeyValue[]): HttpSeries {
  return {
    attributes: ofSpan.filter(({ key }) => HTTP_ATTRIBUTES.includes(key)),
    bucketCounts: Array.from({ length: BOUNDS_SECONDS.length + 1 }, () => 0n),
    sum: 0,
    min: Number.POSITIVE_INFINITY,
    max: 0,
    slowest: undefined,
  };
}

function recordHttp(
  series: HttpSeries,
  seconds: number,
  { traceId, spanId, endTimeUnixNano }: ServiceSpan['span'],
): void {
  const above = BOUNDS_SECONDS.findIndex(bound => seconds <= bound);
  const bucket = above === -1 ? BOUNDS_SECONDS.length : above;
  series.bucketCounts[bucket] = (series.bucketCounts[bucket] ?? 0n) + 1n;
  series.sum += seconds;
  series.min = Math.min(series.min, seconds);
  series.max = Math.max(series.max, seconds);
  if (seconds > (series.slowest?.asDouble ?? 0)) {
    series.slowest = {
      filteredAttributes: [],
      timeUnixNano: endTimeUnixNano,
      asDouble: seconds,
      spanId,
      traceId,
    };
  }
}

function httpDurations(allSeries: readonly HttpSeries[], interval: Interval): Metric {
  const dataPoints = allSeries.map(
    (series): HistogramDataPoint => ({
      attributes: series.attributes,
      startTimeUnixNano: interval.sinceUnixNano,
      timeUnixNano: interval.endUnixNano,
      count: series.bucketCounts.reduce((sum, count) => sum + count, 0n),
      sum: series.sum,
      bucketCounts: [...series.bucketCounts],
      explicitBounds: BOUNDS_SECONDS,
      exemplars: series.slowest ? [series.slowest] : [],
      flags: 0,
      min: series.min,
      max: series.max,
    }),
  );
  return {
    ...named('http.server.request.duration', 's', 'Duration of HTTP server requests.'),
    histogram: { dataPoints, aggregationTemporality: CUMULATIVE },
  };
}

function rpcDurations(secondsByMethod: ReadonlyMap<string, readonly number[]>, interval: Interval): Metric {
  const dataPoints = [...secondsByMethod].map(
    ([method, seconds]): ExponentialHistogramDataPoint => ({
      attributes: attributes({ 'rpc.system': 'grpc', 'rpc.method': method }),
      startTimeUnixNano: interval.startUnixNano,
      timeUnixNano: interval.endUnixNano,
      count: BigInt(seconds.length),
      sum: seconds.reduce((sum, value) => sum + value, 0),
      scale: EXPONENTIAL_SCALE,
      zeroCount: 0n,
      positive: exponentialBuckets(seconds),
      flags: 0,
      exemplars: [],
      min: Math.min(...seconds),
      max: Math.max(...seconds),
      zeroThreshold: 0,
    }),
  );
  return {
    ...named('rpc.server.call.duration', 's', 'Duration of gRPC calls as the server sees them.'),
    exponentialHistogram: { dataPoints, aggregationTemporality: DELTA },
  };
}

/** Bucket `i` holds what is above base^i and up to base^(i+1), where base is 2^(2^-scale). */
function exponentialBuckets(values: readonly number[]): Buckets {
  const indexes = values.map(value => Math.ceil(Math.log2(value) * 2 ** EXPONENTIAL_SCALE) - 1);
  const offset = Math.min(...indexes);
  const bucketCounts = Array.from({ length: Math.max(...indexes) - offset + 1 }, () => 0n);
  for (const index of indexes) bucketCounts[index - offset] = (bucketCounts[index - offset] ?? 0n) + 1n;
  return { offset, bucketCounts };
}

function collectorPauses(random: Random, interval: Interval): Metric {
  const pauses = Array.from({ length: random.integer(3, 9) }, () => random.duration(0.004, 0.8)).sort(
    (a, b) => a - b,
  );
  const dataPoint: SummaryDataPoint = {
    attributes: attributes({ 'jvm.gc.name': 'G1 Young Generation' }),
    startTimeUnixNano: interval.startUnixNano,
    timeUnixNano: interval.endUnixNano,
    count: BigInt(pauses.length),
    sum: pauses.reduce((sum, pause) => sum + pause, 0),
    quantileValues: QUANTILES.map(quantile => ({
      quantile,
      value: pauses[Math.round(quantile * (pauses.length - 1))] ?? 0,
    })),
    flags: 0,
  };
  return {
    ...named('jvm.gc.pause', 's', 'Pauses of the garbage collector.'),
    summary: { dataPoints: [dataPoint] },
  };
}

function gauge(name: string, unit: string, dataPoints: NumberDataPoint[]): Metric {
  return { ...named(name, unit), gauge: { dataPoints } };
}

function sum(name: string, unit: string, isMonotonic: boolean, dataPoints: NumberDataPoint[]): Metric {
  return { ...named(name, unit), sum: { dataPoints, aggregationTemporality: CUMULATIVE, isMonotonic } };
}

function number(
  interval: Interval,
  value: { asDouble: number } | { asInt: bigint },
  plain: Record<string, Plain> = {},
): NumberDataPoint {
  return {
    attributes: attributes(plain),
    startTimeUnixNano: interval.sinceUnixNano,
    timeUnixNano: interval.endUnixNano,
    ...value,
    exemplars: [],
    flags: 0,
  };
}

function named(name: string, unit: string, description = '') {
  return { name, unit, description, metadata: [] };
}

function pointsOf(metric: Metric): number {
  const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
  return (gauge ?? sum ?? histogram ?? exponentialHistogram ?? summary)?.dataPoints.length ?? 0;
}

function textOf(list: readonly KeyValue[], key: string): string | undefined {
  return list.find(attribute => attribute.key === key)?.value?.stringValue;
}
