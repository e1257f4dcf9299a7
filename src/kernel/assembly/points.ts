import { after, readAttribute } from './attributes';
import { reject } from './host';
import { readId, SPAN_ID_BYTES, TRACE_ID_BYTES } from './ids';
import { ATTRIBUTES, PARTS, PARTS_END } from './memory';
import { endOf, lengthOf, NOWHERE, Range, startOf } from './range';
import { readBytes, readVarint, skip8, skipUnknown, varint } from './wire';

/** Readers of the four types of data points. What was read stays until the next is. */

/** A data point of any type. Its attributes are entries from `ATTRIBUTES` up to `attributesEnd`. */
export let startUnixNano: u64 = 0;
export let timeUnixNano: u64 = 0;
export let attributesEnd: usize = ATTRIBUTES;
export let flags: u32 = 0;
/** Exemplars, or the quantiles of a summary: ranges from `PARTS` on. */
export let partsEnd: usize = PARTS;

/** Of a NumberDataPoint or an exemplar; an integer beyond 2^53 is rounded. */
export let value: f64 = 0;

/** Of histograms and summaries. */
export let count: u64 = 0;
export let sum: f64 = 0;
export let pointMin: f64 = 0;
export let pointMax: f64 = 0;
/** Fixed64 after fixed64. */
export let bucketCounts: Range = NOWHERE;
/** Double after double. */
export let explicitBounds: Range = NOWHERE;

/** Of exponential histograms. Buckets are varint after varint. */
export let scale: i32 = 0;
export let zeroCount: u64 = 0;
export let positiveOffset: i32 = 0;
export let positiveBucketCounts: Range = NOWHERE;
export let negativeOffset: i32 = 0;
export let negativeBucketCounts: Range = NOWHERE;

/** Of an exemplar. Its attributes are entries from `attributesEnd` up to `filteredAttributesEnd`. */
export let exemplarTraceId: Range = NOWHERE;
export let exemplarSpanId: Range = NOWHERE;
export let exemplarUnixNano: u64 = 0;
export let filteredAttributesEnd: usize = ATTRIBUTES;

/** Of a summary's quantile. */
export let quantile: f64 = 0;
export let quantileValue: f64 = 0;

export function readNumberPoint(point: Range): void {
  beginPoint();
  const end = endOf(point);
  for (let at = startOf(point); at < end; ) {
    switch (load<u8>(at)) {
      case 0x3a:
        at = readPointAttribute(at + 1, end);
        break;
      case 0x11:
        startUnixNano = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x19:
        timeUnixNano = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x21:
        value = load<f64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x31:
        value = load<i64>(at, 1) as f64;
        at = skip8(at + 1, end);
        break;
      case 0x2a:
        at = readPart(at + 1, end);
        break;
      case 0x40:
        at = readFlags(at + 1, end);
        break;
      default:
        at = skipUnknown(at, end, 8);
    }
  }
}

export function readHistogramPoint(point: Range): void {
  beginPoint();
  bucketCounts = NOWHERE;
  explicitBounds = NOWHERE;
  const end = endOf(point);
  for (let at = startOf(point); at < end; ) {
    switch (load<u8>(at)) {
      case 0x4a:
        at = readPointAttribute(at + 1, end);
        break;
      case 0x11:
        startUnixNano = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x19:
        timeUnixNano = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x21:
        count = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x29:
        sum = load<f64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x32:
        bucketCounts = readEights(bucketCounts, at + 1, end);
        at = endOf(bucketCounts);
        break;
      case 0x3a:
        explicitBounds = readEights(explicitBounds, at + 1, end);
        at = endOf(explicitBounds);
        break;
      case 0x42:
        at = readPart(at + 1, end);
        break;
      case 0x50:
        at = readFlags(at + 1, end);
        break;
      case 0x59:
        pointMin = load<f64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x61:
        pointMax = load<f64>(at, 1);
        at = skip8(at + 1, end);
        break;
      default:
        at = skipUnknown(at, end, 12);
    }
  }
}

export function readExponentialHistogramPoint(point: Range): void {
  beginPoint();
  scale = 0;
  zeroCount = 0;
  let positive = NOWHERE;
  let negative = NOWHERE;
  const end = endOf(point);
  for (let at = startOf(point); at < end; ) {
    switch (load<u8>(at)) {
      case 0x0a:
        at = readPointAttribute(at + 1, end);
        break;
      case 0x11:
        startUnixNano = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x19:
        timeUnixNano = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x21:
        count = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x29:
        sum = load<f64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x30:
        at = readVarint(at + 1, end);
        scale = zigzag(varint);
        break;
      case 0x39:
        zeroCount = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x42:
        positive = readOnce(positive, at + 1, end);
        at = endOf(positive);
        break;
      case 0x4a:
        negative = readOnce(negative, at + 1, end);
        at = endOf(negative);
        break;
      case 0x50:
        at = readFlags(at + 1, end);
        break;
      case 0x5a:
        at = readPart(at + 1, end);
        break;
      case 0x61:
        pointMin = load<f64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x69:
        pointMax = load<f64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x71: // zero_threshold
        at = skip8(at + 1, end);
        break;
      default:
        at = skipUnknown(at, end, 14);
    }
  }
  positiveBucketCounts = readBuckets(positive);
  positiveOffset = bucketsOffset;
  negativeBucketCounts = readBuckets(negative);
  negativeOffset = bucketsOffset;
}

export function readSummaryPoint(point: Range): void {
  beginPoint();
  const end = endOf(point);
  for (let at = startOf(point); at < end; ) {
    switch (load<u8>(at)) {
      case 0x3a:
        at = readPointAttribute(at + 1, end);
        break;
      case 0x11:
        startUnixNano = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x19:
        timeUnixNano = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x21:
        count = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x29:
        sum = load<f64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x32:
        at = readPart(at + 1, end);
        break;
      case 0x40:
        at = readFlags(at + 1, end);
        break;
      default:
        at = skipUnknown(at, end, 8);
    }
  }
}

export function readExemplar(exemplar: Range): void {
  exemplarTraceId = NOWHERE;
  exemplarSpanId = NOWHERE;
  exemplarUnixNano = 0;
  filteredAttributesEnd = attributesEnd;
  value = 0;
  const end = endOf(exemplar);
  for (let at = startOf(exemplar); at < end; ) {
    switch (load<u8>(at)) {
      case 0x3a:
        at = readAttribute(filteredAttributesEnd, at + 1, end);
        filteredAttributesEnd = after(filteredAttributesEnd);
        break;
      case 0x11:
        exemplarUnixNano = load<u64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x19:
        value = load<f64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x31:
        value = load<i64>(at, 1) as f64;
        at = skip8(at + 1, end);
        break;
      case 0x22:
        exemplarSpanId = readId(at + 1, end, SPAN_ID_BYTES);
        at = endOf(exemplarSpanId);
        break;
      case 0x2a:
        exemplarTraceId = readId(at + 1, end, TRACE_ID_BYTES);
        at = endOf(exemplarTraceId);
        break;
      default:
        at = skipUnknown(at, end, 7);
    }
  }
}

export function readQuantile(valueAtQuantile: Range): void {
  quantile = 0;
  quantileValue = 0;
  const end = endOf(valueAtQuantile);
  for (let at = startOf(valueAtQuantile); at < end; ) {
    switch (load<u8>(at)) {
      case 0x09:
        quantile = load<f64>(at, 1);
        at = skip8(at + 1, end);
        break;
      case 0x11:
        quantileValue = load<f64>(at, 1);
        at = skip8(at + 1, end);
        break;
      default:
        at = skipUnknown(at, end, 2);
    }
  }
}

/** What a point does not say is zero or empty. */
function beginPoint(): void {
  startUnixNano = 0;
  timeUnixNano = 0;
  attributesEnd = ATTRIBUTES;
  flags = 0;
  partsEnd = PARTS;
  value = 0;
  count = 0;
  sum = 0;
  pointMin = 0;
  pointMax = 0;
}

function readPointAttribute(at: usize, end: usize): usize {
  const attributeEnd = readAttribute(attributesEnd, at, end);
  attributesEnd = after(attributesEnd);
  return attributeEnd;
}

function readFlags(at: usize, end: usize): usize {
  const flagsEnd = readVarint(at, end);
  flags = varint as u32;
  return flagsEnd;
}

function readPart(at: usize, end: usize): usize {
  const part = readBytes(at, end);
  if (partsEnd >= PARTS_END) reject();
  store<u64>(partsEnd, part);
  partsEnd += sizeof<Range>();
  return endOf(part);
}

/** A message that may come only once: two would have to be merged. */
function readOnce(before: Range, at: usize, end: usize): Range {
  if (before !== NOWHERE) reject();
  return readBytes(at, end);
}

/** A packed list of numbers of eight bytes, the only one: a second would have to be appended. */
function readEights(before: Range, at: usize, end: usize): Range {
  const list = readOnce(before, at, end);
  if (lengthOf(list) % 8 !== 0) reject();
  return list;
}

let bucketsOffset: i32 = 0;

/** The packed counts; the offset is in `bucketsOffset`. */
function readBuckets(buckets: Range): Range {
  bucketsOffset = 0;
  let counts = NOWHERE;
  const end = endOf(buckets);
  for (let at = startOf(buckets); at < end; ) {
    switch (load<u8>(at)) {
      case 0x08:
        at = readVarint(at + 1, end);
        bucketsOffset = zigzag(varint);
        break;
      case 0x12:
        counts = readOnce(counts, at + 1, end);
        at = endOf(counts);
        break;
      default:
        at = skipUnknown(at, end, 2);
    }
  }
  return counts;
}

/** The zigzag is undone first and then the upper bits are dropped, as the plain reader does. */
function zigzag(bits: u64): i32 {
  return ((bits >>> 1) as i32) ^ -((bits & 1) as i32);
}
