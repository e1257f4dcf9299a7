import { writeFloat } from './doubles';
import { writeSpanIdOrZeros, writeTraceIdOrZeros } from './ids';
import { writeUnsigned } from './integers';
import { closeList, openList, writeComma } from './lists';
import { writeName } from './literals';
import { writeMap } from './maps';
import { ATTRIBUTES, PARTS } from './memory';
import {
  attributesEnd,
  exemplarSpanId,
  exemplarTraceId,
  exemplarUnixNano,
  filteredAttributesEnd,
  partsEnd,
  readExemplar,
  startUnixNano,
  timeUnixNano,
  value,
} from './points';
import { endOf, Range, startOf } from './range';
import { copy } from './text';
import { writeMetricTime } from './times';
import { readVarint, varint } from './wire';

/** Writers of the columns that rows of several metric kinds have. */

/** The columns that all tables of metrics begin with. */
export enum Column {
  ResourceAttributes,
  ResourceSchemaUrl,
  ScopeName,
  ScopeVersion,
  ScopeAttributes,
  ScopeDroppedAttrCount,
  ScopeSchemaUrl,
  ServiceName,
  MetricName,
  MetricDescription,
  MetricUnit,
  Attributes,
  StartTimeUnix,
  TimeUnix,
  End,
}

/** @param shared the columns before Attributes, and its name. */
export function writePointColumns(begin: usize, slots: usize, shared: Range): usize {
  let at = copy(begin, startOf(shared), endOf(shared));
  at = writeMap(at, ATTRIBUTES, attributesEnd);
  at = writeName(at, slots, Column.StartTimeUnix);
  at = writeMetricTime(at, startUnixNano);
  at = writeName(at, slots, Column.TimeUnix);
  return writeMetricTime(at, timeUnixNano);
}

/** The five columns of exemplars in their order. */
enum ExemplarColumn {
  FilteredAttributes,
  TimeUnix,
  Value,
  SpanId,
  TraceId,
  End,
}

/** @param column the first of the five. */
export function writeExemplars(begin: usize, slots: usize, column: i32): usize {
  let at = begin;
  for (let i: i32 = 0; i < ExemplarColumn.End; i++) {
    at = openList(writeName(at, slots, column + i));
    for (let part = PARTS; part < partsEnd; part += sizeof<Range>()) {
      readExemplar(load<u64>(part));
      switch (i) {
        case ExemplarColumn.FilteredAttributes:
          at = writeMap(at, attributesEnd, filteredAttributesEnd);
          break;
        case ExemplarColumn.TimeUnix:
          at = writeMetricTime(at, exemplarUnixNano);
          break;
        case ExemplarColumn.Value:
          at = writeFloat(at, value);
          break;
        case ExemplarColumn.SpanId:
          at = writeSpanIdOrZeros(at, exemplarSpanId);
          break;
        case ExemplarColumn.TraceId:
          at = writeTraceIdOrZeros(at, exemplarTraceId);
          break;
      }
      at = writeComma(at);
    }
    at = closeList(at);
  }
  return at;
}

/** A list of packed fixed64. */
export function writeFixedCounts(begin: usize, counts: Range): usize {
  let at = openList(begin);
  for (let from = startOf(counts); from < endOf(counts); from += 8) {
    at = writeComma(writeUnsigned(at, load<u64>(from)));
  }
  return closeList(at);
}

/** A list of packed varints, which are looked at here for the first time. */
export function writeVarintCounts(begin: usize, counts: Range): usize {
  let at = openList(begin);
  for (let from = startOf(counts); from < endOf(counts); ) {
    from = readVarint(from, endOf(counts));
    at = writeComma(writeUnsigned(at, varint));
  }
  return closeList(at);
}

/** A list of packed doubles. */
export function writeDoubles(begin: usize, doubles: Range): usize {
  let at = openList(begin);
  for (let from = startOf(doubles); from < endOf(doubles); from += 8) {
    at = writeComma(writeFloat(at, load<f64>(from)));
  }
  return closeList(at);
}
