import type { RowOf } from '../../tables/row.js';
import type { LogRecord, LogsRequest } from '../decode/otlp.js';
import type { ExplodedItem } from './exploded-item.js';
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from './ids.js';
import { type ResourceContext, resourceContext, type ScopeContext, scopeContext } from './resource.js';
import type { Shape } from './shape.js';
import { instant } from './time.js';
import { valueText } from './value-text.js';

/** Every log record of the request, in input order. */
export function* logItems(request: LogsRequest, shape: Shape): Generator<ExplodedItem<'logs'>> {
  for (const resourceLogs of request.resourceLogs) {
    const resource = resourceContext(resourceLogs.resource, resourceLogs.schemaUrl, shape);
    for (const scopeLogs of resourceLogs.scopeLogs) {
      const scope = scopeContext(scopeLogs.scope, scopeLogs.schemaUrl, shape);
      for (const logRecord of scopeLogs.logRecords) {
        yield { kind: 'logs', resource, makeRow: () => logRow(logRecord, resource, scope, shape) };
      }
    }
  }
}

function logRow(
  logRecord: LogRecord,
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
