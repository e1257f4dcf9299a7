import { Column } from '../../generated/columns';
import { Event, Link, Span } from '../../item';
import { NOWHERE, Range, range } from '../../range';
import { isGlassflow } from '../../settings';
import { writeSpanId, writeTraceId } from './ids';
import { writeSigned, writeUnsigned } from './integers';
import { closeList, openList, writeComma } from './lists';
import { writeMap } from './maps';
import { writeString, writeWord } from './text';
import { writeNanoseconds } from './times';

/** Where the trace id was written last, without its quotes. */
export let traceIdText: Range = NOWHERE;

export function writeTraceIdColumn(at: usize, traceId: Range): usize {
  const end = writeTraceId(at, traceId);
  traceIdText = range(at + 1, end - 1);
  return end;
}

export function writeSpanColumn(at: usize, column: Column, span: Span): usize {
  switch (column) {
    case Column.Timestamp:
      return writeNanoseconds(at, span.startUnixNano);
    case Column.TraceId:
      return writeTraceIdColumn(at, span.traceId);
    case Column.SpanId:
      return writeSpanId(at, span.spanId);
    case Column.ParentSpanId:
      return writeSpanId(at, span.parentSpanId);
    case Column.TraceState:
      return writeString(at, span.traceState);
    case Column.SpanName:
      return writeString(at, span.name);
    case Column.SpanKind:
      return writeSpanKind(at, span.spanKind);
    case Column.SpanAttributes:
      return writeMap(at, span);
    case Column.Duration: {
      const duration = span.endUnixNano - span.startUnixNano;
      return isGlassflow ? writeSigned(at, duration as i64) : writeUnsigned(at, duration);
    }
    case Column.StatusCode:
      return writeStatusCode(at, span.statusCode);
    case Column.StatusMessage:
      return writeString(at, span.statusMessage);
    case Column.EventsTimestamp:
    case Column.EventsName:
    case Column.EventsAttributes:
      return writeEvents(at, column, span);
    case Column.LinksTraceId:
    case Column.LinksSpanId:
    case Column.LinksTraceState:
    case Column.LinksAttributes:
      return writeLinks(at, column, span);
  }
  return at;
}

function writeSpanKind(at: usize, kind: u32): usize {
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

function writeStatusCode(at: usize, code: u32): usize {
  switch (code) {
    case 0:
      return writeWord(at, '"Unset"');
    case 1:
      return writeWord(at, '"Ok"');
    case 2:
      return writeWord(at, '"Error"');
  }
  return writeWord(at, '""');
}

function writeEvents(begin: usize, column: Column, span: Span): usize {
  let at = openList(begin);
  for (let place = span.events; place < span.eventsEnd; place += offsetof<Event>()) {
    const event = changetype<Event>(place);
    switch (column) {
      case Column.EventsTimestamp:
        at = writeNanoseconds(at, event.timeUnixNano);
        break;
      case Column.EventsName:
        at = writeString(at, event.name);
        break;
      default:
        at = writeMap(at, event);
    }
    at = writeComma(at);
  }
  return closeList(at);
}

function writeLinks(begin: usize, column: Column, span: Span): usize {
  let at = openList(begin);
  for (let place = span.links; place < span.linksEnd; place += offsetof<Link>()) {
    const link = changetype<Link>(place);
    switch (column) {
      case Column.LinksTraceId:
        at = writeTraceId(at, link.traceId);
        break;
      case Column.LinksSpanId:
        at = writeSpanId(at, link.spanId);
        break;
      case Column.LinksTraceState:
        at = writeString(at, link.traceState);
        break;
      default:
        at = writeMap(at, link);
    }
    at = writeComma(at);
  }
  return closeList(at);
}
