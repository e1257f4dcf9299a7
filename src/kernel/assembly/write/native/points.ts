import { copy } from '../../copy';
import { Column } from '../../generated/columns';
import { Exemplar, Point, Quantile } from '../../item';
import { endOf, lengthOf, Range, startOf } from '../../range';
import { readVarint, varint } from '../../wire';
import { writeSpanIdOrZeros, writeTraceIdOrZeros } from './ids';
import { beginList } from './lists';
import { writeMap, writeMaps } from './maps';
import { write1, write4, write8, writeFloat } from './numbers';
import { writeMetricTime } from './times';

/** Columns of data points of all kinds. */

export function writePointColumn(at: usize, column: Column, point: Point): usize {
  switch (column) {
    case Column.Attributes:
      return writeMap(at, point);
    case Column.StartTimeUnix:
      return writeMetricTime(at, point.startUnixNano);
    case Column.TimeUnix:
      return writeMetricTime(at, point.timeUnixNano);
    case Column.Value:
      return writeFloat(at, point.value);
    case Column.Flags:
      return write4(at, point.flags);
    case Column.AggregationTemporality:
      return write4(at, point.metric.temporality);
    case Column.IsMonotonic:
      return write1(at, point.metric.isMonotonic);
    case Column.Count:
      return write8(at, point.count);
    case Column.Sum:
      return writeFloat(at, point.sum);
    case Column.Min:
      return writeFloat(at, point.min);
    case Column.Max:
      return writeFloat(at, point.max);
    case Column.BucketCounts:
      return writeFixedCounts(at, point.bucketCounts);
    case Column.ExplicitBounds:
      return writeDoubles(at, point.explicitBounds);
    case Column.Scale:
      return write4(at, point.scale);
    case Column.ZeroCount:
      return write8(at, point.zeroCount);
    case Column.PositiveOffset:
      return write4(at, point.positiveOffset);
    case Column.PositiveBucketCounts:
      return writeVarintCounts(at, point.positiveBucketCounts);
    case Column.NegativeOffset:
      return write4(at, point.negativeOffset);
    case Column.NegativeBucketCounts:
      return writeVarintCounts(at, point.negativeBucketCounts);
    case Column.ExemplarsFilteredAttributes:
    case Column.ExemplarsTimeUnix:
    case Column.ExemplarsValue:
    case Column.ExemplarsSpanId:
    case Column.ExemplarsTraceId:
      return writeExemplars(at, column, point);
    case Column.ValueAtQuantilesQuantile:
    case Column.ValueAtQuantilesValue:
      return writeQuantiles(at, column, point);
  }
  return at;
}

function writeExemplars(begin: usize, column: Column, point: Point): usize {
  const end = point.elementsEnd;
  let at = beginList(begin, end - point.elements, offsetof<Exemplar>());
  if (column === Column.ExemplarsFilteredAttributes) {
    return writeMaps(at, point.elements, end, offsetof<Exemplar>());
  }
  for (let place = point.elements; place < end; place += offsetof<Exemplar>()) {
    const exemplar = changetype<Exemplar>(place);
    switch (column) {
      case Column.ExemplarsTimeUnix:
        at = writeMetricTime(at, exemplar.timeUnixNano);
        break;
      case Column.ExemplarsValue:
        at = writeFloat(at, exemplar.value);
        break;
      case Column.ExemplarsSpanId:
        at = writeSpanIdOrZeros(at, exemplar.spanId);
        break;
      default:
        at = writeTraceIdOrZeros(at, exemplar.traceId);
    }
  }
  return at;
}

function writeQuantiles(begin: usize, column: Column, point: Point): usize {
  let at = beginList(begin, point.elementsEnd - point.elements, offsetof<Quantile>());
  for (let place = point.elements; place < point.elementsEnd; place += offsetof<Quantile>()) {
    const atQuantile = changetype<Quantile>(place);
    at = writeFloat(at, column === Column.ValueAtQuantilesValue ? atQuantile.value : atQuantile.quantile);
  }
  return at;
}

/** A list of packed fixed64, which is the same in the record. */
function writeFixedCounts(at: usize, counts: Range): usize {
  return copy(beginList(at, lengthOf(counts), 8), startOf(counts), endOf(counts));
}

/** A list of packed varints. */
function writeVarintCounts(begin: usize, counts: Range): usize {
  let at = begin + 8;
  for (let from = startOf(counts); from < endOf(counts); ) {
    from = readVarint(from, endOf(counts));
    at = write8(at, varint);
  }
  beginList(begin, at - begin - 8, 8);
  return at;
}

/** A list of packed doubles. */
function writeDoubles(begin: usize, doubles: Range): usize {
  let at = beginList(begin, lengthOf(doubles), 8);
  for (let from = startOf(doubles); from < endOf(doubles); from += 8) {
    at = writeFloat(at, load<f64>(from));
  }
  return at;
}
