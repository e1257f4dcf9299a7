/**
 * A function of GlassFlow's form, moved over: the whole request goes in as OTLP/JSON, and records with columns of one's own come out.
 * Python's `data["resourceSpans"]` is `data.resourceSpans`, `.get(key, default)` is `?? default`, `log.info` is `log.info`.
 *
 *     otelrows run --config config/transforms/functions/glassflow.yaml
 *     otelrows schema clickhouse --config config/transforms/functions/glassflow.yaml
 */
import { type ContextLog, durationMs, fingerprint, flatten, type HandlerTable } from 'otelrows';

/** Senders send a span again when they are not sure. Equal fingerprints become one row when parts are merged, or with FINAL. */
export const table: HandlerTable = {
  name: 'spans',
  columns: {
    fingerprint: 'String',
    trace_id: 'String',
    span_id: 'String',
    service: 'LowCardinality(String)',
    name: 'LowCardinality(String)',
    started_at: 'DateTime64(9)',
    duration_ms: 'Float64',
    is_error: 'Bool',
    attributes: 'Map(String, String)',
  },
  engine: 'ReplacingMergeTree',
  orderBy: ['fingerprint'],
  partitionBy: 'toDate(started_at)',
};

interface KeyValue {
  key: string;
  value?: Record<string, unknown>;
}

function textOf({ value = {} }: KeyValue): string {
  const [text = ''] = Object.values(value);
  return typeof text === 'object' ? JSON.stringify(text) : String(text);
}

function mapOf(attributes: KeyValue[]): Record<string, string> {
  return Object.fromEntries(attributes.map(attribute => [attribute.key, textOf(attribute)]));
}

/** Seconds with nine decimals, which ClickHouse reads to the nanosecond. */
function seconds(nanoseconds: string): string {
  const digits = nanoseconds.padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

export function handler(data: any, log: ContextLog): object[] {
  const records: object[] = [];
  for (const { resource, scopeSpans } of data.resourceSpans ?? []) {
    const ofResource = mapOf(resource?.attributes ?? []);
    for (const { spans } of scopeSpans) {
      for (const span of spans) {
        if (span.traceId === '') {
          log.warn('a span without a trace id is left out', { name: span.name });
          continue;
        }
        records.push({
          fingerprint: fingerprint(span.traceId, span.spanId),
          trace_id: span.traceId,
          span_id: span.spanId,
          service: ofResource['service.name'] ?? 'unknown',
          name: span.name,
          started_at: seconds(span.startTimeUnixNano),
          duration_ms: durationMs(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)),
          is_error: span.status?.code === 2,
          attributes: flatten({ resource: ofResource, span: mapOf(span.attributes) }),
        });
      }
    }
  }
  return records;
}
