import {
  AttributeList,
  Event,
  Exemplar,
  Item,
  Link,
  LogRecord,
  Metric,
  Point,
  Quantile,
  Resource,
  Scope,
  Span,
} from './item';

/**
 * Where the fields of items lie (`item.ts`), for the host, which shows items to steps (`../views/`): each class by its size,
 * each field by its offset.
 */

export const LIST_FIRST: usize = offsetof<AttributeList>('first');
export const LIST_END: usize = offsetof<AttributeList>('end');

export const RESOURCE: usize = offsetof<Resource>();
export const RESOURCE_SCHEMA_URL: usize = offsetof<Resource>('schemaUrl');
export const RESOURCE_EPOCH: usize = offsetof<Resource>('epoch');

export const SCOPE: usize = offsetof<Scope>();
export const SCOPE_RESOURCE: usize = offsetof<Scope>('resource');
export const SCOPE_SCHEMA_URL: usize = offsetof<Scope>('schemaUrl');
export const SCOPE_NAME: usize = offsetof<Scope>('name');
export const SCOPE_VERSION: usize = offsetof<Scope>('version');
export const SCOPE_DROPPED: usize = offsetof<Scope>('droppedAttributesCount');

export const METRIC: usize = offsetof<Metric>();
export const METRIC_NAME: usize = offsetof<Metric>('name');
export const METRIC_DESCRIPTION: usize = offsetof<Metric>('description');
export const METRIC_UNIT: usize = offsetof<Metric>('unit');
export const METRIC_TEMPORALITY: usize = offsetof<Metric>('temporality');
export const METRIC_IS_MONOTONIC: usize = offsetof<Metric>('isMonotonic');

export const ITEM_SCOPE: usize = offsetof<Item>('scope');
export const ITEM_INDEX: usize = offsetof<Item>('index');
export const ITEM_KIND: usize = offsetof<Item>('kind');
export const ITEM_IS_SKIPPED: usize = offsetof<Item>('isSkipped');
export const ITEM_EDITED_BYTES: usize = offsetof<Item>('editedBytes');

export const SPAN_TRACE_ID: usize = offsetof<Span>('traceId');
export const SPAN_SPAN_ID: usize = offsetof<Span>('spanId');
export const SPAN_PARENT_SPAN_ID: usize = offsetof<Span>('parentSpanId');
export const SPAN_TRACE_STATE: usize = offsetof<Span>('traceState');
export const SPAN_NAME: usize = offsetof<Span>('name');
export const SPAN_START: usize = offsetof<Span>('startUnixNano');
export const SPAN_END: usize = offsetof<Span>('endUnixNano');
export const SPAN_KIND: usize = offsetof<Span>('spanKind');
export const SPAN_STATUS_CODE: usize = offsetof<Span>('statusCode');
export const SPAN_STATUS_MESSAGE: usize = offsetof<Span>('statusMessage');
export const SPAN_EVENTS: usize = offsetof<Span>('events');
export const SPAN_EVENTS_END: usize = offsetof<Span>('eventsEnd');
export const SPAN_LINKS: usize = offsetof<Span>('links');
export const SPAN_LINKS_END: usize = offsetof<Span>('linksEnd');

export const EVENT: usize = offsetof<Event>();
export const EVENT_TIME: usize = offsetof<Event>('timeUnixNano');
export const EVENT_NAME: usize = offsetof<Event>('name');

export const LINK: usize = offsetof<Link>();
export const LINK_TRACE_ID: usize = offsetof<Link>('traceId');
export const LINK_SPAN_ID: usize = offsetof<Link>('spanId');
export const LINK_TRACE_STATE: usize = offsetof<Link>('traceState');

export const LOG_TRACE_ID: usize = offsetof<LogRecord>('traceId');
export const LOG_SPAN_ID: usize = offsetof<LogRecord>('spanId');
export const LOG_TIME: usize = offsetof<LogRecord>('timeUnixNano');
export const LOG_OBSERVED_TIME: usize = offsetof<LogRecord>('observedTimeUnixNano');
export const LOG_SEVERITY_TEXT: usize = offsetof<LogRecord>('severityText');
export const LOG_SEVERITY_NUMBER: usize = offsetof<LogRecord>('severityNumber');
export const LOG_BODY: usize = offsetof<LogRecord>('body');
export const LOG_EVENT_NAME: usize = offsetof<LogRecord>('eventName');
export const LOG_FLAGS: usize = offsetof<LogRecord>('flags');

export const POINT_METRIC: usize = offsetof<Point>('metric');
export const POINT_FLAGS: usize = offsetof<Point>('flags');
export const POINT_START: usize = offsetof<Point>('startUnixNano');
export const POINT_TIME: usize = offsetof<Point>('timeUnixNano');
export const POINT_VALUE: usize = offsetof<Point>('value');
export const POINT_ELEMENTS: usize = offsetof<Point>('elements');
export const POINT_ELEMENTS_END: usize = offsetof<Point>('elementsEnd');
export const POINT_COUNT: usize = offsetof<Point>('count');
export const POINT_SUM: usize = offsetof<Point>('sum');
export const POINT_MIN: usize = offsetof<Point>('min');
export const POINT_MAX: usize = offsetof<Point>('max');
export const POINT_BUCKET_COUNTS: usize = offsetof<Point>('bucketCounts');
export const POINT_EXPLICIT_BOUNDS: usize = offsetof<Point>('explicitBounds');
export const POINT_ZERO_COUNT: usize = offsetof<Point>('zeroCount');
export const POINT_SCALE: usize = offsetof<Point>('scale');
export const POINT_POSITIVE_OFFSET: usize = offsetof<Point>('positiveOffset');
export const POINT_POSITIVE_BUCKET_COUNTS: usize = offsetof<Point>('positiveBucketCounts');
export const POINT_NEGATIVE_OFFSET: usize = offsetof<Point>('negativeOffset');
export const POINT_NEGATIVE_BUCKET_COUNTS: usize = offsetof<Point>('negativeBucketCounts');

export const EXEMPLAR: usize = offsetof<Exemplar>();
export const EXEMPLAR_TIME: usize = offsetof<Exemplar>('timeUnixNano');
export const EXEMPLAR_VALUE: usize = offsetof<Exemplar>('value');
export const EXEMPLAR_SPAN_ID: usize = offsetof<Exemplar>('spanId');
export const EXEMPLAR_TRACE_ID: usize = offsetof<Exemplar>('traceId');

export const QUANTILE: usize = offsetof<Quantile>();
export const QUANTILE_QUANTILE: usize = offsetof<Quantile>('quantile');
export const QUANTILE_VALUE: usize = offsetof<Quantile>('value');
