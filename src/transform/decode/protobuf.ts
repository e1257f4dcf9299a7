import { decodedBytes, decodeText } from '../../values/text.js';
import type { Limits } from './limits.js';
import type { AnyValue, Signal } from './otlp.js';
import {
  EMPTY_BYTES,
  type Field,
  type Message,
  type MessageField,
  type MessageSchema,
  REQUEST_SCHEMAS,
  type ScalarField,
  setField,
  VALUE_SCHEMA,
  WIRE_LENGTH,
} from './schema.js';
import { type Decoded, Walk } from './walk.js';
import { WireReader } from './wire-reader.js';

/**
 * Decodes an export request of the protobuf wire format. As the Go collector does: a field that is sent twice keeps the last
 * value, a list is appended to, a sub-message is merged into the first one, unless it is a member of a oneof, which
 * starts anew; numbers that are too long lose their upper bits; unknown fields are passed over.
 * Byte strings and ids are views into `bytes`.
 *
 * @throws PoisonRecord for bytes that are not this message, or go beyond a limit.
 */
export function decodeProtobuf(signal: Signal, bytes: Uint8Array, limits: Limits): Decoded {
  const walk = new Walk(limits, offset => offset);
  const schema = REQUEST_SCHEMAS[signal];
  const request = schema.create();
  readFields(new WireReader(bytes, walk), walk, schema, request);
  return { request, memoryBytes: walk.memoryBytes, firstUnknownField: () => walk.firstUnknownField() };
}

const NO_LIMITS: Limits = { maxNesting: Infinity, maxItems: Infinity, maxRecordBytes: Infinity };

/** Decodes an AnyValue that has been checked before. */
export function decodeValue(bytes: Uint8Array): AnyValue {
  const walk = new Walk(NO_LIMITS, offset => offset);
  const value = VALUE_SCHEMA.create();
  readFields(new WireReader(bytes, walk), walk, VALUE_SCHEMA, value);
  return value;
}

/** The text of a byte, alone and as part of a value. */
const BASE64_BYTES = 3;

/** Reads fields into `message` up to the reader's end. */
function readFields(reader: WireReader, walk: Walk, schema: MessageSchema, message: Message): void {
  while (reader.offset < reader.end) {
    walk.at(undefined);
    const start = reader.offset;
    const tag = reader.readTag();
    const wireType = tag & 7;
    const field = schema.fieldByNumber[tag >>> 3];
    walk.at(field);
    if (field === undefined) {
      if (!schema.passedOver.has(tag >>> 3)) walk.noteUnknown(tag >>> 3, start);
      reader.skip(tag);
    } else if (wireType !== field.wireType && !isPacked(field, wireType)) {
      const problem = `has wire type ${wireType}, expected ${field.wireType} (${field.kind})`;
      throw walk.poison('malformed', problem, start);
    } else if (field.kind === 'message') {
      readMessage(reader, walk, field, message);
    } else if (field.repeated) {
      readElements(reader, walk, field, message[field.name] as unknown[], wireType);
    } else {
      setField(message, field, readScalar(reader, walk, field));
    }
  }
}

/** Lists of numbers may come packed into one field whatever the schema says. */
function isPacked(field: Field, wireType: number): boolean {
  return field.repeated && wireType === WIRE_LENGTH;
}

function readMessage(reader: WireReader, walk: Walk, field: MessageField, parent: Message): void {
  const list = field.repeated ? (parent[field.name] as Message[]) : undefined;
  const index = list?.length ?? 0;
  walk.at(field, index);
  const start = reader.offset;
  const parentEnd = reader.end;
  reader.end = reader.readLength();
  walk.enter(field, field.message, index, start);
  const before = list || field.inOneof ? undefined : (parent[field.name] as Message | undefined);
  const message = before ?? field.message.create();
  readFields(reader, walk, field.message, message);
  reader.end = parentEnd;
  walk.leave(field.message);
  if (list) list.push(message);
  else setField(parent, field, message);
}

/** One element, or several in packed form. */
function readElements(
  reader: WireReader,
  walk: Walk,
  field: ScalarField,
  list: unknown[],
  wireType: number,
): void {
  const parentEnd = reader.end;
  const packed = wireType !== field.wireType;
  if (packed) reader.end = reader.readLength();
  while (reader.offset < reader.end) {
    walk.atElement(field, list.length);
    list.push(readScalar(reader, walk, field));
    if (!packed) break;
  }
  reader.end = parentEnd;
}

function readScalar(reader: WireReader, walk: Walk, field: ScalarField): unknown {
  switch (field.kind) {
    case 'string': {
      const end = reader.readLength();
      walk.hold(decodedBytes(reader.bytes, reader.offset, end));
      const text = decodeText(reader.bytes, reader.offset, end);
      walk.holdText(text);
      reader.offset = end;
      return text;
    }
    case 'bytes': {
      const bytes = readBytes(reader);
      walk.hold(BASE64_BYTES * bytes.length);
      return bytes;
    }
    case 'id': {
      const start = reader.offset;
      const id = readBytes(reader);
      if (id.length !== 0 && id.length !== field.idBytes) {
        throw walk.poison('malformed', `has ${id.length} bytes, expected ${field.idBytes} or none`, start);
      }
      return id;
    }
    case 'bool':
      return reader.readBool();
    case 'enum':
      return reader.readInt32();
    case 'double':
      return reader.readDouble();
    case 'uint32':
      return reader.readUint32();
    case 'sint32':
      return reader.readSint32();
    case 'fixed32':
      return reader.readFixed32();
    case 'int64':
      return reader.readInt64();
    case 'uint64':
      return reader.readUint64();
    case 'fixed64':
      return reader.readFixed64();
    case 'sfixed64':
      return reader.readSfixed64();
  }
}

function readBytes(reader: WireReader): Buffer {
  const end = reader.readLength();
  const bytes = end === reader.offset ? EMPTY_BYTES : reader.bytes.subarray(reader.offset, end);
  reader.offset = end;
  return bytes;
}
