import type { Signal } from '../transform/decode/otlp.js';
import { WIRE_LENGTH } from '../transform/decode/schema.js';

/**
 * An item that the kernel left to the plain engine, with the messages it belongs to, in protobuf. Those are without the items
 * that they hold, and the same for all items of one message: each with all of its neighbours would be all memory there is.
 */
export interface LeftItem {
  /** Counted over the whole record, from 0. */
  readonly itemIndex: number;
  /** The ResourceSpans or its like. */
  readonly resource: Buffer;
  /** The ScopeSpans or its like. */
  readonly scope: Buffer;
  /** The Metric, its data without points; null for other signals. */
  readonly metric: Buffer | null;
  readonly item: Buffer;
}

/** Field numbers, which agree among the signals. */
const RESOURCES = 1;
const SCOPES = 2;
const ITEMS = 2;
const POINTS = 1;
/** The members of the oneof that is the data of a metric. */
const DATA = [5, 7, 9, 10, 11];

/**
 * Takes left items out of the memory of the kernel. For one record: what is around an item is taken once for all that stand
 * in the same place.
 */
export function leftItemTaker(): (memory: Buffer, places: LeftItemPlaces) => LeftItem {
  const last: { place: Range; message: Buffer }[] = [];
  const once = (level: number, place: Range, take: () => Buffer): Buffer => {
    const known = last[level];
    if (known?.place.start === place.start && known.place.end === place.end) return known.message;
    const message = take();
    last[level] = { place, message };
    return message;
  };
  return (memory, { itemIndex, resource, scope, metric, item }) => {
    const within = ({ start, end }: Range) => memory.subarray(start, end);
    return {
      itemIndex,
      resource: once(0, resource, () => without(within(resource), [SCOPES])),
      scope: once(1, scope, () => without(within(scope), [ITEMS])),
      metric: metric && once(2, metric, () => metricAround(within(metric), EMPTY)),
      item: Buffer.from(within(item)),
    };
  };
}

/** Where a left item and what it belongs to lie in the memory of the kernel. */
export interface LeftItemPlaces {
  readonly itemIndex: number;
  readonly resource: Range;
  readonly scope: Range;
  /** Null for other signals than metrics. */
  readonly metric: Range | null;
  readonly item: Range;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** What all of a left item takes. */
export function leftItemBytes({ resource, scope, metric, item }: LeftItem): number {
  return resource.length + scope.length + (metric?.length ?? 0) + item.length;
}

/** A request that holds this item only, with all that its resource, scope and metric say, so that it makes the same row. */
export function requestOfOne(signal: Signal, left: LeftItem): Buffer {
  const { resource, scope, metric, item } = left;
  const child = signal === 'metrics' ? metricAround(metric ?? EMPTY, field(POINTS, item)) : item;
  const scopeOfOne = Buffer.concat([scope, field(ITEMS, child)]);
  return field(RESOURCES, Buffer.concat([resource, field(SCOPES, scopeOfOne)]));
}

const EMPTY = Buffer.alloc(0);

/** The metric with these points in place of its own. */
function metricAround(metric: Buffer, points: Buffer): Buffer {
  const data = fieldsOf(metric).filter(({ number }) => DATA.includes(number));
  return Buffer.concat([
    without(metric, DATA),
    ...data.map(({ number, content }) => field(number, Buffer.concat([without(content, [POINTS]), points]))),
  ]);
}

/** A message without the fields of these numbers. */
function without(message: Buffer, numbers: readonly number[]): Buffer {
  return Buffer.concat(
    fieldsOf(message)
      .filter(({ number }) => !numbers.includes(number))
      .map(({ bytes }) => bytes),
  );
}

interface RawField {
  readonly number: number;
  /** With its tag. */
  readonly bytes: Buffer;
  /** Of a field with a length. */
  readonly content: Buffer;
}

/** The fields of a message that the kernel has walked over, so that it has no groups and ends where its last field does. */
function fieldsOf(message: Buffer): RawField[] {
  const fields: RawField[] = [];
  for (let at = 0; at < message.length; ) {
    const tag = readVarint(message, at);
    const wireType = tag.value & 7;
    const value = wireType === 0 || wireType === WIRE_LENGTH ? readVarint(message, tag.end) : null;
    const start = wireType === WIRE_LENGTH ? (value?.end ?? 0) : tag.end;
    const end =
      wireType === WIRE_LENGTH
        ? start + (value?.value ?? 0)
        : (value?.end ?? tag.end + (wireType === 1 ? 8 : 4));
    fields.push({
      number: tag.value >>> 3,
      bytes: message.subarray(at, end),
      content: message.subarray(start, end),
    });
    at = end;
  }
  return fields;
}

/** The lower 32 bits of a varint, which is all that tags and lengths have, and where it ends. */
function readVarint(bytes: Buffer, from: number): { value: number; end: number } {
  let value = 0;
  for (let at = from, shift = 0; ; at++, shift += 7) {
    const byte = bytes[at] ?? 0;
    if (shift < 32) value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value: value >>> 0, end: at + 1 };
  }
}

/** A field with a length, with its tag. */
function field(number: number, content: Buffer): Buffer {
  const length: number[] = [];
  let rest = content.length;
  for (; rest >= 0x80; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.of((number << 3) | WIRE_LENGTH, ...length, rest), content]);
}
