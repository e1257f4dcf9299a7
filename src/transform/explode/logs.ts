import type { RowOf } from '../../tables/row.js';
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from './ids.js';
import type { LogItem } from './items.js';
import type { ResourceContext, ScopeContext } from './resource.js';
import type { Shape } from './shape.js';
import { instant } from './time.js';
import { valueText } from './value-text.js';

/** The row of a log record. */
export function logRow(
  { logRecord }: LogItem,
  resource: ResourceContext,
  scope: ScopeContext,
  shape: Shape,
): RowOf<'logs'> {
  return {
    Timestamp: instant(logRecord.timeUnixNano || logRecord.observedTimeUnixNano),
    TraceId: shape.id(logRecord.traceId, TRACE_ID_BYTES),
    SpanId: shape.id(logRecord.spanId, SPAN_ID_BYTES),
    TraceFlags: lowByte(logRecord.flags),
    SeverityText: logRecord.severityText,
    SeverityNumber: lowByte(logRecord.severityNumber),
    ServiceName: resource.serviceName,
    Body: valueText(logRecord.body),
    ResourceSchemaUrl: resource.schemaUrl,
    ResourceAttributes: resource.attributes,
    ScopeSchemaUrl: scope.schemaUrl,
    ScopeName: scope.name,
    ScopeVersion: scope.version,
    ScopeAttributes: scope.attributes,
    LogAttributes: shape.attributes(logRecord.attributes),
    EventName: logRecord.eventName,
  };
}

/** The column is UInt8; what does not fit is cut off, as the exporters' conversion does. */
function lowByte(value: number): number {
  return value & 0xff;
}
