import type { RowKind } from '../../tables/columns.js';
import { decodeValue } from '../../transform/decode/protobuf.js';
import { hexOrEmpty, hexOrZeros, SPAN_ID_BYTES, TRACE_ID_BYTES } from '../../transform/explode/ids.js';
import { instant } from '../../transform/explode/time.js';
import { valueText } from '../../transform/explode/value-text.js';
import { type Accessor, createView, type MovingView } from '../../transform/steps/create-view.js';
import { sentValue } from '../../transform/steps/values.js';
import {
  spanKindNumber,
  spanKindWord,
  statusCodeNumber,
  statusCodeWord,
} from '../../transform/steps/words.js';
import type { ItemMemory } from './item-memory.js';
import { elementsAt, fieldsAt } from './kernel-fields.js';
import { placesOf } from './places.js';
import { readVarints } from './varints.js';
import { wireText, wireValue } from './wire-value.js';

/** The views of items in the kernel's memory, by kind. Items are told by their addresses. */
export function createKernelViews(memory: ItemMemory): Record<RowKind, MovingView<number>> {
  const { layout } = memory;
  const places = placesOf(memory);
  const item = fieldsAt(memory, places.item);
  const resource = fieldsAt(memory, places.resource);
  const scope = fieldsAt(memory, places.scope);
  const metric = fieldsAt(memory, places.metric);

  const resourceAttributes = resource.attributes();

  const RESOURCE = {
    ServiceName: {
      get: (item: number) => resourceAttributes.get(item).get('service.name') ?? '',
      set: (item: number, name: string) => resourceAttributes.get(item).set('service.name', name),
    },
    ResourceAttributes: resourceAttributes,
  };
  const RESOURCE_SCHEMA = { ResourceSchemaUrl: resource.text(layout.RESOURCE_SCHEMA_URL) };
  const SCOPE = { ScopeName: scope.text(layout.SCOPE_NAME), ScopeVersion: scope.text(layout.SCOPE_VERSION) };
  const SCOPE_DETAILS = {
    ScopeAttributes: scope.attributes(),
    ScopeSchemaUrl: scope.text(layout.SCOPE_SCHEMA_URL),
  };

  const events = elementsAt(memory, {
    first: layout.SPAN_EVENTS,
    end: layout.SPAN_EVENTS_END,
    size: layout.EVENT,
  });
  const links = elementsAt(memory, {
    first: layout.SPAN_LINKS,
    end: layout.SPAN_LINKS_END,
    size: layout.LINK,
  });
  const start = item.u64(layout.SPAN_START);
  const end = item.u64(layout.SPAN_END);
  const duration: Accessor<number, bigint> = {
    get: span => BigInt.asUintN(64, end.get(span) - start.get(span)),
    set: (span, value) => end.set?.(span, BigInt.asUintN(64, start.get(span) + value)),
  };

  const traces = createView<'traces', number>('traces', {
    ...RESOURCE,
    ...SCOPE,
    Timestamp: {
      get: span => instant(start.get(span)),
      set: (span, value) => {
        const stays = duration.get(span);
        start.set?.(span, BigInt.asUintN(64, value));
        duration.set?.(span, stays);
      },
    },
    TraceId: item.id(layout.SPAN_TRACE_ID, 'TraceId', TRACE_ID_BYTES),
    SpanId: item.id(layout.SPAN_SPAN_ID, 'SpanId', SPAN_ID_BYTES),
    ParentSpanId: item.id(layout.SPAN_PARENT_SPAN_ID, 'ParentSpanId', SPAN_ID_BYTES),
    TraceState: item.text(layout.SPAN_TRACE_STATE),
    SpanName: item.text(layout.SPAN_NAME),
    SpanKind: item.converted(item.u32(layout.SPAN_KIND), spanKindWord, spanKindNumber),
    SpanAttributes: item.attributes(),
    Duration: duration,
    StatusCode: item.converted(item.u32(layout.SPAN_STATUS_CODE), statusCodeWord, statusCodeNumber),
    StatusMessage: item.text(layout.SPAN_STATUS_MESSAGE),
    'Events.Timestamp': events.time(layout.EVENT_TIME),
    'Events.Name': events.text(layout.EVENT_NAME),
    'Events.Attributes': events.attributes(),
    'Links.TraceId': links.id(layout.LINK_TRACE_ID, hexOrEmpty),
    'Links.SpanId': links.id(layout.LINK_SPAN_ID, hexOrEmpty),
    'Links.TraceState': links.text(layout.LINK_TRACE_STATE),
    'Links.Attributes': links.attributes(),
  });

  const time = item.u64(layout.LOG_TIME);
  const observedTime = item.u64(layout.LOG_OBSERVED_TIME);
  const lowByte = (value: number) => value & 0xff;
  const same = (value: number) => value;

  const logs = createView<'logs', number>('logs', {
    ...RESOURCE,
    ...RESOURCE_SCHEMA,
    ...SCOPE,
    ...SCOPE_DETAILS,
    Timestamp: {
      get: log => instant(time.get(log) || observedTime.get(log)),
      set: (log, value) => {
        time.set?.(log, BigInt.asUintN(64, value));
        observedTime.set?.(log, BigInt.asUintN(64, value));
      },
    },
    TraceId: item.id(layout.LOG_TRACE_ID, 'TraceId', TRACE_ID_BYTES),
    SpanId: item.id(layout.LOG_SPAN_ID, 'SpanId', SPAN_ID_BYTES),
    TraceFlags: item.converted(item.u32(layout.LOG_FLAGS), lowByte, same),
    SeverityText: item.text(layout.LOG_SEVERITY_TEXT),
    SeverityNumber: item.converted(item.u32(layout.LOG_SEVERITY_NUMBER), lowByte, same),
    Body: {
      get: log => valueText(decodeValue(item.range(layout.LOG_BODY)(log))),
      set: (log, text) => memory.setBytes(log, log + layout.LOG_BODY, wireText(text)),
    },
    BodyValue: {
      // A copy: what is in the memory is soon something else.
      get: log => sentValue(decodeValue(Buffer.from(item.range(layout.LOG_BODY)(log)))),
      set: (log, value) => {
        if (value !== undefined)
          memory.setBytes(
            log,
            log + layout.LOG_BODY,
            wireValue(() => 'the body', value),
          );
      },
    },
    LogAttributes: item.attributes(),
    EventName: item.text(layout.LOG_EVENT_NAME),
  });

  const elements = { first: layout.POINT_ELEMENTS, end: layout.POINT_ELEMENTS_END };
  const exemplars = elementsAt(memory, { ...elements, size: layout.EXEMPLAR });
  const quantiles = elementsAt(memory, { ...elements, size: layout.QUANTILE });

  const POINT = {
    ...RESOURCE,
    ...RESOURCE_SCHEMA,
    ...SCOPE,
    ...SCOPE_DETAILS,
    ScopeDroppedAttrCount: scope.u32(layout.SCOPE_DROPPED),
    MetricName: metric.text(layout.METRIC_NAME),
    MetricDescription: metric.text(layout.METRIC_DESCRIPTION),
    MetricUnit: metric.text(layout.METRIC_UNIT),
    Attributes: item.attributes(),
    StartTimeUnix: item.time(layout.POINT_START),
    TimeUnix: item.time(layout.POINT_TIME),
    Flags: item.u32(layout.POINT_FLAGS),
  };
  const EXEMPLARS = {
    'Exemplars.FilteredAttributes': exemplars.attributes(),
    'Exemplars.TimeUnix': exemplars.time(layout.EXEMPLAR_TIME),
    'Exemplars.Value': exemplars.f64(layout.EXEMPLAR_VALUE),
    'Exemplars.SpanId': exemplars.id(layout.EXEMPLAR_SPAN_ID, id => hexOrZeros(id, SPAN_ID_BYTES)),
    'Exemplars.TraceId': exemplars.id(layout.EXEMPLAR_TRACE_ID, id => hexOrZeros(id, TRACE_ID_BYTES)),
  };
  const VALUE = { Value: item.f64(layout.POINT_VALUE) };
  const TEMPORALITY = { AggregationTemporality: metric.i32(layout.METRIC_TEMPORALITY) };
  const COUNT = { Count: item.u64(layout.POINT_COUNT), Sum: item.f64(layout.POINT_SUM) };
  const ENDS = { Min: item.f64(layout.POINT_MIN), Max: item.f64(layout.POINT_MAX) };
  const varints = (offset: number): Accessor<number, readonly bigint[]> => ({
    get: point => readVarints(item.range(offset)(point)),
  });

  return {
    traces,
    logs,
    gauge: createView<'gauge', number>('gauge', { ...POINT, ...VALUE, ...EXEMPLARS }),
    sum: createView<'sum', number>('sum', {
      ...POINT,
      ...VALUE,
      ...EXEMPLARS,
      ...TEMPORALITY,
      IsMonotonic: metric.converted(metric.u32(layout.METRIC_IS_MONOTONIC), Boolean, Number),
    }),
    histogram: createView<'histogram', number>('histogram', {
      ...POINT,
      ...COUNT,
      ...ENDS,
      ...EXEMPLARS,
      ...TEMPORALITY,
      BucketCounts: {
        get: point => eights(item.range(layout.POINT_BUCKET_COUNTS)(point), 'readBigUInt64LE'),
      },
      ExplicitBounds: {
        get: point => eights(item.range(layout.POINT_EXPLICIT_BOUNDS)(point), 'readDoubleLE'),
      },
    }),
    exponential_histogram: createView<'exponential_histogram', number>('exponential_histogram', {
      ...POINT,
      ...COUNT,
      ...ENDS,
      ...EXEMPLARS,
      ...TEMPORALITY,
      Scale: item.i32(layout.POINT_SCALE),
      ZeroCount: item.u64(layout.POINT_ZERO_COUNT),
      PositiveOffset: item.i32(layout.POINT_POSITIVE_OFFSET),
      PositiveBucketCounts: varints(layout.POINT_POSITIVE_BUCKET_COUNTS),
      NegativeOffset: item.i32(layout.POINT_NEGATIVE_OFFSET),
      NegativeBucketCounts: varints(layout.POINT_NEGATIVE_BUCKET_COUNTS),
    }),
    summary: createView<'summary', number>('summary', {
      ...POINT,
      ...COUNT,
      'ValueAtQuantiles.Quantile': quantiles.f64(layout.QUANTILE_QUANTILE),
      'ValueAtQuantiles.Value': quantiles.f64(layout.QUANTILE_VALUE),
    }),
  };
}

/** Numbers of eight bytes, one behind the other. */
function eights<Read extends 'readBigUInt64LE' | 'readDoubleLE'>(
  bytes: Buffer,
  read: Read,
): ReturnType<Buffer[Read]>[] {
  return Array.from({ length: bytes.length / 8 }, (_, i) => bytes[read](8 * i) as ReturnType<Buffer[Read]>);
}
