import { writeFloat } from './doubles';
import { writeSigned, writeUnsigned } from './integers';
import { slotsOf, writeName } from './literals';
import {
  Column as Common,
  writeDoubles,
  writeExemplars,
  writeFixedCounts,
  writePointColumns,
} from './point-columns';
import { bucketCounts, count, explicitBounds, flags, pointMax, pointMin, sum } from './points';
import { Range } from './range';

/** The columns behind the common ones, in the order of the table. */
enum Column {
  Count = Common.End,
  Sum,
  BucketCounts,
  ExplicitBounds,
  Exemplars,
  Flags = Exemplars + 5,
  Min,
  Max,
  AggregationTemporality,
  End,
}

export const HISTOGRAM = 4;
const SLOTS = slotsOf(HISTOGRAM);

export function writeHistogramRow(begin: usize, shared: Range, temporality: i32): usize {
  let at = writePointColumns(begin, SLOTS, shared);
  at = writeName(at, SLOTS, Column.Count);
  at = writeUnsigned(at, count);
  at = writeName(at, SLOTS, Column.Sum);
  at = writeFloat(at, sum);
  at = writeName(at, SLOTS, Column.BucketCounts);
  at = writeFixedCounts(at, bucketCounts);
  at = writeName(at, SLOTS, Column.ExplicitBounds);
  at = writeDoubles(at, explicitBounds);
  at = writeExemplars(at, SLOTS, Column.Exemplars);
  at = writeName(at, SLOTS, Column.Flags);
  at = writeUnsigned(at, flags);
  at = writeName(at, SLOTS, Column.Min);
  at = writeFloat(at, pointMin);
  at = writeName(at, SLOTS, Column.Max);
  at = writeFloat(at, pointMax);
  at = writeName(at, SLOTS, Column.AggregationTemporality);
  at = writeSigned(at, temporality);
  return writeName(at, SLOTS, Column.End);
}
