/**
 * One JSON object for each trace of a request, keyed by the trace id, as FlowTracker's Kafka exporter writes them:
 * {"trace_id":"…","spans":[{"span_id":"…","parent_id":"…","name":"…","duration_ms":1.5}]}, without parent_id for roots.
 *
 *     otelrows run --config config/transforms/functions/trace-json.yaml
 */
import { durationMs, type KeyedRow, withKey } from 'otelrows';

interface TraceSpan {
  span_id: string;
  parent_id?: string;
  name: string;
  duration_ms: number;
}

export function handler(data: any): KeyedRow[] {
  const traces = new Map<string, TraceSpan[]>();
  for (const { scopeSpans } of data.resourceSpans) {
    for (const { spans } of scopeSpans) {
      for (const span of spans) {
        const ofTrace = traces.get(span.traceId) ?? [];
        traces.set(span.traceId, ofTrace);
        ofTrace.push({
          span_id: span.spanId,
          ...(span.parentSpanId === '' ? {} : { parent_id: span.parentSpanId }),
          name: span.name,
          duration_ms: durationMs(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)),
        });
      }
    }
  }
  return [...traces].map(([trace_id, spans]) => withKey(trace_id, { trace_id, spans }));
}
