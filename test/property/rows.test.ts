import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTransform } from '../../src/create-transform.js';
import { encodeJson, encodeProtobuf } from '../../src/demo/telemetry/encode-otlp.js';
import type { LogsRequest, MetricsRequest, Signal, TracesRequest } from '../../src/transform/decode/otlp.js';
import type { TransformSettings } from '../../src/transform/transform-record.js';
import { membersOf, parseLossless } from '../golden/lossless-json.js';
import { allKindsOn } from '../support/all-kinds-on.js';
import { requests } from '../support/otlp-arbitraries.js';

const anyFormat: fc.Arbitrary<Partial<TransformSettings>> = fc.record({
  row_format: fc.constantFrom('clickhouse', 'glassflow'),
  time_format: fc.constantFrom('exact', 'text', 'rfc3339'),
  metric_time: fc.constantFrom('seconds', 'nanoseconds'),
});

/** A request of any signal, in the two encodings. */
const anyRequest = fc.oneof(encodedRequest('traces'), encodedRequest('logs'), encodedRequest('metrics'));

function encodedRequest<S extends Signal>(signal: S) {
  return requests[signal].map(request => ({
    signal: signal as Signal,
    protobuf: encodeProtobuf(signal, request),
    json: encodeJson(signal, request),
    itemCount: countItems(request),
  }));
}

function countItems(request: TracesRequest | LogsRequest | MetricsRequest): number {
  if ('resourceSpans' in request) {
    return sum(
      request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.map(({ spans }) => spans.length)),
    );
  }
  if ('resourceLogs' in request) {
    return sum(
      request.resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.map(logs => logs.logRecords.length)),
    );
  }
  const metrics = request.resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(scope => scope.metrics),
  );
  const data = metrics.flatMap(metric => [
    metric.gauge,
    metric.sum,
    metric.histogram,
    metric.exponentialHistogram,
    metric.summary,
  ]);
  return sum(data.map(points => points?.dataPoints.length ?? 0));
}

function sum(counts: number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

describe('rows of any request', () => {
  it('are the same from protobuf and from JSON', () => {
    fc.assert(
      fc.property(anyRequest, anyFormat, ({ signal, protobuf, json }, format) => {
        const transform = createTransform(allKindsOn(format));
        expect(transform(signal, 'otlp_json', json)).toStrictEqual(transform(signal, 'otlp_proto', protobuf));
      }),
    );
  });

  it('are valid UTF-8 and valid JSON, with the same members in every row of a topic', () => {
    fc.assert(
      fc.property(anyRequest, anyFormat, ({ signal, protobuf }, format) => {
        const namesOfTopic = new Map<string, string>();
        for (const { topic, value } of createTransform(allKindsOn(format))(signal, 'otlp_proto', protobuf)
          .messages) {
          expect(isUtf8(value)).toBe(true);
          JSON.parse(value.toString());
          const names = membersOf(parseLossless(value.toString()))
            .map(([name]) => name)
            .join();
          expect(names).toBe(namesOfTopic.get(topic) ?? names);
          namesOfTopic.set(topic, names);
        }
      }),
    );
  });

  it('and what was filtered are as many as the items, in input order, whatever is switched on', () => {
    fc.assert(
      fc.property(
        anyRequest,
        fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
        ({ signal, protobuf, itemCount }, switches) => {
          const settings = allKindsOn();
          const { traces, logs, metrics } = settings;
          const { gauge, sum, histogram, exponential_histogram, summary } = metrics;
          [traces, logs, gauge, sum, histogram, exponential_histogram, summary].forEach((kind, i) => {
            kind.enabled = switches[i] === true;
          });

          const transformed = createTransform(settings)(signal, 'otlp_proto', protobuf);

          expect(transformed.itemCount).toBe(itemCount);
          expect(transformed.messages.length + transformed.filteredCount).toBe(itemCount);
          const indexes = transformed.messages.map(({ itemIndex }) => itemIndex);
          expect(indexes).toStrictEqual(indexes.toSorted((a, b) => a - b));
          expect(new Set(indexes).size).toBe(indexes.length);
        },
      ),
    );
  });
});
