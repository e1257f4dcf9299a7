import type { RowOf } from '../../tables/row.js';
import type { Exemplar, KeyValue } from '../decode/otlp.js';
import { hexOrZeros, SPAN_ID_BYTES, TRACE_ID_BYTES } from './ids.js';
import type { PointItem } from './items.js';
import type { ResourceContext, ScopeContext } from './resource.js';
import type { Shape } from './shape.js';
import { instant } from './time.js';

/** The columns that all points of one metric share, whatever its kind. */
export type MetricColumns = ReturnType<typeof metricColumns>;

export function metricColumns(metric: PointItem['metric'], resource: ResourceContext, scope: ScopeContext) {
  return {
    ResourceAttributes: resource.attributes,
    ResourceSchemaUrl: resource.schemaUrl,
    ScopeName: scope.name,
    ScopeVersion: scope.version,
    ScopeAttributes: scope.attributes,
    ScopeDroppedAttrCount: scope.droppedAttributesCount,
    ScopeSchemaUrl: scope.schemaUrl,
    ServiceName: resource.serviceName,
    MetricName: metric.name,
    MetricDescription: metric.description,
    MetricUnit: metric.unit,
  } satisfies Partial<RowOf<'gauge'>>;
}

interface DataPoint {
  attributes: KeyValue[];
  startTimeUnixNano: bigint;
  timeUnixNano: bigint;
}

/** The columns that points of all kinds have. */
export function pointColumns(point: DataPoint, shape: Shape) {
  return {
    Attributes: shape.attributes(point.attributes),
    StartTimeUnix: instant(point.startTimeUnixNano),
    TimeUnix: instant(point.timeUnixNano),
  } satisfies Partial<RowOf<'gauge'>>;
}

/** Exemplar ids are never empty: those that are absent are zeros in both formats, as both exporters write them. */
export function exemplarColumns(exemplars: readonly Exemplar[], shape: Shape) {
  return {
    'Exemplars.FilteredAttributes': exemplars.map(exemplar => shape.attributes(exemplar.filteredAttributes)),
    'Exemplars.TimeUnix': exemplars.map(exemplar => instant(exemplar.timeUnixNano)),
    'Exemplars.Value': exemplars.map(numberValue),
    'Exemplars.SpanId': exemplars.map(exemplar => hexOrZeros(exemplar.spanId, SPAN_ID_BYTES)),
    'Exemplars.TraceId': exemplars.map(exemplar => hexOrZeros(exemplar.traceId, TRACE_ID_BYTES)),
  } satisfies Partial<RowOf<'gauge'>>;
}

/** The column is Float64: an integer beyond 2^53 is rounded. A point without a value has 0. */
export function numberValue(point: { asDouble?: number; asInt?: bigint }): number {
  return point.asDouble ?? Number(point.asInt ?? 0n);
}
