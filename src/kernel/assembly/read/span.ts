import { Event, Link, Span } from '../item';
import { SUBMESSAGES, SUBMESSAGES_END } from '../memory';
import { Range } from '../range';
import { elementsEnd, newElement } from './elements';
import {
  beginSubmessages,
  define,
  defineMessage,
  Field,
  otherSubmessages,
  readWithAttributes,
  submessagesEnd,
  tableOf,
} from './fields';

const SPAN: u32 = 4;
const STATUS: u32 = 5;
const EVENT: u32 = 6;
const LINK: u32 = 7;

export function readSpan(span: Span): void {
  beginSubmessages(SUBMESSAGES, SUBMESSAGES_END);
  readWithAttributes(span.message, tableOf(SPAN), span);
  span.events = elementsEnd;
  for (let at = SUBMESSAGES; at < submessagesEnd; at += sizeof<Range>()) {
    const event = newElement(offsetof<Event>());
    readWithAttributes(load<u64>(at), tableOf(EVENT), changetype<Event>(event));
  }
  span.eventsEnd = elementsEnd;
  span.links = elementsEnd;
  for (let at = SUBMESSAGES_END; at > otherSubmessages; ) {
    at -= sizeof<Range>();
    const link = newElement(offsetof<Link>());
    readWithAttributes(load<u64>(at), tableOf(LINK), changetype<Link>(link));
  }
  span.linksEnd = elementsEnd;
}

export function defineSpan(): void {
  const span = defineMessage(SPAN, 16);
  define(span, 0x0a, Field.TraceId, offsetof<Span>('traceId'));
  define(span, 0x12, Field.SpanId, offsetof<Span>('spanId'));
  define(span, 0x1a, Field.Bytes, offsetof<Span>('traceState'));
  define(span, 0x22, Field.SpanId, offsetof<Span>('parentSpanId'));
  define(span, 0x2a, Field.Bytes, offsetof<Span>('name'));
  define(span, 0x30, Field.Varint, offsetof<Span>('spanKind'));
  define(span, 0x39, Field.Eight, offsetof<Span>('startUnixNano'));
  define(span, 0x41, Field.Eight, offsetof<Span>('endUnixNano'));
  define(span, 0x4a, Field.Attribute);
  define(span, 0x50, Field.SkipVarint); // dropped_attributes_count
  define(span, 0x5a, Field.Submessage); // events
  define(span, 0x60, Field.SkipVarint); // dropped_events_count
  define(span, 0x6a, Field.OtherSubmessage); // links
  define(span, 0x70, Field.SkipVarint); // dropped_links_count
  define(span, 0x7a, Field.Nested, STATUS);
  define(span, 0x85, Field.SkipFourLongTag); // flags

  const status = defineMessage(STATUS, 3);
  define(status, 0x12, Field.Bytes, offsetof<Span>('statusMessage'));
  define(status, 0x18, Field.Varint, offsetof<Span>('statusCode'));

  const event = defineMessage(EVENT, 4);
  define(event, 0x09, Field.Eight, offsetof<Event>('timeUnixNano'));
  define(event, 0x12, Field.Bytes, offsetof<Event>('name'));
  define(event, 0x1a, Field.Attribute);
  define(event, 0x20, Field.SkipVarint); // dropped_attributes_count

  const link = defineMessage(LINK, 6);
  define(link, 0x0a, Field.TraceId, offsetof<Link>('traceId'));
  define(link, 0x12, Field.SpanId, offsetof<Link>('spanId'));
  define(link, 0x1a, Field.Bytes, offsetof<Link>('traceState'));
  define(link, 0x22, Field.Attribute);
  define(link, 0x28, Field.SkipVarint); // dropped_attributes_count
  define(link, 0x35, Field.SkipFour); // flags
}
