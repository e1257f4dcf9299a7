import { Range } from './range';

/**
 * What is known of the items of a part once they have been read, and of what they belong to: ranges of the record, numbers,
 * and where their attributes (`read/attributes.ts`) and elements lie. Reading fills these in, steps may change them (`../views/`), writing looks at nothing else.
 *
 * A field that was not sent is zero, and so is the range of one.
 */

/** Entries from `first` up to `end`. */
@unmanaged
export class AttributeList {
  first: usize;
  end: usize;
}

/** A Resource, with what its ResourceSpans, ResourceLogs or ResourceMetrics says of it. */
@unmanaged
export class Resource extends AttributeList {
  schemaUrl: Range;
  /** The ResourceSpans, ResourceLogs or ResourceMetrics. */
  message: Range;
  /** What was written of it, and when: its service name as text, its attributes, what its hash is made of. */
  epoch: u32;
  serviceName: Range;
  writtenAttributes: Range;
  hashSource: Range;
  /** The encoding that its attributes were written in. */
  isNative: bool;
}

/** An InstrumentationScope, with what its ScopeSpans, ScopeLogs or ScopeMetrics says of it. */
@unmanaged
export class Scope extends AttributeList {
  schemaUrl: Range;
  message: Range;
  resource: Resource;
  name: Range;
  version: Range;
  droppedAttributesCount: u32;
}

/** A Metric, with what its data says of all its points. */
@unmanaged
export class Metric extends AttributeList {
  message: Range;
  /** Its Gauge, Sum or other. */
  data: Range;
  kind: u32;
  name: Range;
  description: Range;
  unit: Range;
  temporality: i32;
  isMonotonic: u32;
}

/** A span, a log record or a data point. Its attributes come first. */
@unmanaged
export class Item extends AttributeList {
  message: Range;
  scope: Scope;
  /** Counted over the whole record, from 0. */
  index: u32;
  kind: u32;
  /** Whether no row is made of it here: the plain engine has to make it, or a step dropped the item. */
  isSkipped: bool;
  /** Bytes of what steps changed, which its row has beside what the message has. */
  editedBytes: u32;
}

@unmanaged
export class Span extends Item {
  traceId: Range;
  spanId: Range;
  parentSpanId: Range;
  traceState: Range;
  name: Range;
  startUnixNano: u64;
  endUnixNano: u64;
  spanKind: u32;
  statusCode: u32;
  statusMessage: Range;
  events: usize;
  eventsEnd: usize;
  links: usize;
  linksEnd: usize;
}

@unmanaged
export class Event extends AttributeList {
  timeUnixNano: u64;
  name: Range;
}

@unmanaged
export class Link extends AttributeList {
  traceId: Range;
  spanId: Range;
  traceState: Range;
}

@unmanaged
export class LogRecord extends Item {
  traceId: Range;
  spanId: Range;
  timeUnixNano: u64;
  observedTimeUnixNano: u64;
  severityText: Range;
  body: Range;
  eventName: Range;
  severityNumber: u32;
  flags: u32;
}

/** A data point of any kind; each kind uses what it has. */
@unmanaged
export class Point extends Item {
  metric: Metric;
  flags: u32;
  startUnixNano: u64;
  timeUnixNano: u64;
  /** Of gauges and sums; an integer beyond 2^53 is rounded. */
  value: f64;
  /** Exemplars, or the quantiles of a summary. */
  elements: usize;
  elementsEnd: usize;
  count: u64;
  sum: f64;
  min: f64;
  max: f64;
  /** Fixed64 after fixed64. */
  bucketCounts: Range;
  /** Double after double. */
  explicitBounds: Range;
  zeroCount: u64;
  scale: i32;
  positiveOffset: i32;
  /** Varint after varint. */
  positiveBucketCounts: Range;
  negativeBucketCounts: Range;
  negativeOffset: i32;
}

@unmanaged
export class Exemplar extends AttributeList {
  timeUnixNano: u64;
  value: f64;
  spanId: Range;
  traceId: Range;
}

@unmanaged
export class Quantile {
  quantile: f64;
  value: f64;
}
