import { JsonCursor } from './json-cursor.js';
import { readJsonScalar } from './json-scalars.js';
import type { Limits } from './limits.js';
import { type Message, type MessageField, type MessageSchema, type ScalarField, setField } from './schema.js';
import { decodeText, encodeTextLossless } from './text.js';
import { Walk } from './walk.js';

/**
 * Decodes one message of OTLP/JSON. As the Go collector does: the first JSON value is the message and what follows it
 * is ignored; names are lowerCamelCase or snake_case; unknown fields are passed over; a name that occurs twice keeps
 * the last value, appends to the list, or merges the objects (members of a oneof start anew); `null` for a list or an
 * object is an empty one. See `readJsonScalar` for the forms of values.
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 *
 * @throws PoisonRecord for bytes that are not this message, or go beyond a limit.
 */
export function decodeJson(schema: MessageSchema, bytes: Uint8Array, limits: Limits): Message {
  const text = decodeText(bytes);
  const walk = newWalk(text, limits);
  const request = schema.create();
  readObject(new JsonCursor(text, walk), walk, schema, request);
  return request;
}

/**
 * The names of the first object's members, whatever their values.
 * @throws PoisonRecord when it is not JSON.
 */
export function jsonRootNames(bytes: Uint8Array, limits: Limits): string[] {
  const text = decodeText(bytes);
  const cursor = new JsonCursor(text, newWalk(text, limits));
  const names: string[] = [];
  if (cursor.tryNull()) return names;
  for (let more = cursor.openObject(); more; more = cursor.nextMember()) {
    names.push(cursor.readName());
    cursor.skipValue();
  }
  return names;
}

function newWalk(text: string, limits: Limits): Walk {
  return new Walk(limits, position => encodeTextLossless(text.slice(0, position)).length);
}

/** Reads an object, or `null`, into `message`. */
function readObject(cursor: JsonCursor, walk: Walk, schema: MessageSchema, message: Message): void {
  if (cursor.tryNull()) return;
  for (let more = cursor.openObject(); more; more = cursor.nextMember()) {
    walk.at(undefined);
    const field = schema.fieldByJsonName.get(cursor.readName());
    walk.at(field);
    if (field === undefined) {
      cursor.skipValue();
    } else if (field.repeated) {
      readArray(cursor, walk, field, message[field.name] as unknown[]);
    } else if (field.kind === 'message') {
      readSubMessage(cursor, walk, field, message);
    } else {
      setField(message, field, readJsonScalar(cursor, walk, field));
    }
  }
}

function readArray(cursor: JsonCursor, walk: Walk, field: MessageField | ScalarField, list: unknown[]): void {
  if (cursor.tryNull()) return;
  for (let more = cursor.openArray(); more; more = cursor.nextElement()) {
    if (field.kind === 'message') {
      list.push(readElement(cursor, walk, field, list.length, field.message.create()));
    } else {
      walk.at(field, list.length);
      walk.countElement(cursor.offset);
      list.push(readJsonScalar(cursor, walk, field));
    }
  }
}

function readSubMessage(cursor: JsonCursor, walk: Walk, field: MessageField, parent: Message): void {
  // Absent and null are the same, but a oneof is set by naming its member.
  if (!field.inOneof && cursor.tryNull()) return;
  const before = field.inOneof ? undefined : (parent[field.name] as Message | undefined);
  setField(parent, field, readElement(cursor, walk, field, 0, before ?? field.message.create()));
}

function readElement(
  cursor: JsonCursor,
  walk: Walk,
  field: MessageField,
  index: number,
  message: Message,
): Message {
  walk.enter(field, field.message, index, cursor.offset);
  readObject(cursor, walk, field.message, message);
  walk.leave(field.message);
  return message;
}
