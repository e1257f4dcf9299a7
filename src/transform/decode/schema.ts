import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import type { Signal } from './otlp.js';

/**
 * The OTLP schema of `proto/*.proto` as plain tables. Both decoders and the encoder walk these tables, so that a field is
 * described in one place: its `.proto` file.
 */

/** A decoded message while its type is only known by its schema; `otlp.ts` has the shapes. */
export type Message = Record<string, unknown>;

export interface MessageSchema {
  /** As in the `.proto` file: `Span`. */
  name: string;
  fields: readonly Field[];
  /** By field number; holes are unknown fields. */
  fieldByNumber: readonly (Field | undefined)[];
  /** By lowerCamelCase and by snake_case name: both are OTLP/JSON to a reader. */
  fieldByJsonName: ReadonlyMap<string, Field>;
  /** Names and numbers of fields that the protocol has and no row shows: skipped as unknown fields are. */
  passedOver: ReadonlySet<string | number>;
  /** Is it a span, a log record or a data point, which make rows. */
  isItem: boolean;
  /** Is it the one message that can hold itself: `AnyValue`. */
  isValue: boolean;
  /** What one takes in memory, empty: estimated. */
  memoryBytes: number;
  /** A message with every default: zeros, empty strings and ids, empty lists; members that may be absent are. */
  create(): Message;
}

export type Field = ScalarField | MessageField;

interface FieldBase {
  /** lowerCamelCase, the property of the decoded object. */
  name: string;
  number: number;
  wireType: WireType;
  repeated: boolean;
  /** Absent or present, however empty: `optional` in the `.proto` file, or a member of a oneof. */
  hasPresence: boolean;
  /** The other members of its oneof: setting this one unsets them. */
  oneofSiblings: readonly string[];
  inOneof: boolean;
  /** What a value takes in memory beside its place in the message and what it holds: estimated. */
  memoryBytes: number;
}

export interface ScalarField extends FieldBase {
  kind: ScalarKind;
  /** Of an `id`: its length when it is not empty. */
  idBytes: number;
  /** Of an `enum`: numbers by name. */
  enumNumbers: ReadonlyMap<string, number>;
}

export interface MessageField extends FieldBase {
  kind: 'message';
  message: MessageSchema;
}

/** The scalar types OTLP uses, and `id`: bytes that are hex in JSON and have a fixed length. */
export type ScalarKind =
  | 'string'
  | 'bytes'
  | 'id'
  | 'bool'
  | 'enum'
  | 'double'
  | 'uint32'
  | 'sint32'
  | 'fixed32'
  | 'int64'
  | 'uint64'
  | 'fixed64'
  | 'sfixed64';

/** https://protobuf.dev/programming-guides/encoding/#structure */
export const WIRE_VARINT = 0;
export const WIRE_64_BIT = 1;
export const WIRE_LENGTH = 2;
export const WIRE_GROUP_START = 3;
export const WIRE_GROUP_END = 4;
export const WIRE_32_BIT = 5;

type WireType = typeof WIRE_VARINT | typeof WIRE_64_BIT | typeof WIRE_LENGTH | typeof WIRE_32_BIT;

/** The value of ids and byte strings that are absent. */
export const EMPTY_BYTES: Buffer = Buffer.alloc(0);

const WIRE_TYPES: Record<ScalarKind, WireType> = {
  string: WIRE_LENGTH,
  bytes: WIRE_LENGTH,
  id: WIRE_LENGTH,
  bool: WIRE_VARINT,
  enum: WIRE_VARINT,
  double: WIRE_64_BIT,
  uint32: WIRE_VARINT,
  sint32: WIRE_VARINT,
  fixed32: WIRE_32_BIT,
  int64: WIRE_VARINT,
  uint64: WIRE_VARINT,
  fixed64: WIRE_64_BIT,
  sfixed64: WIRE_64_BIT,
};

/** As V8 of Node 20 holds them, in bytes: a string without its text, a `Buffer` without its bytes, a bigint, a double. */
const VALUE_BYTES: Record<ScalarKind, number> = {
  string: 32,
  bytes: 112,
  id: 112,
  bool: 0,
  enum: 0,
  double: 16,
  uint32: 16,
  sint32: 16,
  fixed32: 16,
  int64: 24,
  uint64: 24,
  fixed64: 24,
  sfixed64: 24,
};

/** proto3 defaults. */
export const DEFAULT_VALUES: Record<ScalarKind, string | number | bigint | boolean | Buffer> = {
  string: '',
  bytes: EMPTY_BYTES,
  id: EMPTY_BYTES,
  bool: false,
  enum: 0,
  double: 0,
  uint32: 0,
  sint32: 0,
  fixed32: 0,
  int64: 0n,
  uint64: 0n,
  fixed64: 0n,
  sfixed64: 0n,
};

const ID_BYTES: Record<string, number> = { trace_id: 16, span_id: 8, parent_span_id: 8 };

const ITEMS = new Set([
  'Span',
  'LogRecord',
  'NumberDataPoint',
  'HistogramDataPoint',
  'ExponentialHistogramDataPoint',
  'SummaryDataPoint',
]);

/** No row shows entity references. */
const NOT_DECODED = new Set(['Resource.entity_refs']);

// Resolves from src/transform/decode and from dist/transform/decode alike.
const PROTO_DIR = new URL('../../../proto/', import.meta.url);

const SCHEMAS = loadSchemas();

/** The schema of a whole record, by signal. */
export const REQUEST_SCHEMAS: Record<Signal, MessageSchema> = SCHEMAS.requests;

/** The schema of `AnyValue`. */
export const VALUE_SCHEMA: MessageSchema = SCHEMAS.value;

/** Sets a field and unsets the other members of its oneof. */
export function setField(message: Message, field: Field, value: unknown): void {
  for (const sibling of field.oneofSiblings) {
    // Asking first: `delete` is slow even where there is nothing to delete, and nearly always there is nothing.
    if (message[sibling] !== undefined) delete message[sibling];
  }
  message[field.name] = value;
}

function loadSchemas(): { requests: Record<Signal, MessageSchema>; value: MessageSchema } {
  const root = new protobuf.Root();
  root.resolvePath = (_importer, file) => fileURLToPath(new URL(file, PROTO_DIR));
  root.loadSync(['trace.proto', 'logs.proto', 'metrics.proto'], { keepCase: true }).resolveAll();
  const compiled = new Map<protobuf.Type, MessageSchema>();
  const schemaOf = (name: string) => compileMessage(root.lookupType(name), compiled);
  return {
    requests: {
      traces: schemaOf('TracesData'),
      logs: schemaOf('LogsData'),
      metrics: schemaOf('MetricsData'),
    },
    value: schemaOf('AnyValue'),
  };
}

function compileMessage(type: protobuf.Type, compiled: Map<protobuf.Type, MessageSchema>): MessageSchema {
  const known = compiled.get(type);
  if (known) return known;
  const fields: Field[] = [];
  const passedOver = new Set<string | number>();
  const schema: MessageSchema = {
    name: type.name,
    fields,
    fieldByNumber: [],
    fieldByJsonName: new Map(),
    passedOver,
    isItem: ITEMS.has(type.name),
    isValue: type.name === 'AnyValue',
    memoryBytes: 0,
    create: () => ({}),
  };
  compiled.set(type, schema); // Before the fields: AnyValue holds itself.
  for (const field of type.fieldsArray) {
    if (!NOT_DECODED.has(`${type.name}.${field.name}`)) fields.push(compileField(field, compiled));
    else passedOver.add(field.id).add(field.name).add(camelCase(field.name));
  }
  const fieldByNumber: (Field | undefined)[] = [];
  const fieldByJsonName = new Map<string, Field>();
  for (const field of fields) {
    fieldByNumber[field.number] = field;
    fieldByJsonName.set(field.name, field);
    fieldByJsonName.set(snakeCase(field.name), field);
  }
  return Object.assign(schema, {
    fieldByNumber,
    fieldByJsonName,
    memoryBytes: messageBytes(fields),
    create: blankMessage(fields),
  });
}

function compileField(field: protobuf.Field, compiled: Map<protobuf.Type, MessageSchema>): Field {
  const siblings = field.partOf?.fieldsArray.filter(sibling => sibling !== field) ?? [];
  const base = {
    name: camelCase(field.name),
    number: field.id,
    repeated: field.repeated,
    hasPresence: field.partOf !== null,
    inOneof: siblings.length > 0, // An `optional` field is a oneof of one.
    oneofSiblings: siblings.map(sibling => camelCase(sibling.name)),
    memoryBytes: 0,
  };
  const type = field.resolvedType;
  if (type instanceof protobuf.Type) {
    return { ...base, kind: 'message', wireType: WIRE_LENGTH, message: compileMessage(type, compiled) };
  }
  const idBytes = ID_BYTES[field.name] ?? 0;
  const kind = (type ? 'enum' : idBytes > 0 ? 'id' : field.type) as ScalarKind;
  const enumNumbers = new Map(type ? Object.entries(type.values) : []);
  // Those of lists are counted with their elements.
  const memoryBytes = base.repeated ? 0 : VALUE_BYTES[kind];
  return { ...base, kind, wireType: WIRE_TYPES[kind], memoryBytes, idBytes, enumNumbers };
}

/** Properties are made in the order of the fields, every time the same, so that V8 gives all such objects one shape. */
function blankMessage(fields: readonly Field[]): () => Message {
  const scalars: Message = {};
  const lists: string[] = [];
  for (const field of fields) {
    if (field.repeated) {
      scalars[field.name] = undefined;
      lists.push(field.name);
    } else if (field.kind !== 'message' && !field.hasPresence) {
      scalars[field.name] = DEFAULT_VALUES[field.kind];
    } else if (field.kind === 'message' && !field.inOneof) {
      scalars[field.name] = undefined; // Added later, it would make a hash table of some of them, four times as large.
    }
  }
  return () => {
    const message = { ...scalars };
    for (const name of lists) message[name] = [];
    return message;
  };
}

/** An object with a property for each field, but of a oneof for one only, and its empty lists. */
function messageBytes(fields: readonly Field[]): number {
  const properties =
    fields.filter(field => !field.inOneof).length + (fields.some(field => field.inOneof) ? 1 : 0);
  const lists = fields.filter(field => field.repeated).length;
  // The header and four properties within the object, the others in a list of their own.
  return 56 + (properties > 4 ? 16 + 8 * (properties - 4) : 0) + 32 * lists;
}

function camelCase(name: string): string {
  return name.replace(/_(.)/g, (_all, letter: string) => letter.toUpperCase());
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
