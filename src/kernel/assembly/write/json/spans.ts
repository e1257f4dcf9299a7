import { Column } from '../../generated/columns';
import { Event, Link, Span } from '../../item';
import { isGlassflow } from '../../settings';
import { writeSigned, writeUnsigned } from '../integers';
import { writeQuote, writeString } from '../text';
import { writeSpanKind, writeStatusCode } from '../words';
import { writeKeyTraceId, writeSpanId, writeTraceId } from './ids';
import { closeList, openList, writeComma } from './lists';
import { writeMap } from './maps';
import { writeNanoseconds } from './times';

export function writeSpanColumn(at: usize, column: Column, span: Span): usize {
  switch (column) {
    case Column.Timestamp:
      return writeNanoseconds(at, span.startUnixNano);
    case Column.TraceId:
      return writeKeyTraceId(at, span.traceId);
    case Column.SpanId:
      return writeSpanId(at, span.spanId);
    case Column.ParentSpanId:
      return writeSpanId(at, span.parentSpanId);
    case Column.TraceState:
      return writeString(at, span.traceState);
    case Column.SpanName:
      return writeString(at, span.name);
    case Column.SpanKind:
      return writeQuote(writeSpanKind(writeQuote(at), span.spanKind));
    case Column.SpanAttributes:
      return writeMap(at, span);
    case Column.Duration: {
      const duration = span.endUnixNano - span.startUnixNano;
      return isGlassflow ? writeSigned(at, duration as i64) : writeUnsigned(at, duration);
    }
    case Column.StatusCode:
      return writeQuote(writeStatusCode(writeQuote(at), span.statusCode));
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
