import { stringMembers } from './members.js';

/** How otelrows itself begins the row of a span. Members in another order, or with escapes, are looked for one by one. */
const SPAN_BEGIN =
  /^\{"Timestamp":(?:"[^"\\]*"|[-\d.]+),"TraceId":"([\da-f]*)","SpanId":"([\da-f]*)","ParentSpanId":"[\da-f]*"/;
const SPAN_BEGIN_BYTES = 200;
const SPAN_MEMBERS: ReadonlySet<string> = new Set(['TraceId', 'SpanId', 'ParentSpanId']);

/** See `RowEncoding.spanIds`; in either row format, and of a row of any kind. */
export function spanIds(row: Buffer): string | null {
  const [, traceId, id] = SPAN_BEGIN.exec(row.toString('latin1', 0, SPAN_BEGIN_BYTES)) ?? [];
  if (traceId !== undefined && id !== undefined) return /[^0]/.test(id) ? `${traceId}/${id}` : null;
  const members = stringMembers(row, SPAN_MEMBERS);
  // Log records have the ids of their span, but no parent.
  if (members?.size !== SPAN_MEMBERS.size) return null;
  const spanId = members.get('SpanId') ?? '';
  return /^0*$/.test(spanId) ? null : `${members.get('TraceId')}/${spanId}`;
}
