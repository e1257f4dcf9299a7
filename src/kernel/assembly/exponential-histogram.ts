import { writeFloat } from './doubles';
import { writeSigned, writeUnsigned } from './integers';
import { slotsOf, writeName } from './literals';
import { Column as Common, writeExemplars, writePointColumns, writeVarintCounts } from './point-columns';
import {
  count,
  flags,
  negativeBucketCounts,
  negativeOffset,
  pointMax,
  pointMin,
  positiveBucketCounts,
  positiveOffset,
  scale,
  sum,
  zeroCount,
} from './points';
import { Range } from './range';

/** The columns behind the common ones, in the order of the table. */
enum Column {
  Count = Common.End,
  Sum,
  Scale,
  ZeroCount,
  PositiveOffset,
  PositiveBucketCounts,
  NegativeOffset,
  NegativeBucketCounts,
  Exemplars,
  Flags = Exemplars + 5,
  Min,
  Max,
  AggregationTemporality,
  End,
}

export const EXPONENTIAL_HISTOGRAM = 5;
const SLOTS = slotsOf(EXPONENTIAL_HISTOGRAM);

export function writeExponentialHistogramRow(begin: usize, shared: Range, temporality: i32): usize {
  let at = writePointColumns(begin, SLOTS, shared);
  at = writeName(at, SLOTS, Column.Count);
  at = writeUnsigned(at, count);
  at = writeName(at, SLOTS, Column.Sum);
  at = writeFloat(at, sum);
  at = writeName(at, SLOTS, Column.Scale);
  at = writeSigned(at, scale);
  at = writeName(at, SLOTS, Column.ZeroCount);
  at = writeUnsigned(at, zeroCount);
  at = writeName(at, SLOTS, Column.PositiveOffset);
  at = writeSigned(at, positiveOffset);
  at = writeName(at, SLOTS, Column.PositiveBucketCounts);
  at = writeVarintCounts(at, positiveBucketCounts);
  at = writeName(at, SLOTS, Column.NegativeOffset);
  at = writeSigned(at, negativeOffset);
  at = writeName(at, SLOTS, Column.NegativeBucketCounts);
  at = writeVarintCounts(at, negativeBucketCounts);
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
