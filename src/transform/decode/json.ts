import { decodedBytes, decodeText, losslessBytes } from '../../values/text.js';
import { JsonCursor } from './json-cursor.js';
import { JsonRoots } from './json-roots.js';
import { readJsonScalar } from './json-scalars.js';
import type { Limits } from './limits.js';
import type { Signal } from './otlp.js';
import {
  DEFAULT_VALUES,
  type Field,
  type Message,
  type MessageField,
  type MessageSchema,
  REQUEST_SCHEMAS,
  type ScalarField,
  setField,
} from './schema.js';
import { type Decoded, Walk } from './walk.js';

/**
 * Decodes a value of OTLP/JSON: one export request, or several, one after the other, with or without white space between
 * them, as in OTLP's own files of one request a line. Several are as one that holds what all of them hold. As the Go
 * collector does: names are lowerCamelCase or snake_case; unknown fields are passed over; a name that occurs twice keeps
 * the last value, appends to the list, or merges the objects (members of a oneof start anew); `null` is an empty list,
 * message or request, and the default of a scalar, see `setNull`. A byte order mark before a request says nothing, and some
 * tools write one. See `readJsonScalar` for the forms of values, `JsonRoots` for what makes an object a request.
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 * https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/#json-lines-file
 *
 * @throws PoisonRecord for bytes that are anything else, or go beyond a limit.
 */
export function decodeJson(signal: Signal, bytes: Uint8Array, limits: Limits): Decoded {
  let text = '';
  // For errors and for records without items only, so it may take its time.
  const walk = new Walk(limits, position => losslessBytes(text.slice(0, position)));
  walk.hold(decodedBytes(bytes));
  text = decodeText(bytes);
  const cursor = new JsonCursor(text, walk);
  const request = REQUEST_SCHEMAS[signal].create();
  cursor.skipMark();
  if (!cursor.tryNull()) readRequest(cursor, walk, signal, request);
  for (cursor.skipMark(); !cursor.atEnd(); cursor.skipMark()) {
    if (!cursor.atObject()) throw cursor.unexpected('another request or the end of the record');
    readRequest(cursor, walk, signal, request);
  }
  return { request, memoryBytes: walk.memoryBytes, firstUnknownField: () => walk.firstUnknownField() };
}

/** Reads the members of one request into `request`. */
function readRequest(cursor: JsonCursor, walk: Walk, signal: Signal, request: Message): void {
  const { fieldByJsonName } = REQUEST_SCHEMAS[signal];
  const roots = new JsonRoots(signal);
  for (let more = cursor.openObject(); more; more = cursor.nextMember()) {
    walk.at(undefined);
    cursor.peek();
    const position = cursor.offset;
    const name = cursor.readName();
    const field = fieldByJsonName.get(name);
    if (field) {
      roots.noteOwn();
      readMember(cursor, walk, field, request);
    } else {
      roots.noteUnknown(name, cursor.skipValue(), position);
      walk.noteUnknown(name, position);
    }
  }
  walk.at(undefined);
  const problem = roots.problem(walk);
  if (problem) throw problem;
}

/** Reads an object, or `null`, into `message`. */
function readObject(cursor: JsonCursor, walk: Walk, schema: MessageSchema, message: Message): void {
  if (cursor.tryNull()) return;
  for (let more = cursor.openObject(); more; more = cursor.nextMember()) {
    walk.at(undefined);
    cursor.peek();
    const position = cursor.offset;
    const name = cursor.readName();
    const field = schema.fieldByJsonName.get(name);
    if (field) {
      readMember(cursor, walk, field, message);
    } else {
      if (!schema.passedOver.has(name)) walk.noteUnknown(name, position);
      cursor.skipValue();
    }
  }
}

function readMember(cursor: JsonCursor, walk: Walk, field: Field, message: Message): void {
  walk.at(field);
  if (field.repeated) {
    readArray(cursor, walk, field, message[field.name] as unknown[]);
  } else if (field.kind === 'message') {
    readSubMessage(cursor, walk, field, message);
  } else if (cursor.tryNull()) {
    setNull(message, field);
  } else {
    const value = readJsonScalar(cursor, walk, field);
    if (typeof value === 'string') walk.holdText(value);
    setField(message, field, value);
  }
}

/**
 * `null` is the default, as if the member were not there. A field that knows presence is absent then, and `null` never
 * takes the place of another member of its oneof: some writers name them all. Alone, an empty string of a oneof is one, as
 * the collector has it.
 */
function setNull(message: Message, field: ScalarField): void {
  if (!field.hasPresence) message[field.name] = DEFAULT_VALUES[field.kind];
  else if (field.kind === 'string' && !isOneofSet(message, field)) message[field.name] = '';
}

function isOneofSet(message: Message, field: Field): boolean {
  return (
    message[field.name] !== undefined || field.oneofSiblings.some(sibling => message[sibling] !== undefined)
  );
}

function readArray(cursor: JsonCursor, walk: Walk, field: MessageField | ScalarField, list: unknown[]): void {
  if (cursor.tryNull()) return;
  for (let more = cursor.openArray(); more; more = cursor.nextElement()) {
    if (field.kind === 'message') {
      list.push(readElement(cursor, walk, field, list.length, field.message.create()));
    } else {
      walk.atElement(field, list.length);
      list.push(readJsonScalar(cursor, walk, field));
    }
  }
}

function readSubMessage(cursor: JsonCursor, walk: Walk, field: MessageField, parent: Message): void {
  if (cursor.tryNull()) {
    // As with strings, see `setNull`.
    if (field.inOneof && !isOneofSet(parent, field)) parent[field.name] = field.message.create();
    return;
  }
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
