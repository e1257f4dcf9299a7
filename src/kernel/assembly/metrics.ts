import { after, readAttribute } from './attributes';
import { EXPONENTIAL_HISTOGRAM, writeExponentialHistogramRow } from './exponential-histogram';
import { GAUGE, writeGaugeRow } from './gauge';
import { HISTOGRAM, writeHistogramRow } from './histogram';
import { reject } from './host';
import { writeUnsigned } from './integers';
import { slotsOf, writeName } from './literals';
import { writeMap } from './maps';
import { ATTRIBUTES, PARTS, reserveFor } from './memory';
import { Column } from './point-columns';
import {
  partsEnd,
  readExponentialHistogramPoint,
  readHistogramPoint,
  readNumberPoint,
  readSummaryPoint,
} from './points';
import { endOf, isEmpty, lengthOf, NOWHERE, Range, range, startOf } from './range';
import {
  CHILD,
  keyOfResource,
  reserveShared,
  resourceAttributes,
  resourceSchemaUrl,
  scopeAttributes,
  scopeDroppedAttributesCount,
  scopeName,
  scopeSchemaUrl,
  scopeVersion,
  serviceName,
} from './resource';
import { countItem, keepRow } from './rows';
import { isEnabled, metricsKey } from './settings';
import { SUM, writeSumRow } from './sum';
import { SUMMARY, writeSummaryRow } from './summary';
import { copy, writeString } from './text';
import { readBytes, readVarint, skipField, skipUnknown, varint } from './wire';

/** The columns that all five kinds begin with have the same names. */
const SLOTS = slotsOf(GAUGE);

/** A metric, as far as its rows need it. */
let name: Range = NOWHERE;
let description: Range = NOWHERE;
let unit: Range = NOWHERE;
/** The Gauge, Sum or other, and which of them, as rows are numbered; of a metric without data 0. */
let data: Range = NOWHERE;
let kind: u32 = 0;
let metadataEnd: usize = ATTRIBUTES;

/** The data of the metric but for its points. */
let temporality: i32 = 0;
let isMonotonic: bool = false;

/** Bytes of a row for each byte of the list of exemplars: a time, a number and ids for those that are empty. */
const PART_EXPANSION: usize = 16;

const POINT: u8 = 0x0a;

/** Writes a row for each data point of a ScopeMetrics. Returns where what was written ends. */
export function explodeMetrics(begin: usize, scopeMetrics: Range): usize {
  reserveShared(begin);
  const shared = range(begin, writeShared(begin));
  let at = endOf(shared);
  const end = endOf(scopeMetrics);
  for (let from = startOf(scopeMetrics); from < end; ) {
    if (load<u8>(from) === CHILD) {
      const metric = readBytes(from + 1, end);
      readMetric(metric);
      reserveFor(at, metric);
      writeMap(at, ATTRIBUTES, metadataEnd); // No row has it; this checks it.
      if (kind !== 0) at = explodePoints(at, metric, shared);
      from = endOf(metric);
    } else {
      from = skipField(from, end);
    }
  }
  return at;
}

function readMetric(metric: Range): void {
  name = NOWHERE;
  description = NOWHERE;
  unit = NOWHERE;
  data = NOWHERE;
  kind = 0;
  metadataEnd = ATTRIBUTES;
  const end = endOf(metric);
  for (let at = startOf(metric); at < end; ) {
    switch (load<u8>(at)) {
      case 0x0a:
        name = readBytes(at + 1, end);
        at = endOf(name);
        break;
      case 0x12:
        description = readBytes(at + 1, end);
        at = endOf(description);
        break;
      case 0x1a:
        unit = readBytes(at + 1, end);
        at = endOf(unit);
        break;
      case 0x2a:
        at = readData(GAUGE, at + 1, end);
        break;
      case 0x3a:
        at = readData(SUM, at + 1, end);
        break;
      case 0x4a:
        at = readData(HISTOGRAM, at + 1, end);
        break;
      case 0x52:
        at = readData(EXPONENTIAL_HISTOGRAM, at + 1, end);
        break;
      case 0x5a:
        at = readData(SUMMARY, at + 1, end);
        break;
      case 0x62:
        at = readAttribute(metadataEnd, at + 1, end);
        metadataEnd = after(metadataEnd);
        break;
      default:
        at = skipUnknown(at, end, 12);
    }
  }
}

function readData(kindOfData: u32, at: usize, end: usize): usize {
  if (kind !== 0) reject(); // The last one would count.
  kind = kindOfData;
  data = readBytes(at, end);
  return endOf(data);
}

function explodePoints(begin: usize, metric: Range, shared: Range): usize {
  readDataFields();
  const enabled = isEnabled(kind);
  let ofMetric = NOWHERE;

  const key = keyOfResource(metricsKey);
  let at = begin;
  const end = endOf(data);
  for (let from = startOf(data); from < end; ) {
    if (load<u8>(from) === POINT) {
      const point = readBytes(from + 1, end);
      countItem();
      readPoint(point);
      if (enabled && isEmpty(ofMetric)) {
        // Where the first row begins, so that nothing lies between the rows of two metrics.
        reserveFor(at, metric, lengthOf(shared));
        ofMetric = range(at, writeOfMetric(at, shared));
      }
      reserveFor(at, point, lengthOf(ofMetric) + (partsEnd - PARTS) * PART_EXPANSION);
      at = keepRow(kind, range(at, writeRow(at, ofMetric)), key);
      from = endOf(point);
    } else {
      from = skipField(from, end);
    }
  }
  return at;
}

/** The fields of the data but for its points, which may come before them. */
function readDataFields(): void {
  temporality = 0;
  isMonotonic = false;
  const end = endOf(data);
  for (let at = startOf(data); at < end; ) {
    const tag = load<u8>(at);
    if (tag === POINT) {
      at = endOf(readBytes(at + 1, end));
    } else if (tag === 0x10 && kind !== GAUGE && kind !== SUMMARY) {
      at = readVarint(at + 1, end);
      temporality = varint as i32;
    } else if (tag === 0x18 && kind === SUM) {
      at = readVarint(at + 1, end);
      isMonotonic = varint !== 0;
    } else {
      at = skipUnknown(at, end, 3);
    }
  }
}

function readPoint(point: Range): void {
  switch (kind) {
    case GAUGE:
    case SUM:
      readNumberPoint(point);
      break;
    case HISTOGRAM:
      readHistogramPoint(point);
      break;
    case EXPONENTIAL_HISTOGRAM:
      readExponentialHistogramPoint(point);
      break;
    case SUMMARY:
      readSummaryPoint(point);
      break;
  }
}

function writeRow(at: usize, shared: Range): usize {
  switch (kind) {
    case GAUGE:
      return writeGaugeRow(at, shared);
    case SUM:
      return writeSumRow(at, shared, temporality, isMonotonic);
    case HISTOGRAM:
      return writeHistogramRow(at, shared, temporality);
    case EXPONENTIAL_HISTOGRAM:
      return writeExponentialHistogramRow(at, shared, temporality);
  }
  return writeSummaryRow(at, shared);
}

/** The columns from ResourceAttributes to ServiceName. */
function writeShared(begin: usize): usize {
  let at = writeName(begin, SLOTS, Column.ResourceAttributes);
  at = copy(at, startOf(resourceAttributes), endOf(resourceAttributes));
  at = writeName(at, SLOTS, Column.ResourceSchemaUrl);
  at = writeString(at, resourceSchemaUrl);
  at = writeName(at, SLOTS, Column.ScopeName);
  at = writeString(at, scopeName);
  at = writeName(at, SLOTS, Column.ScopeVersion);
  at = writeString(at, scopeVersion);
  at = writeName(at, SLOTS, Column.ScopeAttributes);
  at = copy(at, startOf(scopeAttributes), endOf(scopeAttributes));
  at = writeName(at, SLOTS, Column.ScopeDroppedAttrCount);
  at = writeUnsigned(at, scopeDroppedAttributesCount);
  at = writeName(at, SLOTS, Column.ScopeSchemaUrl);
  at = writeString(at, scopeSchemaUrl);
  at = writeName(at, SLOTS, Column.ServiceName);
  return writeString(at, serviceName);
}

/** The columns before Attributes, and its name. */
function writeOfMetric(begin: usize, shared: Range): usize {
  let at = copy(begin, startOf(shared), endOf(shared));
  at = writeName(at, SLOTS, Column.MetricName);
  at = writeString(at, name);
  at = writeName(at, SLOTS, Column.MetricDescription);
  at = writeString(at, description);
  at = writeName(at, SLOTS, Column.MetricUnit);
  at = writeString(at, unit);
  return writeName(at, SLOTS, Column.Attributes);
}
