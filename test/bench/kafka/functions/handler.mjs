/** Makes a row of each span, of about as many members as ours have. */
export function handler(data) {
  const rows = [];
  for (const { resource, scopeSpans } of data.resourceSpans) {
    const ofResource = mapOf(resource.attributes);
    for (const { scope, spans } of scopeSpans) {
      for (const span of spans) {
        rows.push({
          Timestamp: span.startTimeUnixNano,
          TraceId: span.traceId,
          SpanId: span.spanId,
          ParentSpanId: span.parentSpanId,
          SpanName: span.name,
          ServiceName: ofResource['service.name'],
          ResourceAttributes: ofResource,
          ScopeName: scope.name,
          SpanAttributes: mapOf(span.attributes),
          Duration: String(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)),
          StatusCode: span.status?.code ?? 0,
        });
      }
    }
  }
  return rows;
}

function mapOf(attributes) {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, String(Object.values(value ?? {})[0] ?? '')]),
  );
}
