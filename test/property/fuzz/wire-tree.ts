import {
  type MessageSchema,
  WIRE_32_BIT,
  WIRE_64_BIT,
  WIRE_GROUP_END,
  WIRE_GROUP_START,
  WIRE_LENGTH,
  WIRE_VARINT,
} from '../../../src/transform/decode/schema.js';
import { varint } from '../../unit/transform/decode/wire.js';

/**
 * Protobuf taken apart into fields and put together again, with room for what no encoder writes. Reads nothing through
 * the decoder that it is there to test.
 */
export interface WireField {
  number: number;
  wireType: number;
  /** The value's bytes, without the length that stands before them; the fields of a sub-message that the schema knows. */
  content: Buffer | WireField[];
  /** Bytes beyond those that the tag's varint needs. */
  tagPadding: number;
  lengthPadding: number;
  /** Added to the length that is written, so that it is a lie. */
  lengthLie: number;
  /** Written instead of everything above. */
  raw?: Buffer;
}

export function wireField(number: number, wireType: number, content: Buffer | WireField[]): WireField {
  return { number, wireType, content, tagPadding: 0, lengthPadding: 0, lengthLie: 0 };
}

export function rawField(raw: Buffer): WireField {
  return { ...wireField(0, 0, Buffer.alloc(0)), raw };
}

/** The fields of a message; what is not protobuf stands at the end as it is. */
export function parseWire(bytes: Buffer, schema?: MessageSchema): WireField[] {
  const fields: WireField[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const tag = readVarint(bytes, offset);
    const end = tag && valueEnd(bytes, tag.end, tag.value & 7);
    if (tag === undefined || end === undefined) {
      fields.push(rawField(bytes.subarray(offset)));
      break;
    }
    const number = Math.floor(tag.value / 8);
    const wireType = tag.value & 7;
    const start = wireType === WIRE_LENGTH ? (readVarint(bytes, tag.end)?.end ?? tag.end) : tag.end;
    const content = bytes.subarray(start, end);
    const field = schema?.fieldByNumber[number];
    const isMessage = wireType === WIRE_LENGTH && field?.kind === 'message';
    fields.push(wireField(number, wireType, isMessage ? parseWire(content, field.message) : content));
    offset = end;
  }
  return fields;
}

export function writeWire(fields: readonly WireField[]): Buffer {
  return Buffer.concat(fields.map(writeField));
}

export function copyField(field: WireField): WireField {
  const { content } = field;
  return { ...field, content: Array.isArray(content) ? content.map(copyField) : Buffer.from(content) };
}

/** The varint with more bytes than it needs, as some writers reserve them. */
export function padded(bytes: Buffer, padding: number): Buffer {
  if (padding <= 0 || bytes.length === 0) return bytes;
  const wide = Buffer.concat([bytes, Buffer.alloc(padding, 0x80)]);
  wide[bytes.length - 1] = (wide[bytes.length - 1] ?? 0) | 0x80;
  wide[wide.length - 1] = 0;
  return wide;
}

function writeField(field: WireField): Buffer {
  if (field.raw) return field.raw;
  const tag = padded(Buffer.from(varint(field.number * 8 + field.wireType)), field.tagPadding);
  const content = Array.isArray(field.content) ? writeWire(field.content) : field.content;
  if (field.wireType !== WIRE_LENGTH) return Buffer.concat([tag, content]);
  const length = Buffer.from(varint(Math.max(0, content.length + field.lengthLie)));
  return Buffer.concat([tag, padded(length, field.lengthPadding), content]);
}

/** Where the value ends; undefined when the bytes are not such a value. */
function valueEnd(bytes: Buffer, start: number, wireType: number): number | undefined {
  switch (wireType) {
    case WIRE_VARINT:
      return readVarint(bytes, start)?.end;
    case WIRE_64_BIT:
      return within(bytes, start + 8);
    case WIRE_32_BIT:
      return within(bytes, start + 4);
    case WIRE_LENGTH: {
      const length = readVarint(bytes, start);
      return length && within(bytes, length.end + length.value);
    }
    case WIRE_GROUP_START:
    case WIRE_GROUP_END:
      return start;
    default:
      return undefined;
  }
}

function within(bytes: Buffer, end: number): number | undefined {
  return end <= bytes.length ? end : undefined;
}

/** Lengths and tags, which are small; undefined when it is none or cut off. */
function readVarint(bytes: Buffer, start: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, end: start + i + 1 };
  }
  return undefined;
}
