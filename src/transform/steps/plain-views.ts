import type { RowKind } from '../../tables/columns.js';
import type { KeyValue } from '../decode/otlp.js';
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from '../explode/ids.js';
import type {
  ExponentialHistogramItem,
  GaugeItem,
  HistogramItem,
  ItemOf,
  LogItem,
  SpanItem,
  SumItem,
  SummaryItem,
} from '../explode/items.js';
import { exemplarColumns, numberValue } from '../explode/metric-columns.js';
import { clickhouseShape } from '../explode/shape-clickhouse.js';
import { eventColumns, linkColumns } from '../explode/traces.js';
import { valueText } from '../explode/value-text.js';
import { type Accessor, type Accessors, createView, type MovingView } from './create-view.js';
import { plainAttributes } from './plain-attributes.js';
import { fieldsOf, RESOURCE, RESOURCE_SCHEMA, SCOPE, SCOPE_DETAILS, SCOPE_DROPPED } from './plain-fields.js';
import { sentValue, settableValue } from './values.js';
import type { AttributesView } from './view.js';
import { spanKindNumber, spanKindWord, statusCodeNumber, statusCodeWord } from './words.js';

const VIEWS: { readonly [Kind in RowKind]: () => MovingView<ItemOf<Kind>> } = {
  traces: () => createView('traces', SPAN),
  logs: () => createView('logs', LOG_RECORD),
  gauge: () => createView('gauge', GAUGE),
  sum: () => createView('sum', SUM),
  histogram: () => createView('histogram', HISTOGRAM),
  exponential_histogram: () => createView('exponential_histogram', EXPONENTIAL_HISTOGRAM),
  summary: () => createView('summary', SUMMARY),
};

/** The view of decoded items of a kind. */
export function createPlainView<Kind extends RowKind>(kind: Kind): MovingView<ItemOf<Kind>> {
  return VIEWS[kind]();
}

/** A column that the view has as rows have it, and that cannot be set. */
const readOnly = <Item, Value>(get: (item: Item) => Value): Accessor<Item, Value> => ({ get });

/** The attributes of each element of a list of a part. */
function elementAttributes<Owner, Element>(
  read: (item: Owner) => readonly Element[],
  write: (item: Owner, elements: Element[]) => void,
  attributesOf: (element: Element) => readonly KeyValue[],
  withAttributes: (element: Element, attributes: KeyValue[]) => Element,
): Accessor<Owner, readonly AttributesView[]> {
  return {
    get: item =>
      read(item).map((_, i) => {
        const element = () => read(item)[i] as Element;
        return plainAttributes(
          () => attributesOf(element()),
          changed => write(item, read(item).with(i, withAttributes(element(), changed))),
        );
      }),
  };
}

const span = fieldsOf<SpanItem, 'span'>('span');
const status = { message: '', code: 0 };
const events = ({ span }: SpanItem) => eventColumns(span.events, clickhouseShape);
const links = ({ span }: SpanItem) => linkColumns(span.links, clickhouseShape);

const SPAN: Accessors<'traces', SpanItem> = {
  ...RESOURCE,
  ...SCOPE,
  Timestamp: {
    ...span.time('startTimeUnixNano'),
    // The duration stays.
    set: (item, value) => {
      const { startTimeUnixNano: start, endTimeUnixNano: end } = item.span;
      const moved = end - start + value;
      span.change(item, {
        startTimeUnixNano: BigInt.asUintN(64, value),
        endTimeUnixNano: BigInt.asUintN(64, moved),
      });
    },
  },
  TraceId: span.id('traceId', 'TraceId', TRACE_ID_BYTES),
  SpanId: span.id('spanId', 'SpanId', SPAN_ID_BYTES),
  ParentSpanId: span.id('parentSpanId', 'ParentSpanId', SPAN_ID_BYTES),
  TraceState: span.field('traceState'),
  SpanName: span.field('name'),
  SpanKind: span.converted('kind', spanKindWord, spanKindNumber),
  SpanAttributes: span.attributes('attributes'),
  Duration: {
    get: ({ span }) => clickhouseShape.duration(span.startTimeUnixNano, span.endTimeUnixNano),
    set: (item, value) =>
      span.change(item, { endTimeUnixNano: BigInt.asUintN(64, item.span.startTimeUnixNano + value) }),
  },
  StatusCode: {
    get: ({ span }) => statusCodeWord(span.status?.code ?? 0),
    set: (item, word) =>
      span.change(item, { status: { ...status, ...item.span.status, code: statusCodeNumber(word) } }),
  },
  StatusMessage: {
    get: ({ span }) => span.status?.message ?? '',
    set: (item, message) => span.change(item, { status: { ...status, ...item.span.status, message } }),
  },
  'Events.Timestamp': readOnly(item => events(item)['Events.Timestamp']),
  'Events.Name': readOnly(item => events(item)['Events.Name']),
  'Events.Attributes': elementAttributes(
    ({ span }) => span.events,
    (item, events) => span.change(item, { events }),
    event => event.attributes,
    (event, attributes) => ({ ...event, attributes }),
  ),
  'Links.TraceId': readOnly(item => links(item)['Links.TraceId']),
  'Links.SpanId': readOnly(item => links(item)['Links.SpanId']),
  'Links.TraceState': readOnly(item => links(item)['Links.TraceState']),
  'Links.Attributes': elementAttributes(
    ({ span }) => span.links,
    (item, links) => span.change(item, { links }),
    link => link.attributes,
    (link, attributes) => ({ ...link, attributes }),
  ),
};

const logRecord = fieldsOf<LogItem, 'logRecord'>('logRecord');
const lowByte = (value: number) => value & 0xff;
const same = (value: number) => value;

const LOG_RECORD: Accessors<'logs', LogItem> = {
  ...RESOURCE,
  ...RESOURCE_SCHEMA,
  ...SCOPE,
  ...SCOPE_DETAILS,
  Timestamp: {
    get: ({ logRecord }) => BigInt.asIntN(64, logRecord.timeUnixNano || logRecord.observedTimeUnixNano),
    // Of a time of 0, the row has the other one.
    set: (item, value) => {
      const time = BigInt.asUintN(64, value);
      logRecord.change(item, { timeUnixNano: time, observedTimeUnixNano: time });
    },
  },
  TraceId: logRecord.id('traceId', 'TraceId', TRACE_ID_BYTES),
  SpanId: logRecord.id('spanId', 'SpanId', SPAN_ID_BYTES),
  TraceFlags: logRecord.converted('flags', lowByte, same),
  SeverityText: logRecord.field('severityText'),
  SeverityNumber: logRecord.converted('severityNumber', lowByte, same),
  Body: logRecord.converted('body', valueText, stringValue => ({ stringValue })),
  BodyValue: {
    get: ({ logRecord }) => sentValue(logRecord.body),
    set: (item, value) =>
      logRecord.change(item, value === undefined ? {} : { body: settableValue('the body', value) }),
  },
  LogAttributes: logRecord.attributes('attributes'),
  EventName: logRecord.field('eventName'),
};

/** What data points of all kinds have. */
interface Point {
  metric: { name: string; description: string; unit: string };
  point: {
    attributes: KeyValue[];
    startTimeUnixNano: bigint;
    timeUnixNano: bigint;
    flags: number;
  };
}

const metric = fieldsOf<Point, 'metric'>('metric');
const point = fieldsOf<Point, 'point'>('point');

const POINT = {
  ...RESOURCE,
  ...RESOURCE_SCHEMA,
  ...SCOPE,
  ...SCOPE_DETAILS,
  ...SCOPE_DROPPED,
  MetricName: metric.field('name'),
  MetricDescription: metric.field('description'),
  MetricUnit: metric.field('unit'),
  Attributes: point.attributes('attributes'),
  StartTimeUnix: point.time('startTimeUnixNano'),
  TimeUnix: point.time('timeUnixNano'),
  Flags: point.field('flags'),
};

type PointWithExemplars = GaugeItem | SumItem | HistogramItem | ExponentialHistogramItem;

const pointWithExemplars = fieldsOf<{ point: Pick<PointWithExemplars['point'], 'exemplars'> }, 'point'>(
  'point',
);
const exemplars = ({ point }: PointWithExemplars) => exemplarColumns(point.exemplars, clickhouseShape);

const EXEMPLARS = {
  'Exemplars.FilteredAttributes': elementAttributes(
    ({ point }: PointWithExemplars) => point.exemplars,
    (item, exemplars) => pointWithExemplars.change(item, { exemplars }),
    exemplar => exemplar.filteredAttributes,
    (exemplar, filteredAttributes) => ({ ...exemplar, filteredAttributes }),
  ),
  'Exemplars.TimeUnix': readOnly((item: PointWithExemplars) => exemplars(item)['Exemplars.TimeUnix']),
  'Exemplars.Value': readOnly((item: PointWithExemplars) => exemplars(item)['Exemplars.Value']),
  'Exemplars.SpanId': readOnly((item: PointWithExemplars) => exemplars(item)['Exemplars.SpanId']),
  'Exemplars.TraceId': readOnly((item: PointWithExemplars) => exemplars(item)['Exemplars.TraceId']),
};

const VALUE: { Value: Accessor<GaugeItem | SumItem, number> } = {
  Value: {
    get: ({ point }) => numberValue(point),
    set: (item, asDouble) => {
      const { asInt: _, ...rest } = item.point;
      item.point = { ...rest, asDouble };
    },
  },
};

const GAUGE: Accessors<'gauge', GaugeItem> = { ...POINT, ...VALUE, ...EXEMPLARS };

const sum = fieldsOf<SumItem, 'data'>('data');

const SUM: Accessors<'sum', SumItem> = {
  ...POINT,
  ...VALUE,
  ...EXEMPLARS,
  AggregationTemporality: sum.field('aggregationTemporality'),
  IsMonotonic: sum.field('isMonotonic'),
};

const histogram = fieldsOf<HistogramItem, 'point'>('point');

const HISTOGRAM: Accessors<'histogram', HistogramItem> = {
  ...POINT,
  ...EXEMPLARS,
  Count: histogram.field('count'),
  Sum: histogram.optional('sum'),
  Min: histogram.optional('min'),
  Max: histogram.optional('max'),
  BucketCounts: readOnly(({ point }) => point.bucketCounts),
  ExplicitBounds: readOnly(({ point }) => point.explicitBounds),
  AggregationTemporality: fieldsOf<HistogramItem, 'data'>('data').field('aggregationTemporality'),
};

const exponential = fieldsOf<ExponentialHistogramItem, 'point'>('point');

/** The offset of the buckets on one side, which need not be there. */
const offset = (side: 'positive' | 'negative'): Accessor<ExponentialHistogramItem, number> => ({
  get: ({ point }) => point[side]?.offset ?? 0,
  set: (item, offset) =>
    exponential.change(item, { [side]: { bucketCounts: item.point[side]?.bucketCounts ?? [], offset } }),
});

const EXPONENTIAL_HISTOGRAM: Accessors<'exponential_histogram', ExponentialHistogramItem> = {
  ...POINT,
  ...EXEMPLARS,
  Count: exponential.field('count'),
  Sum: exponential.optional('sum'),
  Min: exponential.optional('min'),
  Max: exponential.optional('max'),
  Scale: exponential.field('scale'),
  ZeroCount: exponential.field('zeroCount'),
  PositiveOffset: offset('positive'),
  PositiveBucketCounts: readOnly(({ point }) => point.positive?.bucketCounts ?? []),
  NegativeOffset: offset('negative'),
  NegativeBucketCounts: readOnly(({ point }) => point.negative?.bucketCounts ?? []),
  AggregationTemporality: fieldsOf<ExponentialHistogramItem, 'data'>('data').field('aggregationTemporality'),
};

const summary = fieldsOf<SummaryItem, 'point'>('point');

const SUMMARY: Accessors<'summary', SummaryItem> = {
  ...POINT,
  Count: summary.field('count'),
  Sum: summary.field('sum'),
  'ValueAtQuantiles.Quantile': readOnly(({ point }) => point.quantileValues.map(({ quantile }) => quantile)),
  'ValueAtQuantiles.Value': readOnly(({ point }) => point.quantileValues.map(({ value }) => value)),
};
