import { Kind } from '../generated/columns';
import { Exemplar, Point, Quantile } from '../item';
import { SUBMESSAGES, SUBMESSAGES_END } from '../memory';
import { Range } from '../range';
import { checkVarints } from '../wire';
import { elementsEnd, newElement } from './elements';
import {
  beginSubmessages,
  define,
  defineMessage,
  Field,
  readFields,
  readWithAttributes,
  submessagesEnd,
  tableOf,
} from './fields';

/** Data points of all kinds. */

const NUMBER: u32 = 13;
const HISTOGRAM: u32 = 14;
const EXPONENTIAL_HISTOGRAM: u32 = 15;
const POSITIVE_BUCKETS: u32 = 16;
const NEGATIVE_BUCKETS: u32 = 17;
const SUMMARY: u32 = 18;
const EXEMPLAR: u32 = 19;
const QUANTILE: u32 = 20;

export function readPoint(point: Point): void {
  beginSubmessages(SUBMESSAGES, SUBMESSAGES_END);
  readWithAttributes(point.message, pointTable(point.kind), point);
  checkVarints(point.positiveBucketCounts);
  checkVarints(point.negativeBucketCounts);
  point.elements = elementsEnd;
  for (let at = SUBMESSAGES; at < submessagesEnd; at += sizeof<Range>()) {
    if (point.kind === Kind.Summary)
      readFields(load<u64>(at), tableOf(QUANTILE), newElement(offsetof<Quantile>()));
    else
      readWithAttributes(
        load<u64>(at),
        tableOf(EXEMPLAR),
        changetype<Exemplar>(newElement(offsetof<Exemplar>())),
      );
  }
  point.elementsEnd = elementsEnd;
}

function pointTable(kind: u32): usize {
  switch (kind) {
    case Kind.Histogram:
      return tableOf(HISTOGRAM);
    case Kind.ExponentialHistogram:
      return tableOf(EXPONENTIAL_HISTOGRAM);
    case Kind.Summary:
      return tableOf(SUMMARY);
  }
  return tableOf(NUMBER);
}

export function definePoints(): void {
  const number = definePoint(NUMBER, 8);
  define(number, 0x21, Field.Eight, offsetof<Point>('value'));
  define(number, 0x2a, Field.Submessage); // exemplars
  define(number, 0x31, Field.IntegerAsDouble, offsetof<Point>('value'));
  define(number, 0x3a, Field.Attribute);
  define(number, 0x40, Field.Varint, offsetof<Point>('flags'));

  const histogram = definePointOfMany(HISTOGRAM, 12);
  define(histogram, 0x32, Field.PackedEights, offsetof<Point>('bucketCounts'));
  define(histogram, 0x3a, Field.PackedEights, offsetof<Point>('explicitBounds'));
  define(histogram, 0x42, Field.Submessage); // exemplars
  define(histogram, 0x4a, Field.Attribute);
  define(histogram, 0x50, Field.Varint, offsetof<Point>('flags'));
  define(histogram, 0x59, Field.Eight, offsetof<Point>('min'));
  define(histogram, 0x61, Field.Eight, offsetof<Point>('max'));

  const exponential = definePointOfMany(EXPONENTIAL_HISTOGRAM, 14);
  define(exponential, 0x0a, Field.Attribute);
  define(exponential, 0x30, Field.Zigzag, offsetof<Point>('scale'));
  define(exponential, 0x39, Field.Eight, offsetof<Point>('zeroCount'));
  define(exponential, 0x42, Field.Nested, POSITIVE_BUCKETS);
  define(exponential, 0x4a, Field.Nested, NEGATIVE_BUCKETS);
  define(exponential, 0x50, Field.Varint, offsetof<Point>('flags'));
  define(exponential, 0x5a, Field.Submessage); // exemplars
  define(exponential, 0x61, Field.Eight, offsetof<Point>('min'));
  define(exponential, 0x69, Field.Eight, offsetof<Point>('max'));
  define(exponential, 0x71, Field.SkipEight); // zero_threshold

  const positive = defineMessage(POSITIVE_BUCKETS, 2);
  define(positive, 0x08, Field.Zigzag, offsetof<Point>('positiveOffset'));
  define(positive, 0x12, Field.PackedVarints, offsetof<Point>('positiveBucketCounts'));

  const negative = defineMessage(NEGATIVE_BUCKETS, 2);
  define(negative, 0x08, Field.Zigzag, offsetof<Point>('negativeOffset'));
  define(negative, 0x12, Field.PackedVarints, offsetof<Point>('negativeBucketCounts'));

  const summary = definePointOfMany(SUMMARY, 8);
  define(summary, 0x32, Field.Submessage); // quantile_values
  define(summary, 0x3a, Field.Attribute);
  define(summary, 0x40, Field.Varint, offsetof<Point>('flags'));

  const exemplar = defineMessage(EXEMPLAR, 7);
  define(exemplar, 0x11, Field.Eight, offsetof<Exemplar>('timeUnixNano'));
  define(exemplar, 0x19, Field.Eight, offsetof<Exemplar>('value'));
  define(exemplar, 0x22, Field.SpanId, offsetof<Exemplar>('spanId'));
  define(exemplar, 0x2a, Field.TraceId, offsetof<Exemplar>('traceId'));
  define(exemplar, 0x31, Field.IntegerAsDouble, offsetof<Exemplar>('value'));
  define(exemplar, 0x3a, Field.Attribute);

  const quantile = defineMessage(QUANTILE, 2);
  define(quantile, 0x09, Field.Eight, offsetof<Quantile>('quantile'));
  define(quantile, 0x11, Field.Eight, offsetof<Quantile>('value'));
}

/** What points of all kinds have. */
function definePoint(message: u32, fieldNumberMax: u32): usize {
  const point = defineMessage(message, fieldNumberMax);
  define(point, 0x11, Field.Eight, offsetof<Point>('startUnixNano'));
  define(point, 0x19, Field.Eight, offsetof<Point>('timeUnixNano'));
  return point;
}

/** And those that stand for many measured values. */
function definePointOfMany(message: u32, fieldNumberMax: u32): usize {
  const point = definePoint(message, fieldNumberMax);
  define(point, 0x21, Field.Eight, offsetof<Point>('count'));
  define(point, 0x29, Field.Eight, offsetof<Point>('sum'));
  return point;
}
