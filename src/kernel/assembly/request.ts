import { explodeLogRecords } from './logs';
import { INPUT, OUTPUT } from './memory';
import { explodeMetrics } from './metrics';
import { endOf, Range, startOf } from './range';
import { CHILD, readResource, readScope } from './resource';
import { beginRows } from './rows';
import { logsKey, metricsKey, tracesKey } from './settings';
import { explodeSpans } from './traces';
import { readBytes, skipField, skipUnknown } from './wire';

/**
 * The way from a request to its items. It is the same for all signals: the messages have their own names, TracesData,
 * ResourceSpans, ScopeSpans, but the fields the same numbers.
 */

/** The signals, as the host numbers them; metrics are the third. */
const TRACES: u32 = 0;
const LOGS: u32 = 1;

const RESOURCE: u8 = 0x0a;

/** Makes the rows of the export request in protobuf that lies at `INPUT` and is `length` bytes long. */
export function explode(signal: u32, length: u32): void {
  beginRows();
  const key = signal === TRACES ? tracesKey : signal === LOGS ? logsKey : metricsKey;
  let at = OUTPUT;
  const end = INPUT + (length as usize);
  for (let from = INPUT; from < end; ) {
    if (load<u8>(from) === RESOURCE) {
      const message = readBytes(from + 1, end);
      at = explodeScopes(readResource(at, message, key), signal, message);
      from = endOf(message);
    } else {
      from = skipUnknown(from, end, 1);
    }
  }
}

function explodeScopes(begin: usize, signal: u32, resource: Range): usize {
  let at = begin;
  const end = endOf(resource);
  for (let from = startOf(resource); from < end; ) {
    if (load<u8>(from) === CHILD) {
      const message = readBytes(from + 1, end);
      at = explodeItems(readScope(at, message), signal, message);
      from = endOf(message);
    } else {
      from = skipField(from, end);
    }
  }
  return at;
}

function explodeItems(at: usize, signal: u32, scope: Range): usize {
  switch (signal) {
    case TRACES:
      return explodeSpans(at, scope);
    case LOGS:
      return explodeLogRecords(at, scope);
  }
  return explodeMetrics(at, scope);
}
