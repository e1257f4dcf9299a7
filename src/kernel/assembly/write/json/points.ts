import { Column } from '../../generated/columns';
import { Exemplar, Point, Quantile } from '../../item';
import { endOf, Range, startOf } from '../../range';
import { readVarint, varint } from '../../wire';
import { writeSigned, writeUnsigned } from '../integers';
import { writeWord } from '../text';
import { writeFloat } from './floats';
import { writeSpanIdOrZeros, writeTraceIdOrZeros } from './ids';
import { closePointList, openList, writeComma } from './lists';
import { writeMap } from './maps';
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
      return writeUnsigned(at, point.flags);
    case Column.AggregationTemporality:
      return writeSigned(at, point.metric.temporality);
    case Column.IsMonotonic:
      return writeWord(at, point.metric.isMonotonic ? 'true' : 'false');
    case Column.Count:
      return writeUnsigned(at, point.count);
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
      return writeSigned(at, point.scale);
    case Column.ZeroCount:
      return writeUnsigned(at, point.zeroCount);
    case Column.PositiveOffset:
      return writeSigned(at, point.positiveOffset);
    case Column.PositiveBucketCounts:
      return writeVarintCounts(at, point.positiveBucketCounts);
    case Column.NegativeOffset:
      return writeSigned(at, point.negativeOffset);
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
  let at = openList(begin);
  for (let place = point.elements; place < point.elementsEnd; place += offsetof<Exemplar>()) {
    const exemplar = changetype<Exemplar>(place);
    switch (column) {
      case Column.ExemplarsFilteredAttributes:
        at = writeMap(at, exemplar);
        break;
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
    at = writeComma(at);
  }
  return closePointList(at);
}

function writeQuantiles(begin: usize, column: Column, point: Point): usize {
  let at = openList(begin);
  for (let place = point.elements; place < point.elementsEnd; place += offsetof<Quantile>()) {
    const atQuantile = changetype<Quantile>(place);
    const value = column === Column.ValueAtQuantilesValue ? atQuantile.value : atQuantile.quantile;
    at = writeComma(writeFloat(at, value));
  }
  return closePointList(at);
}

/** A list of packed fixed64. */
function writeFixedCounts(begin: usize, counts: Range): usize {
  let at = openList(begin);
  for (let from = startOf(counts); from < endOf(counts); from += 8) {
    at = writeComma(writeUnsigned(at, load<u64>(from)));
  }
  return closePointList(at);
}

/** A list of packed varints. */
function writeVarintCounts(begin: usize, counts: Range): usize {
  let at = openList(begin);
  for (let from = startOf(counts); from < endOf(counts); ) {
    from = readVarint(from, endOf(counts));
    at = writeComma(writeUnsigned(at, varint));
  }
  return closePointList(at);
}

/** A list of packed doubles. */
function writeDoubles(begin: usize, doubles: Range): usize {
  let at = openList(begin);
  for (let from = startOf(doubles); from < endOf(doubles); from += 8) {
    at = writeComma(writeFloat(at, load<f64>(from)));
  }
  return closePointList(at);
}
