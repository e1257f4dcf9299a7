import { Kind } from '../generated/columns';
import { Item } from '../item';
import { NOWHERE, Range } from '../range';
import {
  KEY_RESOURCE_HASH,
  KEY_SERVICE_NAME,
  KEY_TRACE_ID,
  logsKey,
  metricsKey,
  tracesKey,
} from '../settings';

/** Keys of rows, which are pieces of what was written. */

/** Where the trace id was written last, in hex. */
let traceId: Range = NOWHERE;

export function keepTraceId(hex: Range): void {
  traceId = hex;
}

/** The strategy for rows of a kind. */
export function keyOfKind(kind: u32): u32 {
  return kind === Kind.Traces ? tracesKey : kind === Kind.Logs ? logsKey : metricsKey;
}

/** The key of the row that was written last. */
export function keyOf(item: Item): Range {
  switch (keyOfKind(item.kind)) {
    case KEY_TRACE_ID:
      return (item.kind as i32) < Kind.Gauge ? traceId : NOWHERE;
    case KEY_SERVICE_NAME:
      return item.scope.resource.serviceName;
    case KEY_RESOURCE_HASH:
      return item.scope.resource.hashSource;
  }
  return NOWHERE;
}
