import type { Signal } from '../transform/decode/otlp.js';
import {
  type Field,
  type MessageSchema,
  REQUEST_SCHEMAS,
  type ScalarKind,
  WIRE_LENGTH,
} from '../transform/decode/schema.js';
import type { KernelInstance } from './instance.js';

const SLOT_BYTES = 64;
const NAME_BYTES_MAX = 32;
/** A request begins with where the messages of the three signals are. */
const ROOTS_BYTES = 16;

/** In the order in which the kernel numbers them: see `assembly/json/schema.ts`, also for what is in a slot. */
const KINDS: readonly ('message' | ScalarKind)[] = [
  'message',
  'string',
  'bytes',
  'id',
  'bool',
  'enum',
  'double',
  'uint32',
  'sint32',
  'fixed32',
  'int64',
  'uint64',
  'fixed64',
  'sfixed64',
];

/** A field under one of its names. */
interface Slot {
  at: number;
  name: string;
  field: Field;
  /** Of the next slot of the message, after the last one the first. */
  next: number;
}

/**
 * Writes the messages and the names of their fields to where `assembly/json/schema.ts` takes them from.
 *
 * @param signals in the order in which the kernel numbers them.
 */
export function writeJsonSchema(instance: KernelInstance, signals: readonly Signal[]): void {
  const bytes = instance.bytes();
  const { schema, schemaEnd } = instance.places;
  const messages = new Map<MessageSchema, number>();
  const slots: Slot[] = [];
  let end = schema + ROOTS_BYTES;

  const place = (message: MessageSchema): number => {
    const known = messages.get(message);
    if (known !== undefined) return known;
    const first = end;
    messages.set(message, first); // Before its fields: an AnyValue holds others.
    const names = namesOf(message);
    end += names.length * SLOT_BYTES;
    if (end > schemaEnd) throw new RangeError('the schema is too large');
    names.forEach(([name, field], i) => {
      const next = first + ((i + 1) % names.length) * SLOT_BYTES;
      slots.push({ at: first + i * SLOT_BYTES, name, field, next });
      if (field.kind === 'message') place(field.message);
    });
    return first;
  };

  signals.forEach((signal, i) => {
    bytes.writeUInt32LE(place(REQUEST_SCHEMAS[signal]), schema + i * 4);
  });
  for (const slot of slots) writeSlot(bytes, slot, messages, instance.enumNumbers);
}

/** The lowerCamelCase names first, in the order of the schema, since that is what senders write. */
function namesOf(message: MessageSchema): [name: string, field: Field][] {
  const names = [...message.fieldByJsonName];
  const usual = names.filter(([name, field]) => name === field.name);
  return [...usual, ...names.filter(([name, field]) => name !== field.name)];
}

function writeSlot(
  bytes: Buffer,
  { at, name, field, next }: Slot,
  messages: ReadonlyMap<MessageSchema, number>,
  enumNumbers: ReadonlyMap<string, number>[],
): void {
  const text = `"${name}":`;
  if (text.length > NAME_BYTES_MAX) throw new RangeError(`too long a name: ${name}`);
  const isPacked = field.repeated && field.kind !== 'message';
  const tag = varint((field.number << 3) | (isPacked ? WIRE_LENGTH : field.wireType));

  bytes.fill(0, at, at + SLOT_BYTES).write(text, at, 'latin1');
  bytes.writeUInt32LE(2 ** text.length - 1, at + 32);
  tag.copy(bytes, at + 36);
  if (field.kind === 'message') {
    bytes.writeUInt32LE(messages.get(field.message) ?? 0, at + 40);
    bytes.writeUInt8(Number(field.message.isValue), at + 57);
    bytes.writeUInt8(lengthBytesOf(field.message), at + 58);
    bytes.writeUInt8(Number(field.message.name === 'KeyValue'), at + 59);
  } else if (field.kind === 'enum') {
    bytes.writeUInt32LE(enumNumbers.push(field.enumNumbers) - 1, at + 44);
  } else {
    bytes.writeUInt32LE(field.idBytes, at + 44);
  }
  bytes.writeUInt32LE(next, at + 48);
  bytes.writeUInt8(text.length, at + 52);
  bytes.writeUInt8(tag.length, at + 53);
  bytes.writeUInt8(KINDS.indexOf(field.kind), at + 54);
  bytes.writeUInt8(Number(field.repeated), at + 55);
  bytes.writeUInt8(Number(field.inOneof), at + 56);
}

/**
 * How many bytes to keep for the length of a message, which is known only when the message is written: as many as most of
 * its kind need, so that it is seldom moved, and an attribute has the one that the kernel likes best.
 */
function lengthBytesOf(message: MessageSchema): number {
  if (message.isItem) return 2;
  return holdsItems(message) ? 4 : 1;
}

function holdsItems({ isValue, fields }: MessageSchema): boolean {
  if (isValue) return false; // Which also ends the way down.
  return fields.some(
    field => field.kind === 'message' && (field.message.isItem || holdsItems(field.message)),
  );
}

function varint(value: number): Buffer {
  return value < 0x80 ? Buffer.of(value) : Buffer.of((value & 0x7f) | 0x80, value >>> 7);
}
