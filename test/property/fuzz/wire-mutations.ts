import fc from 'fast-check';
import {
  type Field,
  type MessageSchema,
  WIRE_32_BIT,
  WIRE_64_BIT,
  WIRE_GROUP_END,
  WIRE_GROUP_START,
  WIRE_LENGTH,
  WIRE_VARINT,
} from '../../../src/transform/decode/schema.js';
import { tag, varint } from '../../unit/transform/decode/wire.js';
import { copyField, padded, parseWire, rawField, type WireField, wireField, writeWire } from './wire-tree.js';

/** What is done to one place of a message. The numbers mean something else to each kind; none is ever out of range. */
interface Mutation<Kind> {
  kind: Kind;
  /** Which field, counted over the whole tree, modulo their number. */
  at: number;
  amount: number;
  bytes: Uint8Array;
}

/** A field of the tree and where it hangs. */
interface Place {
  siblings: WireField[];
  index: number;
  field: WireField;
  /** Of the message that the field is in. */
  schema: MessageSchema;
}

type Change = (place: Place, mutation: Mutation<string>, elsewhere: Place) => void;

/** An `AnyValue` within an array within an `AnyValue`: the fields on the way. */
const NEST_IN_ARRAY = [1, 5];

/** May make anything of the message. */
const HOSTILE = {
  remove: ({ siblings, index }) => void siblings.splice(index, 1),
  repeat: ({ siblings, index, field }, { amount }) =>
    void siblings.splice(index, 0, ...Array.from({ length: 1 + (amount % 40) }, () => copyField(field))),
  swap: ({ siblings, index, field }, { amount }) => {
    const other = amount % siblings.length;
    siblings[index] = siblings[other] ?? field;
    siblings[other] = field;
  },
  transplant: ({ siblings, index }, _, elsewhere) =>
    void siblings.splice(index, 0, copyField(elsewhere.field)),
  renumber: ({ field }, { amount }) => {
    field.number = amount % 3 === 0 ? amount : amount % 24;
  },
  changeWireType: ({ field }, { amount }) => {
    field.wireType = amount % 8;
  },
  flipBit: ({ field }, { amount }) => {
    if (Array.isArray(field.content) || field.content.length === 0) return;
    const content = Buffer.from(field.content);
    const at = (amount >>> 3) % content.length;
    content[at] = (content[at] ?? 0) ^ (1 << (amount & 7));
    field.content = content;
  },
  replace: ({ field }, { bytes }) => {
    field.content = Buffer.from(bytes);
  },
  shorten: ({ field }, { amount }) => {
    const content = Array.isArray(field.content) ? writeWire(field.content) : field.content;
    field.content = content.subarray(0, content.length - 1 - (amount % 4));
  },
  lieAboutLength: ({ field }, { amount }) => {
    field.lengthLie = LENGTH_LIES[amount % LENGTH_LIES.length] ?? 1;
  },
  padTag: ({ field }, { amount }) => {
    field.tagPadding = amount % 12;
  },
  padLength: ({ field }, { amount }) => {
    field.lengthPadding = amount % 12;
  },
  insertBytes: ({ siblings, index }, { bytes }) =>
    void siblings.splice(index, 0, rawField(Buffer.from(bytes))),
  openGroups: ({ siblings, index }, { amount }) => {
    const start = Buffer.from(
      Array(1 + (amount % 70))
        .fill(tag(99, WIRE_GROUP_START))
        .flat(),
    );
    siblings.splice(index, 0, rawField(start));
  },
  closeGroup: ({ siblings, index }, { amount }) =>
    void siblings.splice(index, 0, rawField(Buffer.from(tag(1 + (amount % 99), WIRE_GROUP_END)))),
  wrapInGroup: ({ siblings, index, field }) => {
    const [start, end] = [WIRE_GROUP_START, WIRE_GROUP_END].map(wireType =>
      rawField(Buffer.from(tag(field.number, wireType))),
    );
    if (start && end) siblings.splice(index, 1, start, field, end);
  },
  nest: ({ field }, { amount }) => {
    let content = Array.isArray(field.content) ? field.content : parseWire(field.content);
    for (let level = amount % 80; level > 0; level--) {
      for (const number of NEST_IN_ARRAY) content = [wireField(number, WIRE_LENGTH, content)];
    }
    field.content = content;
  },
} satisfies Record<string, Change>;

const LENGTH_LIES = [
  1,
  -1,
  2,
  -2,
  127,
  128,
  16_384,
  2 ** 31,
  2 ** 32,
  2 ** 32 + 1,
  -(2 ** 31),
  2 ** 53 - 2 ** 20,
];

/** What a writer is free to do: the message means the same afterwards. */
const HARMLESS = {
  padTag: ({ field }, { amount }) => {
    field.tagPadding = amount % 8;
  },
  padLength: ({ field }, { amount }) => {
    field.lengthPadding = amount % 8;
  },
  padValue: ({ field }, { amount }) => {
    if (field.wireType !== WIRE_VARINT || Array.isArray(field.content)) return;
    field.content = padded(field.content, amount % (11 - field.content.length));
  },
  addUnknownField: ({ siblings, index }, { amount, bytes }) => {
    const number = 1000 + (amount % 5000);
    const unknown = UNKNOWN_VALUES[amount % UNKNOWN_VALUES.length];
    siblings.splice(index, 0, unknown?.(number, Buffer.from(bytes)) ?? rawField(Buffer.alloc(0)));
  },
  reorder: ({ siblings, index, field, schema }) => {
    const other = siblings[index + 1];
    if (other === undefined || !areIndependent(schema, field.number, other.number)) return;
    siblings[index] = other;
    siblings[index + 1] = field;
  },
  sendEarlierValue: ({ siblings, index, field, schema }, { amount }) => {
    const known = schema.fieldByNumber[field.number];
    if (known === undefined || known.repeated || (known.kind === 'message' && !known.inOneof)) return;
    const names = [known.name, ...known.oneofSiblings];
    const earlier = schema.fields.find(({ name }) => name === names[amount % names.length]) ?? known;
    siblings.splice(index, 0, wireField(earlier.number, earlier.wireType, earlierValue(earlier)));
  },
  splitMessage: ({ siblings, index, field, schema }, { amount }) => {
    const known = schema.fieldByNumber[field.number];
    if (!Array.isArray(field.content) || known === undefined || known.repeated || known.inOneof) return;
    const cut = amount % (field.content.length + 1);
    const parts = [field.content.slice(0, cut), field.content.slice(cut)];
    siblings.splice(index, 1, ...parts.map(part => wireField(field.number, WIRE_LENGTH, part)));
  },
  unpack: ({ siblings, index, field, schema }, { amount }) => {
    const known = schema.fieldByNumber[field.number];
    if (!isPacked(known, field) || Array.isArray(field.content)) return;
    const elements = elementsOf(field.content, known.wireType);
    const cut = amount % (elements.length + 1);
    siblings.splice(
      index,
      1,
      wireField(field.number, WIRE_LENGTH, Buffer.concat(elements.slice(0, cut))),
      ...elements.slice(cut).map(element => wireField(field.number, known.wireType, element)),
    );
  },
} satisfies Record<string, Change>;

/** Of a field that is sent twice, or of another one in its oneof, which the later one replaces. */
function earlierValue({ kind, wireType }: Field): Buffer {
  if (wireType === WIRE_64_BIT) return Buffer.alloc(8, 0x3f);
  if (wireType === WIRE_32_BIT) return Buffer.alloc(4, 0x3f);
  if (wireType === WIRE_VARINT) return Buffer.from([1]);
  return Buffer.from(kind === 'string' || kind === 'bytes' ? 'earlier' : '');
}

const UNKNOWN_VALUES: readonly ((number: number, bytes: Buffer) => WireField)[] = [
  number => wireField(number, WIRE_VARINT, Buffer.from(varint(2n ** 64n - 1n))),
  number => wireField(number, WIRE_64_BIT, Buffer.alloc(8, 0xff)),
  number => wireField(number, WIRE_32_BIT, Buffer.alloc(4, 0xff)),
  (number, bytes) => wireField(number, WIRE_LENGTH, bytes),
  (number, bytes) => {
    const inner = writeWire([wireField(2, WIRE_LENGTH, bytes)]);
    const levels = 1 + (number % 20);
    return rawField(
      Buffer.concat([
        Buffer.from(Array(levels).fill(tag(number, WIRE_GROUP_START)).flat()),
        inner,
        Buffer.from(Array(levels).fill(tag(number, WIRE_GROUP_END)).flat()),
      ]),
    );
  },
];

/** Protobuf as no encoder writes it. */
export type WireMutations = (bytes: Buffer, schema: MessageSchema) => Buffer;

export const hostileWire: fc.Arbitrary<WireMutations> = mutationsOf(HOSTILE);
export const harmlessWire: fc.Arbitrary<WireMutations> = mutationsOf(HARMLESS);

function mutationsOf<Kind extends string>(changes: Record<Kind, Change>): fc.Arbitrary<WireMutations> {
  const mutation: fc.Arbitrary<Mutation<Kind>> = fc.record({
    kind: fc.constantFrom(...(Object.keys(changes) as Kind[])),
    at: fc.nat(),
    amount: fc.nat(),
    bytes: fc.uint8Array({ maxLength: 12 }),
  });
  return fc.array(mutation, { minLength: 1, maxLength: 8 }).map(mutations => (bytes, schema) => {
    const root = parseWire(bytes, schema);
    for (const chosen of mutations) {
      const places = placesOf(root, schema);
      const place = places[chosen.at % places.length];
      const elsewhere = places[chosen.amount % places.length];
      if (place && elsewhere) changes[chosen.kind](place, chosen, elsewhere);
    }
    return writeWire(root);
  });
}

function placesOf(siblings: WireField[], schema: MessageSchema): Place[] {
  return siblings.flatMap((field, index) => {
    const place = { siblings, index, field, schema };
    const known = schema.fieldByNumber[field.number];
    return Array.isArray(field.content) && known?.kind === 'message'
      ? [place, ...placesOf(field.content, known.message)]
      : [place];
  });
}

/** The order of two fields means something when they are one list, one value or one oneof. */
function areIndependent(schema: MessageSchema, a: number, b: number): boolean {
  const other = schema.fieldByNumber[b]?.name ?? '';
  return a !== b && !schema.fieldByNumber[a]?.oneofSiblings.includes(other);
}

function isPacked(known: Field | undefined, field: WireField): known is Field {
  return known?.repeated === true && known.kind !== 'message' && known.wireType !== field.wireType;
}

function elementsOf(content: Buffer, wireType: number): Buffer[] {
  const elements: Buffer[] = [];
  for (let start = 0; start < content.length; ) {
    let end = start + 8;
    if (wireType === WIRE_VARINT) end = content.findIndex((byte, i) => i >= start && byte < 0x80) + 1;
    elements.push(content.subarray(start, end));
    start = end;
  }
  return elements;
}
