import type { Signal } from '../transform/decode/otlp.js';
import { WIRE_LENGTH } from '../transform/decode/schema.js';

/** An item that the kernel left to the plain engine, with the messages it belongs to, in protobuf. */
export interface LeftItem {
  /** Counted over the whole record, from 0. */
  readonly itemIndex: number;
  /** The ResourceSpans or its like. */
  readonly resource: Buffer;
  /** The ScopeSpans or its like. */
  readonly scope: Buffer;
  /** The Metric; null for other signals. */
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

/** A request that holds this item only, with all that its resource, scope and metric say, so that it makes the same row. */
export function requestOfOne(signal: Signal, left: LeftItem): Buffer {
  const { resource, scope, metric, item } = left;
  const child = signal === 'metrics' ? metricOfOne(metric ?? EMPTY, item) : item;
  const scopeOfOne = Buffer.concat([without(scope, [ITEMS]), field(ITEMS, child)]);
  return field(RESOURCES, Buffer.concat([without(resource, [SCOPES]), field(SCOPES, scopeOfOne)]));
}

const EMPTY = Buffer.alloc(0);

function metricOfOne(metric: Buffer, point: Buffer): Buffer {
  const data = fieldsOf(metric).filter(({ number }) => DATA.includes(number));
  return Buffer.concat([
    without(metric, DATA),
    ...data.map(({ number, content }) =>
      field(number, Buffer.concat([without(content, [POINTS]), field(POINTS, point)])),
    ),
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
