import type { RowOf } from '../../tables/row.js';
import type { SpanEvent, SpanLink } from '../decode/otlp.js';
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from './ids.js';
import type { SpanItem } from './items.js';
import type { ResourceContext, ScopeContext } from './resource.js';
import type { Shape } from './shape.js';
import { instant } from './time.js';

/** The row of a span. */
export function traceRow(
  { span }: SpanItem,
  resource: ResourceContext,
  scope: ScopeContext,
  shape: Shape,
): RowOf<'traces'> {
  return {
    Timestamp: instant(span.startTimeUnixNano),
    TraceId: shape.id(span.traceId, TRACE_ID_BYTES),
    SpanId: shape.id(span.spanId, SPAN_ID_BYTES),
    ParentSpanId: shape.id(span.parentSpanId, SPAN_ID_BYTES),
    TraceState: span.traceState,
    SpanName: span.name,
    SpanKind: SPAN_KINDS[span.kind] ?? '',
    ServiceName: resource.serviceName,
    ResourceAttributes: resource.attributes,
    ScopeName: scope.name,
    ScopeVersion: scope.version,
    SpanAttributes: shape.attributes(span.attributes),
    Duration: shape.duration(span.startTimeUnixNano, span.endTimeUnixNano),
    StatusCode: STATUS_CODES[span.status?.code ?? 0] ?? '',
    StatusMessage: span.status?.message ?? '',
    ...eventColumns(span.events, shape),
    ...linkColumns(span.links, shape),
  };
}

/** The words of pdata for the numbers of `Span.SpanKind`. */
export const SPAN_KINDS = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'];

/** The words of pdata for the numbers of `Status.StatusCode`. */
export const STATUS_CODES = ['Unset', 'Ok', 'Error'];

export function eventColumns(events: readonly SpanEvent[], shape: Shape) {
  return {
    'Events.Timestamp': events.map(event => instant(event.timeUnixNano)),
    'Events.Name': events.map(event => event.name),
    'Events.Attributes': events.map(event => shape.attributes(event.attributes)),
  };
}

export function linkColumns(links: readonly SpanLink[], shape: Shape) {
  return {
    'Links.TraceId': links.map(link => shape.id(link.traceId, TRACE_ID_BYTES)),
    'Links.SpanId': links.map(link => shape.id(link.spanId, SPAN_ID_BYTES)),
    'Links.TraceState': links.map(link => link.traceState),
    'Links.Attributes': links.map(link => shape.attributes(link.attributes)),
  };
}
