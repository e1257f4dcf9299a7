import protobuf from 'protobufjs';
import type { RequestBySignal, Signal } from '../../transform/decode/otlp.js';
import {
  DEFAULT_VALUES,
  type Field,
  type Message,
  type MessageSchema,
  REQUEST_SCHEMAS,
  type ScalarField,
  type ScalarKind,
  WIRE_LENGTH,
} from '../../transform/decode/schema.js';
import { encodeTextLossless } from '../../values/text.js';

/**
 * Encodes a request as a collector's Kafka exporter does with `otlp_proto`: defaults are left out, lists of numbers are
 * packed, strings keep bytes that are not UTF-8.
 */
export function encodeProtobuf<S extends Signal>(signal: S, request: RequestBySignal[S]): Buffer {
  const writer = protobuf.Writer.create();
  writeMessage(writer, REQUEST_SCHEMAS[signal], request as unknown as Message);
  return Buffer.from(writer.finish());
}

/**
 * Encodes a request as a collector's Kafka exporter does with `otlp_json`: lowerCamelCase names, defaults left out,
 * 64-bit integers in quotes, ids in hex, enums as numbers, bytes in base64. Bytes that are not UTF-8 are written as they
 * are, so the result need not be valid UTF-8.
 */
export function encodeJson<S extends Signal>(signal: S, request: RequestBySignal[S]): Buffer {
  return encodeTextLossless(jsonObject(REQUEST_SCHEMAS[signal], request as unknown as Message));
}

function writeMessage(writer: protobuf.Writer, schema: MessageSchema, message: Message): void {
  for (const field of schema.fields) {
    const value = message[field.name];
    if (isLeftOut(field, value)) continue;
    if (!field.repeated) {
      writeValue(writer, field, value);
    } else if (field.wireType === WIRE_LENGTH) {
      for (const element of value as unknown[]) writeValue(writer, field, element);
    } else if (field.kind !== 'message') {
      writer.uint32((field.number << 3) | WIRE_LENGTH).fork();
      for (const element of value as unknown[]) writeScalar(writer, field.kind, element);
      writer.ldelim();
    }
  }
}

function writeValue(writer: protobuf.Writer, field: Field, value: unknown): void {
  writer.uint32((field.number << 3) | field.wireType);
  if (field.kind === 'message') {
    writer.fork();
    writeMessage(writer, field.message, value as Message);
    writer.ldelim();
  } else {
    writeScalar(writer, field.kind, value);
  }
}

function writeScalar(writer: protobuf.Writer, kind: ScalarKind, value: unknown): void {
  switch (kind) {
    case 'string':
      writer.bytes(encodeTextLossless(value as string));
      break;
    case 'bytes':
    case 'id':
      writer.bytes(value as Uint8Array);
      break;
    case 'bool':
      writer.bool(value as boolean);
      break;
    case 'enum':
      writer.int32(value as number);
      break;
    case 'double':
      writer.double(value as number);
      break;
    case 'uint32':
    case 'sint32':
    case 'fixed32':
      writer[kind](value as number);
      break;
    case 'int64':
    case 'uint64':
      writer.uint64(halves(value as bigint));
      break;
    case 'fixed64':
    case 'sfixed64':
      writer.fixed64(halves(value as bigint));
      break;
  }
}

/** The writer takes 64 bits as two halves; signed and unsigned differ in how they are read only. */
function halves(value: bigint): protobuf.Long {
  const bits = BigInt.asUintN(64, value);
  return { low: Number(bits & 0xffffffffn), high: Number(bits >> 32n), unsigned: true } as protobuf.Long;
}

function jsonObject(schema: MessageSchema, message: Message): string {
  const members: string[] = [];
  for (const field of schema.fields) {
    const value = message[field.name];
    if (!isLeftOut(field, value)) members.push(`"${field.name}":${jsonField(field, value)}`);
  }
  return `{${members.join(',')}}`;
}

function jsonField(field: Field, value: unknown): string {
  if (!field.repeated) return jsonValue(field, value);
  return `[${(value as unknown[]).map(element => jsonValue(field, element)).join(',')}]`;
}

function jsonValue(field: Field, value: unknown): string {
  return field.kind === 'message' ? jsonObject(field.message, value as Message) : jsonScalar(field, value);
}

function jsonScalar(field: ScalarField, value: unknown): string {
  switch (field.kind) {
    case 'string':
      return jsonString(value as string);
    case 'bytes':
      return `"${Buffer.from(value as Uint8Array).toString('base64')}"`;
    case 'id':
      return `"${Buffer.from(value as Uint8Array).toString('hex')}"`;
    case 'bool':
    case 'enum':
    case 'uint32':
    case 'sint32':
    case 'fixed32':
      return String(value);
    case 'int64':
    case 'uint64':
    case 'fixed64':
    case 'sfixed64':
      return `"${value}"`;
    case 'double':
      if (Object.is(value, -0)) return '-0'; // String(-0) is '0'.
      return Number.isFinite(value) ? String(value) : `"${value}"`;
  }
}

function jsonString(text: string): string {
  if (text.isWellFormed()) return JSON.stringify(text);
  // JSON.stringify would write \udc80 for a byte that is not UTF-8; it must stay for encodeTextLossless to turn back.
  const parts = text.split(/([\udc80-\udcff])/u);
  return `"${parts.map((part, i) => (i % 2 === 1 ? part : JSON.stringify(part).slice(1, -1))).join('')}"`;
}

/** A member that is absent, an empty list, or a default that needs no telling. */
function isLeftOut(field: Field, value: unknown): boolean {
  if (value === undefined) return true;
  if (field.repeated) return (value as unknown[]).length === 0;
  if (field.kind === 'message' || field.hasPresence) return false;
  if (field.kind === 'id' || field.kind === 'bytes') return (value as Uint8Array).length === 0;
  return Object.is(value, DEFAULT_VALUES[field.kind]);
}
