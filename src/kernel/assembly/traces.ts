import { after, readAttribute } from './attributes';
import { reject } from './host';
import { readId, SPAN_ID_BYTES, TRACE_ID_BYTES, writeSpanId, writeTraceId } from './ids';
import { writeUnsigned } from './integers';
import { closeList, openList, writeComma } from './lists';
import { slotsOf, writeName } from './literals';
import { writeMap } from './maps';
import { ATTRIBUTES, PARTS, PARTS_END, reserveFor } from './memory';
import { endOf, lengthOf, NOWHERE, Range, range, startOf } from './range';
import {
  CHILD,
  keyOf,
  reserveShared,
  resourceAttributes,
  scopeName,
  scopeVersion,
  serviceName,
} from './resource';
import { countItem, keepRow } from './rows';
import { isEnabled, tracesKey } from './settings';
import { copy, writeString, writeWord } from './text';
import { writeNanoseconds } from './times';
import { readBytes, readVarint, skip4, skip8, skipField, skipUnknown, varint } from './wire';

/** The columns in the order of the table. */
enum Column {
  Timestamp,
  TraceId,
  SpanId,
  ParentSpanId,
  TraceState,
  SpanName,
  SpanKind,
  ServiceName,
  ResourceAttributes,
  ScopeName,
  ScopeVersion,
  SpanAttributes,
  Duration,
  StatusCode,
  StatusMessage,
  EventsTimestamp,
  EventsName,
  EventsAttributes,
  LinksTraceId,
  LinksSpanId,
  LinksTraceState,
  LinksAttributes,
  End,
}

const KIND = 0;
const SLOTS = slotsOf(KIND);

/** A span, as far as its row needs it. Its attributes are entries from `ATTRIBUTES` up to `attributesEnd`. */
let traceId: Range = NOWHERE;
let spanId: Range = NOWHERE;
let parentSpanId: Range = NOWHERE;
let traceState: Range = NOWHERE;
let name: Range = NOWHERE;
let kind: u32 = 0;
let startUnixNano: u64 = 0;
let endUnixNano: u64 = 0;
let attributesEnd: usize = ATTRIBUTES;
let statusCode: u32 = 0;
let statusMessage: Range = NOWHERE;

/** Events are listed from the begin of `PARTS` on, links from its end backwards. */
let eventsEnd: usize = PARTS;
let linksBegin: usize = PARTS_END;

/** Bytes of a row for each byte of the lists of events and links. */
const PART_EXPANSION: usize = 8;

/** An event or a link. */
let partTraceId: Range = NOWHERE;
let partSpanId: Range = NOWHERE;
/** The name of an event, the trace state of a link. */
let partText: Range = NOWHERE;
let partTime: u64 = 0;
let partAttributesEnd: usize = ATTRIBUTES;

/** Writes a row for each span of a ScopeSpans. Returns where what was written ends. */
export function explodeSpans(begin: usize, scopeSpans: Range): usize {
  let at = begin;
  let shared = NOWHERE;
  if (isEnabled(KIND)) {
    reserveShared(begin);
    at = writeShared(begin);
    shared = range(begin, at);
  }

  const end = endOf(scopeSpans);
  for (let from = startOf(scopeSpans); from < end; ) {
    if (load<u8>(from) === CHILD) {
      const span = readBytes(from + 1, end);
      countItem();
      readSpan(span);
      // An empty event or link becomes more than `reserveFor` reckons with: a time, at most.
      const partsBytes = (eventsEnd - PARTS + (PARTS_END - linksBegin)) * PART_EXPANSION;
      reserveFor(at, span, lengthOf(shared) + partsBytes);
      at = writeRow(at, shared);
      from = endOf(span);
    } else {
      from = skipField(from, end);
    }
  }
  return at;
}

function readSpan(span: Range): void {
  traceId = NOWHERE;
  spanId = NOWHERE;
  parentSpanId = NOWHERE;
  traceState = NOWHERE;
  name = NOWHERE;
  kind = 0;
  startUnixNano = 0;
  endUnixNano = 0;
  attributesEnd = ATTRIBUTES;
  eventsEnd = PARTS;
  linksBegin = PARTS_END;
  let status = NOWHERE;
  const end = endOf(span);
  for (let at = startOf(span); at < end; ) {
    switch (load<u8>(at)) {
      case 0x4a:
        at = readAttribute(attributesEnd, at + 1, end);
        attributesEnd = after(attributesEnd);
        break;
      case 0x0a:
        traceId = readId(at + 1, end, TRACE_ID_BYTES);
        at = endOf(traceId);
        break;
      case 0x12:
        spanId = readId(at + 1, end, SPAN_ID_BYTES);
        at = endOf(spanId);
        break;
      case 0x1a:
        traceState = readBytes(at + 1, end);
        at = endOf(traceState);
        break;
      case 0x22:
        parentSpanId = readId(at + 1, end, SPAN_ID_BYTES);
        at = endOf(parentSpanId);
        break;
      case 0x2a:
        name = readBytes(at + 1, end);
        at = endOf(name);
        break;
      case 0x30:
        at = readVarint(at + 1, end);
        kind = varint as u32;
        break;
      case 0x39:
        startUnixNano = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x41:
        endUnixNano = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x5a: {
        const event = readBytes(at + 1, end);
        if (eventsEnd >= linksBegin) reject();
        store<u64>(eventsEnd, event);
        eventsEnd += sizeof<Range>();
        at = endOf(event);
        break;
      }
      case 0x6a: {
        const link = readBytes(at + 1, end);
        if (eventsEnd >= linksBegin) reject();
        linksBegin -= sizeof<Range>();
        store<u64>(linksBegin, link);
        at = endOf(link);
        break;
      }
      case 0x7a:
        if (status !== NOWHERE) reject(); // Two would have to be merged.
        status = readBytes(at + 1, end);
        at = endOf(status);
        break;
      case 0x50: // dropped_attributes_count
      case 0x60: // dropped_events_count
      case 0x70: // dropped_links_count
        at = readVarint(at + 1, end);
        break;
      case 0x85: // flags, whose tag has two bytes
        if (load<u8>(at, 1) !== 0x01) reject();
        at = skip4(at + 2, end);
        break;
      default:
        at = skipUnknown(at, end, 16);
    }
  }
  readStatus(status);
}

function readStatus(status: Range): void {
  statusCode = 0;
  statusMessage = NOWHERE;
  const end = endOf(status);
  for (let at = startOf(status); at < end; ) {
    switch (load<u8>(at)) {
      case 0x12:
        statusMessage = readBytes(at + 1, end);
        at = endOf(statusMessage);
        break;
      case 0x18:
        at = readVarint(at + 1, end);
        statusCode = varint as u32;
        break;
      default:
        at = skipUnknown(at, end, 3);
    }
  }
}

/** The columns from ServiceName to ScopeVersion, and the name of the next. */
function writeShared(begin: usize): usize {
  let at = writeName(begin, SLOTS, Column.ServiceName);
  at = writeString(at, serviceName);
  at = writeName(at, SLOTS, Column.ResourceAttributes);
  at = copy(at, startOf(resourceAttributes), endOf(resourceAttributes));
  at = writeName(at, SLOTS, Column.ScopeName);
  at = writeString(at, scopeName);
  at = writeName(at, SLOTS, Column.ScopeVersion);
  at = writeString(at, scopeVersion);
  return writeName(at, SLOTS, Column.SpanAttributes);
}

function writeRow(begin: usize, shared: Range): usize {
  let at = writeName(begin, SLOTS, Column.Timestamp);
  at = writeNanoseconds(at, startUnixNano);
  const traceIdAt = writeName(at, SLOTS, Column.TraceId);
  const traceIdEnd = writeTraceId(traceIdAt, traceId);
  at = writeName(traceIdEnd, SLOTS, Column.SpanId);
  at = writeSpanId(at, spanId);
  at = writeName(at, SLOTS, Column.ParentSpanId);
  at = writeSpanId(at, parentSpanId);
  at = writeName(at, SLOTS, Column.TraceState);
  at = writeString(at, traceState);
  at = writeName(at, SLOTS, Column.SpanName);
  at = writeString(at, name);
  at = writeName(at, SLOTS, Column.SpanKind);
  at = writeSpanKind(at);
  at = copy(at, startOf(shared), endOf(shared));
  at = writeMap(at, ATTRIBUTES, attributesEnd);
  at = writeName(at, SLOTS, Column.Duration);
  at = writeUnsigned(at, endUnixNano - startUnixNano);
  at = writeName(at, SLOTS, Column.StatusCode);
  at = writeStatusCode(at);
  at = writeName(at, SLOTS, Column.StatusMessage);
  at = writeString(at, statusMessage);
  at = writeEvents(at);
  at = writeLinks(at);
  const end = writeName(at, SLOTS, Column.End);
  // Within the row, the id without its quotes.
  const traceKey = range(traceIdAt + 1, traceIdEnd - 1);
  return keepRow(KIND, range(begin, end), keyOf(tracesKey, traceKey));
}

function writeSpanKind(at: usize): usize {
  switch (kind) {
    case 0:
      return writeWord(at, '"Unspecified"');
    case 1:
      return writeWord(at, '"Internal"');
    case 2:
      return writeWord(at, '"Server"');
    case 3:
      return writeWord(at, '"Client"');
    case 4:
      return writeWord(at, '"Producer"');
    case 5:
      return writeWord(at, '"Consumer"');
  }
  return writeWord(at, '""');
}

function writeStatusCode(at: usize): usize {
  switch (statusCode) {
    case 0:
      return writeWord(at, '"Unset"');
    case 1:
      return writeWord(at, '"Ok"');
    case 2:
      return writeWord(at, '"Error"');
  }
  return writeWord(at, '""');
}

function writeEvents(begin: usize): usize {
  let at = begin;
  for (let column: i32 = Column.EventsTimestamp; column <= Column.EventsAttributes; column++) {
    at = openList(writeName(at, SLOTS, column));
    for (let part = PARTS; part < eventsEnd; part += sizeof<Range>()) {
      readEvent(load<u64>(part));
      switch (column) {
        case Column.EventsTimestamp:
          at = writeNanoseconds(at, partTime);
          break;
        case Column.EventsName:
          at = writeString(at, partText);
          break;
        case Column.EventsAttributes:
          at = writeMap(at, ATTRIBUTES, partAttributesEnd);
          break;
      }
      at = writeComma(at);
    }
    at = closeList(at);
  }
  return at;
}

function readEvent(event: Range): void {
  partTime = 0;
  partText = NOWHERE;
  partAttributesEnd = ATTRIBUTES;
  const end = endOf(event);
  for (let at = startOf(event); at < end; ) {
    switch (load<u8>(at)) {
      case 0x09:
        partTime = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x12:
        partText = readBytes(at + 1, end);
        at = endOf(partText);
        break;
      case 0x1a:
        at = readAttribute(partAttributesEnd, at + 1, end);
        partAttributesEnd = after(partAttributesEnd);
        break;
      case 0x20: // dropped_attributes_count
        at = readVarint(at + 1, end);
        break;
      default:
        at = skipUnknown(at, end, 4);
    }
  }
}

function writeLinks(begin: usize): usize {
  let at = begin;
  for (let column: i32 = Column.LinksTraceId; column <= Column.LinksAttributes; column++) {
    at = openList(writeName(at, SLOTS, column));
    for (let part = PARTS_END; part > linksBegin; ) {
      part -= sizeof<Range>();
      readLink(load<u64>(part));
      switch (column) {
        case Column.LinksTraceId:
          at = writeTraceId(at, partTraceId);
          break;
        case Column.LinksSpanId:
          at = writeSpanId(at, partSpanId);
          break;
        case Column.LinksTraceState:
          at = writeString(at, partText);
          break;
        case Column.LinksAttributes:
          at = writeMap(at, ATTRIBUTES, partAttributesEnd);
          break;
      }
      at = writeComma(at);
    }
    at = closeList(at);
  }
  return at;
}

function readLink(link: Range): void {
  partTraceId = NOWHERE;
  partSpanId = NOWHERE;
  partText = NOWHERE;
  partAttributesEnd = ATTRIBUTES;
  const end = endOf(link);
  for (let at = startOf(link); at < end; ) {
    switch (load<u8>(at)) {
      case 0x0a:
        partTraceId = readId(at + 1, end, TRACE_ID_BYTES);
        at = endOf(partTraceId);
        break;
      case 0x12:
        partSpanId = readId(at + 1, end, SPAN_ID_BYTES);
        at = endOf(partSpanId);
        break;
      case 0x1a:
        partText = readBytes(at + 1, end);
        at = endOf(partText);
        break;
      case 0x22:
        at = readAttribute(partAttributesEnd, at + 1, end);
        partAttributesEnd = after(partAttributesEnd);
        break;
      case 0x28: // dropped_attributes_count
        at = readVarint(at + 1, end);
        break;
      case 0x35: // flags
        at = skip4(at + 1, end);
        break;
      default:
        at = skipUnknown(at, end, 6);
    }
  }
}
