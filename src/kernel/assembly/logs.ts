import { after, readAttribute } from './attributes';
import { reject } from './host';
import { readId, SPAN_ID_BYTES, TRACE_ID_BYTES, writeSpanId, writeTraceId } from './ids';
import { writeUnsigned } from './integers';
import { slotsOf, writeName } from './literals';
import { writeMap } from './maps';
import { ATTRIBUTES, reserveFor } from './memory';
import { endOf, NOWHERE, Range, range, startOf } from './range';
import {
  CHILD,
  keyOf,
  reserveShared,
  resourceAttributes,
  resourceSchemaUrl,
  scopeAttributes,
  scopeName,
  scopeSchemaUrl,
  scopeVersion,
  serviceName,
} from './resource';
import { countItem, keepRow } from './rows';
import { isEnabled, logsKey } from './settings';
import { copy, writeQuote, writeString } from './text';
import { writeNanoseconds } from './times';
import { writeValueText } from './values';
import { readBytes, readVarint, skip4, skip8, skipField, skipUnknown, varint } from './wire';

/** The columns in the order of the table. */
enum Column {
  Timestamp,
  TraceId,
  SpanId,
  TraceFlags,
  SeverityText,
  SeverityNumber,
  ServiceName,
  Body,
  ResourceSchemaUrl,
  ResourceAttributes,
  ScopeSchemaUrl,
  ScopeName,
  ScopeVersion,
  ScopeAttributes,
  LogAttributes,
  EventName,
  End,
}

const KIND = 1;
const SLOTS = slotsOf(KIND);

/** A log record, as far as its row needs it. Its attributes are entries from `ATTRIBUTES` up to `attributesEnd`. */
let timeUnixNano: u64 = 0;
let observedTimeUnixNano: u64 = 0;
let severityNumber: u32 = 0;
let severityText: Range = NOWHERE;
let body: Range = NOWHERE;
let attributesEnd: usize = ATTRIBUTES;
let flags: u32 = 0;
let traceId: Range = NOWHERE;
let spanId: Range = NOWHERE;
let eventName: Range = NOWHERE;

/** Writes a row for each log record of a ScopeLogs. Returns where what was written ends. */
export function explodeLogRecords(begin: usize, scopeLogs: Range): usize {
  let at = begin;
  let service = NOWHERE;
  let shared = NOWHERE;
  if (isEnabled(KIND)) {
    reserveShared(begin);
    service = range(begin, writeService(begin));
    at = writeShared(endOf(service));
    shared = range(endOf(service), at);
  }
  const sharedBytes = at - begin;

  const end = endOf(scopeLogs);
  for (let from = startOf(scopeLogs); from < end; ) {
    if (load<u8>(from) === CHILD) {
      const logRecord = readBytes(from + 1, end);
      countItem();
      readLogRecord(logRecord);
      reserveFor(at, logRecord, sharedBytes);
      at = writeRow(at, service, shared);
      from = endOf(logRecord);
    } else {
      from = skipField(from, end);
    }
  }
  return at;
}

function readLogRecord(logRecord: Range): void {
  timeUnixNano = 0;
  observedTimeUnixNano = 0;
  severityNumber = 0;
  severityText = NOWHERE;
  body = NOWHERE;
  attributesEnd = ATTRIBUTES;
  flags = 0;
  traceId = NOWHERE;
  spanId = NOWHERE;
  eventName = NOWHERE;
  const end = endOf(logRecord);
  for (let at = startOf(logRecord); at < end; ) {
    switch (load<u8>(at)) {
      case 0x32:
        at = readAttribute(attributesEnd, at + 1, end);
        attributesEnd = after(attributesEnd);
        break;
      case 0x09:
        timeUnixNano = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x10:
        at = readVarint(at + 1, end);
        severityNumber = varint as u32;
        break;
      case 0x1a:
        severityText = readBytes(at + 1, end);
        at = endOf(severityText);
        break;
      case 0x2a:
        if (body !== NOWHERE) reject(); // Two would have to be merged.
        body = readBytes(at + 1, end);
        at = endOf(body);
        break;
      case 0x38: // dropped_attributes_count
        at = readVarint(at + 1, end);
        break;
      case 0x45:
        flags = load<u32>(at, 1);
        at = skip4(at + 1, end);
        break;
      case 0x4a:
        traceId = readId(at + 1, end, TRACE_ID_BYTES);
        at = endOf(traceId);
        break;
      case 0x52:
        spanId = readId(at + 1, end, SPAN_ID_BYTES);
        at = endOf(spanId);
        break;
      case 0x59:
        observedTimeUnixNano = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x62:
        eventName = readBytes(at + 1, end);
        at = endOf(eventName);
        break;
      default:
        at = skipUnknown(at, end, 12);
    }
  }
}

/** The column ServiceName, and the name of the next. */
function writeService(begin: usize): usize {
  let at = writeName(begin, SLOTS, Column.ServiceName);
  at = writeString(at, serviceName);
  return writeName(at, SLOTS, Column.Body);
}

/** The columns from ResourceSchemaUrl to ScopeAttributes, and the name of the next. */
function writeShared(begin: usize): usize {
  let at = writeName(begin, SLOTS, Column.ResourceSchemaUrl);
  at = writeString(at, resourceSchemaUrl);
  at = writeName(at, SLOTS, Column.ResourceAttributes);
  at = copy(at, startOf(resourceAttributes), endOf(resourceAttributes));
  at = writeName(at, SLOTS, Column.ScopeSchemaUrl);
  at = writeString(at, scopeSchemaUrl);
  at = writeName(at, SLOTS, Column.ScopeName);
  at = writeString(at, scopeName);
  at = writeName(at, SLOTS, Column.ScopeVersion);
  at = writeString(at, scopeVersion);
  at = writeName(at, SLOTS, Column.ScopeAttributes);
  at = copy(at, startOf(scopeAttributes), endOf(scopeAttributes));
  return writeName(at, SLOTS, Column.LogAttributes);
}

function writeRow(begin: usize, service: Range, shared: Range): usize {
  let at = writeName(begin, SLOTS, Column.Timestamp);
  at = writeNanoseconds(at, timeUnixNano === 0 ? observedTimeUnixNano : timeUnixNano);
  const traceIdAt = writeName(at, SLOTS, Column.TraceId);
  const traceIdEnd = writeTraceId(traceIdAt, traceId);
  at = writeName(traceIdEnd, SLOTS, Column.SpanId);
  at = writeSpanId(at, spanId);
  at = writeName(at, SLOTS, Column.TraceFlags);
  at = writeUnsigned(at, flags & 0xff);
  at = writeName(at, SLOTS, Column.SeverityText);
  at = writeString(at, severityText);
  at = writeName(at, SLOTS, Column.SeverityNumber);
  at = writeUnsigned(at, severityNumber & 0xff);
  at = copy(at, startOf(service), endOf(service));
  at = writeQuote(at);
  at = writeValueText(at, body, attributesEnd);
  at = writeQuote(at);
  at = copy(at, startOf(shared), endOf(shared));
  at = writeMap(at, ATTRIBUTES, attributesEnd);
  at = writeName(at, SLOTS, Column.EventName);
  at = writeString(at, eventName);
  const end = writeName(at, SLOTS, Column.End);
  // Within the row, the id without its quotes.
  const traceKey = range(traceIdAt + 1, traceIdEnd - 1);
  return keepRow(KIND, range(begin, end), keyOf(logsKey, traceKey));
}
