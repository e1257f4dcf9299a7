import { Kind } from '../generated/columns';
import { Metric } from '../item';
import { Range } from '../range';
import { define, defineMessage, Field, readFields, readWithAttributes, tableOf } from './fields';

/** Metrics, but for their points. */

const METRIC: u32 = 9;
const GAUGE: u32 = 10;
const SUM: u32 = 11;
const HISTOGRAM: u32 = 12;

export const POINT: u8 = 0x0a;

/** The data may come before what it says of its points, so that is read in a pass of its own. */
export function readMetric(metric: Metric, message: Range): void {
  metric.message = message;
  readWithAttributes(message, tableOf(METRIC), metric); // No row has its metadata; this checks it.
  if (metric.kind !== 0) readFields(metric.data, dataTable(metric.kind), changetype<usize>(metric));
}

function dataTable(kind: u32): usize {
  if (kind === Kind.Sum) return tableOf(SUM);
  return tableOf(kind === Kind.Gauge || kind === Kind.Summary ? GAUGE : HISTOGRAM);
}

export function defineMetric(): void {
  const metric = defineMessage(METRIC, 12);
  define(metric, 0x0a, Field.Bytes, offsetof<Metric>('name'));
  define(metric, 0x12, Field.Bytes, offsetof<Metric>('description'));
  define(metric, 0x1a, Field.Bytes, offsetof<Metric>('unit'));
  define(metric, 0x2a, Field.Data, Kind.Gauge);
  define(metric, 0x3a, Field.Data, Kind.Sum);
  define(metric, 0x4a, Field.Data, Kind.Histogram);
  define(metric, 0x52, Field.Data, Kind.ExponentialHistogram);
  define(metric, 0x5a, Field.Data, Kind.Summary);
  define(metric, 0x62, Field.Attribute); // metadata

  define(defineMessage(GAUGE, 3), POINT, Field.SkipBytes); // A summary is the same.

  const sum = defineMessage(SUM, 3);
  define(sum, POINT, Field.SkipBytes);
  define(sum, 0x10, Field.Varint, offsetof<Metric>('temporality'));
  define(sum, 0x18, Field.Bool, offsetof<Metric>('isMonotonic'));

  const histogram = defineMessage(HISTOGRAM, 3); // An exponential histogram is the same.
  define(histogram, POINT, Field.SkipBytes);
  define(histogram, 0x10, Field.Varint, offsetof<Metric>('temporality'));
}
