import { SCHEMA } from '../../memory';

/**
 * The messages of OTLP as the host (`../../../json-schema.ts`) writes them, from the one schema that the plain decoders walk. A
 * message is where its first field lies, a field is where 64 bytes about it lie: its name as it stands in JSON, and what
 * is below. A field that JSON may name in two ways, `traceId` and `trace_id`, is there twice.
 */

/** Which bytes of the name are its own: a bit for each of 32. */
const NAME_BITS: usize = 32;
const TAG: usize = 36;
const MESSAGE: usize = 40;
/** An id's bytes, or an enum's number at the host. */
const DETAIL: usize = 44;
const NEXT: usize = 48;
const NAME_LENGTH: usize = 52;
const TAG_LENGTH: usize = 53;
const KIND: usize = 54;
const REPEATED: usize = 55;
const IN_ONEOF: usize = 56;
const LEVELS: usize = 57;
const LENGTH_BYTES: usize = 58;
const IS_ATTRIBUTE: usize = 59;

/** As the host numbers them. */
export enum Kind {
  Message,
  String,
  Bytes,
  Id,
  Bool,
  Enum,
  Double,
  Uint32,
  Sint32,
  Fixed32,
  Int64,
  Uint64,
  Fixed64,
  Sfixed64,
}

/** The message that a request of a signal is. */
export function requestOf(signal: u32): usize {
  return load<u32>(SCHEMA + ((signal as usize) << 2));
}

/** The field that comes next in the schema, and after the last one the first: senders write them in that order. */
export function fieldAfter(field: usize): usize {
  return load<u32>(field, NEXT);
}

/** Whether the text goes on with the field's name in quotes and a colon. */
export function isNamed(text: usize, field: usize): bool {
  const bits = load<u32>(field, NAME_BITS);
  return (equalBytes(text, field) & bits) === bits;
}

/** The same without the colon. */
export function isNamedBeforeSpace(text: usize, field: usize): bool {
  const bits = load<u32>(field, NAME_BITS) >>> 1;
  return (equalBytes(text, field) & bits) === bits;
}

/** A bit for each of 32 bytes. */
function equalBytes(a: usize, b: usize): u32 {
  const low = i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b))) as u32;
  const high = i8x16.bitmask(i8x16.eq(v128.load(a, 16), v128.load(b, 16))) as u32;
  return low | (high << 16);
}

/** With quotes and colon. */
export function nameLength(field: usize): usize {
  return load<u8>(field, NAME_LENGTH) as usize;
}

export function kindOf(field: usize): u32 {
  return load<u8>(field, KIND);
}

export function isRepeated(field: usize): bool {
  return load<bool>(field, REPEATED);
}

/** Of several fields: one that is optional is not meant. */
export function isInOneof(field: usize): bool {
  return load<bool>(field, IN_ONEOF);
}

export function messageOf(field: usize): usize {
  return load<u32>(field, MESSAGE);
}

/** 1 if the message is an attribute value, whose nesting is limited, otherwise 0. */
export function levelsOf(field: usize): u32 {
  return load<u8>(field, LEVELS);
}

export function idBytesOf(field: usize): usize {
  return load<u32>(field, DETAIL) as usize;
}

export function enumOf(field: usize): u32 {
  return load<u32>(field, DETAIL);
}

/** Whether the message is a KeyValue. */
export function isAttribute(field: usize): bool {
  return load<bool>(field, IS_ATTRIBUTE);
}

/** How many bytes are kept free for the length of the message. */
export function lengthBytesOf(field: usize): usize {
  return load<u8>(field, LENGTH_BYTES) as usize;
}

/** Writes the field's tag. A list of numbers has that of its packed form. */
export function writeTag(wire: usize, field: usize): usize {
  store<u32>(wire, load<u32>(field, TAG));
  return wire + (load<u8>(field, TAG_LENGTH) as usize);
}
