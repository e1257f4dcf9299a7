import { Column } from '../../generated/columns';
import { Event, Link, Span } from '../../item';
import { writeSpanKind, writeStatusCode } from '../words';
import { writeKeyTraceId, writeSpanId, writeTraceId } from './ids';
import { beginList } from './lists';
import { writeMap, writeMaps } from './maps';
import { write8 } from './numbers';
import { endText, writeText } from './texts';
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
      return writeText(at, span.traceState);
    case Column.SpanName:
      return writeText(at, span.name);
    case Column.SpanKind:
      return endText(at, writeSpanKind(at + 1, span.spanKind));
    case Column.SpanAttributes:
      return writeMap(at, span);
    case Column.Duration:
      return write8(at, span.endUnixNano - span.startUnixNano); // Signed in glassflow format, with the same bits.
    case Column.StatusCode:
      return endText(at, writeStatusCode(at + 1, span.statusCode));
    case Column.StatusMessage:
      return writeText(at, span.statusMessage);
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
  const end = span.eventsEnd;
  let at = beginList(begin, end - span.events, offsetof<Event>());
  if (column === Column.EventsAttributes) return writeMaps(at, span.events, end, offsetof<Event>());
  for (let place = span.events; place < end; place += offsetof<Event>()) {
    const event = changetype<Event>(place);
    if (column === Column.EventsTimestamp) at = writeNanoseconds(at, event.timeUnixNano);
    else at = writeText(at, event.name);
  }
  return at;
}

function writeLinks(begin: usize, column: Column, span: Span): usize {
  const end = span.linksEnd;
  let at = beginList(begin, end - span.links, offsetof<Link>());
  if (column === Column.LinksAttributes) return writeMaps(at, span.links, end, offsetof<Link>());
  for (let place = span.links; place < end; place += offsetof<Link>()) {
    const link = changetype<Link>(place);
    switch (column) {
      case Column.LinksTraceId:
        at = writeTraceId(at, link.traceId);
        break;
      case Column.LinksSpanId:
        at = writeSpanId(at, link.spanId);
        break;
      default:
        at = writeText(at, link.traceState);
    }
  }
  return at;
}
