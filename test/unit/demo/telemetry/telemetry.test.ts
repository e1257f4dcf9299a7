import { describe, expect, test } from 'vitest';
import { encodeJson, encodeProtobuf } from '../../../../src/demo/telemetry/encode-otlp.js';
import { type TelemetryOptions, telemetry } from '../../../../src/demo/telemetry/telemetry.js';
import type { LogRecord, Metric, Span } from '../../../../src/transform/decode/otlp.js';

const endTimeUnixNano = BigInt(Date.UTC(2026, 0, 1)) * 1_000_000n;
const options: TelemetryOptions = {
  seed: 20,
  spanCount: 5_003,
  startTimeUnixNano: endTimeUnixNano - 600_000_000_000n,
  endTimeUnixNano,
  requestItemsMax: 100,
  metricIntervalSeconds: 60,
};

const hex = (id: Uint8Array) => Buffer.from(id).toString('hex');

function spansOf(seed: number): Span[] {
  return [...telemetry({ ...options, seed }).traces()].flatMap(({ request }) =>
    request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  );
}

function logRecords(): LogRecord[] {
  return [...telemetry(options).logs()].flatMap(({ request }) =>
    request.resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(scope => scope.logRecords)),
  );
}

function metrics(): Metric[] {
  return [...telemetry(options).metrics()].flatMap(({ request }) =>
    request.resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(scope => scope.metrics)),
  );
}

describe('counts', () => {
  test('there are exactly as many spans as asked for, in requests of at most the size asked for', () => {
    const counts = [...telemetry(options).traces()].map(({ itemCount }) => itemCount);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5_003);
    expect(Math.max(...counts)).toBe(100);
    expect(spansOf(20)).toHaveLength(5_003);
  });

  test('the counts of log records and data points are those of the requests', () => {
    const counted = (requests: Iterable<{ itemCount: number }>) =>
      [...requests].reduce((sum, { itemCount }) => sum + itemCount, 0);
    expect(counted(telemetry(options).logs())).toBe(logRecords().length);
    const points = metrics().reduce((sum, metric) => {
      const data =
        metric.gauge ?? metric.sum ?? metric.histogram ?? metric.exponentialHistogram ?? metric.summary;
      return sum + (data?.dataPoints.length ?? 0);
    }, 0);
    expect(counted(telemetry(options).metrics())).toBe(points);
  });
});

test('the seed decides every byte', () => {
  const bytes = (seed: number) => {
    const { traces, logs, metrics } = telemetry({ ...options, seed });
    return Buffer.concat([
      ...[...traces()].map(({ request }) => encodeProtobuf('traces', request)),
      ...[...logs()].map(({ request }) => encodeJson('logs', request)),
      ...[...metrics()].map(({ request }) => encodeProtobuf('metrics', request)),
    ]);
  };
  expect(bytes(20).equals(bytes(20))).toBe(true);
  expect(bytes(20).equals(bytes(21))).toBe(false);
});

test('spans lie within their parents, and only the visit and the queue reader have none', () => {
  const spans = spansOf(20);
  const byId = new Map(spans.map(span => [hex(span.spanId), span]));
  expect(byId.size).toBe(spans.length);
  for (const span of spans) {
    if (span.parentSpanId.length === 0) {
      expect(['GET /', 'GET /products/{id}', 'POST /cart', 'POST /checkout', 'process orders']).toContain(
        span.name,
      );
    } else {
      const parent = byId.get(hex(span.parentSpanId));
      expect(parent?.traceId).toEqual(span.traceId);
      expect(span.startTimeUnixNano >= (parent?.startTimeUnixNano ?? 0n)).toBe(true);
      expect(span.endTimeUnixNano <= (parent?.endTimeUnixNano ?? 0n)).toBe(true);
    }
  }
});

test('there are errors with their exceptions, links between traces, and log records of the spans', () => {
  const spans = spansOf(20);
  const failed = spans.filter(({ status }) => status?.code === 2);
  expect(failed.length).toBeGreaterThan(10);
  expect(failed.length).toBeLessThan(spans.length / 20);
  const exceptions = spans.flatMap(({ events }) => events);
  expect(exceptions.length).toBeGreaterThan(5);
  expect(new Set(exceptions.map(({ name }) => name))).toEqual(new Set(['exception']));

  const traceIds = new Set(spans.map(({ traceId }) => hex(traceId)));
  const linked = spans.flatMap(({ links }) => links.map(({ traceId }) => hex(traceId)));
  expect(linked.length).toBeGreaterThan(10);
  expect(linked.every(id => traceIds.has(id))).toBe(true);

  const records = logRecords();
  const correlated = records.filter(({ traceId }) => traceIds.has(hex(traceId)));
  expect(correlated.length).toBeGreaterThan(records.length / 2);
  expect(new Set(records.map(({ severityText }) => severityText))).toEqual(
    new Set(['DEBUG', 'INFO', 'WARN', 'ERROR']),
  );
});

test('all five kinds of metrics are there, and the histograms count the server spans', () => {
  const all = metrics();
  for (const kind of ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] as const) {
    expect(all.some(metric => metric[kind])).toBe(true);
  }
  const durations = all.flatMap(({ histogram }) => histogram?.dataPoints ?? []);
  for (const { count, bucketCounts } of durations) {
    expect(bucketCounts.reduce((sum, bucket) => sum + bucket, 0n)).toBe(count);
  }
  const lastInterval = durations.filter(({ timeUnixNano }) => timeUnixNano === endTimeUnixNano);
  const counted = lastInterval.reduce((sum, { count }) => sum + count, 0n);
  const httpServerSpans = spansOf(20).filter(({ kind, name }) => kind === 2 && !name.startsWith('shop.'));
  expect(Number(counted)).toBe(httpServerSpans.length);
});
