import fc from 'fast-check';
import type { Field, MessageSchema } from '../../../src/transform/decode/schema.js';
import {
  copyNode,
  escaped,
  type JsonMember,
  type JsonNode,
  jsonMember,
  parseJsonTree,
  textNode,
  writeJsonTree,
} from './json-tree.js';

/** What is done to one place of a request. The numbers mean something else to each kind; none is ever out of range. */
interface Mutation<Kind> {
  kind: Kind;
  /** Which member or element, counted over the whole tree, modulo their number. */
  at: number;
  amount: number;
}

/** A value of the tree and where it hangs. */
interface Place {
  node: JsonNode;
  put(node: JsonNode): void;
  /** Set for the member of an object. */
  inObject: { members: JsonMember[]; index: number; member: JsonMember } | undefined;
  inArray: { elements: JsonNode[]; index: number } | undefined;
  /** Of the message that the member is in; undefined within what the schema does not know. */
  schema: MessageSchema | undefined;
}

type Change = (place: Place, mutation: Mutation<string>, elsewhere: Place) => void;

const TRAP_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'prototype',
  '',
  '0',
  '\0',
];

const KNOWN_NAMES = [
  'arrayValue',
  'kvlistValue',
  'stringValue',
  'intValue',
  'doubleValue',
  'bytesValue',
  'boolValue',
  'values',
  'key',
  'value',
  'attributes',
  'traceId',
  'trace_id',
  'dataPoints',
  'body',
  'scope',
  'resource',
  'resourceSpans',
  'resource_logs',
  'ResourceLogs',
  'instrumentationLibrarySpans',
  'scopeLogs',
  'logs',
  'sum',
  'gauge',
];

/** Values of every form that a sender, or somebody who means harm, may write; some are no JSON. */
const TRAP_VALUES = [
  'null',
  'true',
  'false',
  '""',
  '"x"',
  '[]',
  '{}',
  '[[]]',
  '[null]',
  '[{}]',
  '{"":{}}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '[{"key":"__proto__","value":{"kvlistValue":{"values":[{"key":"polluted","value":{"boolValue":true}}]}}}]',
  '0',
  '-0',
  '1.5',
  '1e2',
  '1e999',
  '-1e999',
  '1e-999',
  '5e-324',
  '4294967296',
  '-2147483649',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '18446744073709551616',
  '"-0"',
  '"+1"',
  '" 1"',
  '"0x10"',
  '"1e3"',
  '"18446744073709551615"',
  `"${'0'.repeat(400)}1"`,
  '1'.repeat(400),
  `0.${'1'.repeat(400)}`,
  `1e${'9'.repeat(400)}`,
  '"NaN"',
  '"Infinity"',
  '"-Infinity"',
  '"nan"',
  'NaN',
  '01',
  '+1',
  '.5',
  '1.',
  '1e',
  '-',
  'tru',
  'nulll',
  '"SPAN_KIND_SERVER"',
  '"STATUS_CODE_OK"',
  '"00112233445566778899aabbccddeeff"',
  '"0123456789ABCDEF"',
  '"0"',
  '"=="',
  '"AA=="',
  '"A==="',
  '"_-__"',
  '"\\ud800"',
  '"\\udc80\\ud83d"',
  '"\\ud83d\\ude00"',
  '"\\u0000"',
  '"\\x"',
  '"\\u12"',
  '"\\',
  '"no end',
  '"\u0001"',
  '"\ufeff"',
  '"\udc80\udcff"',
  '\udcff',
  '"\u2028<&>"',
  '[1,]',
  '{"a":1,}',
  '{,}',
  '{"a"}',
  '{a:1}',
  '/* */ 1',
  ']',
  '}',
  ',',
  ':',
];

/** May make anything of the request. */
const HOSTILE = {
  replace: ({ put }, { amount }) => put(trapValue(amount)),
  remove: ({ inObject, inArray }) => {
    inObject?.members.splice(inObject.index, 1);
    inArray?.elements.splice(inArray.index, 1);
  },
  repeat: ({ node, inObject, inArray }, { amount }) => {
    const count = 1 + (amount % 40);
    if (inObject) {
      const { members, index, member } = inObject;
      const copies = Array.from({ length: count }, () => ({ ...member, value: copyNode(node) }));
      members.splice(index, 0, ...copies);
    }
    inArray?.elements.splice(inArray.index, 0, ...Array.from({ length: count }, () => copyNode(node)));
  },
  rename: ({ inObject }, { amount }) => {
    if (inObject) inObject.member.name = trapName(amount);
  },
  addMember: ({ inObject }, { amount }) =>
    void inObject?.members.splice(inObject.index, 0, jsonMember(trapName(amount), trapValue(amount >>> 5))),
  repeatWithOtherValue: ({ inObject }, { amount }) =>
    void inObject?.members.push(jsonMember(inObject.member.name, trapValue(amount))),
  transplant: ({ put }, _, elsewhere) => put(copyNode(elsewhere.node)),
  transplantMember: ({ inObject }, _, elsewhere) => {
    const other = elsewhere.inObject?.member;
    if (other) inObject?.members.splice(inObject.index, 0, { ...other, value: copyNode(other.value) });
  },
  nestInArrays: ({ node, put }, { amount }) => {
    let nested = node;
    for (let level = amount % 80; level > 0; level--) nested = { kind: 'array', elements: [nested] };
    put(nested);
  },
  nestInValues: ({ node, put }, { amount }) => {
    let nested = node;
    for (let level = amount % 80; level > 0; level--) {
      const values: JsonNode = { kind: 'array', elements: [nested] };
      nested = object(jsonMember('arrayValue', object(jsonMember('values', values))));
    }
    put(nested);
  },
  wrapInObject: ({ node, put }, { amount }) => put(object(jsonMember(trapName(amount), node))),
} satisfies Record<string, Change>;

/** What a writer is free to do: the request means the same afterwards. */
const HARMLESS = {
  escape: ({ node, put, inObject }) => {
    if (inObject) inObject.member.escaped = true;
    if (node.kind === 'text' && node.text.startsWith('"')) put(textNode(escaped(JSON.parse(node.text))));
  },
  snakeCase: ({ inObject, schema }) => {
    if (!inObject || !schema?.fieldByJsonName.has(inObject.member.name)) return;
    const { member } = inObject;
    member.name = member.name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
  },
  addUnknownMember: ({ inObject }, { amount }) => {
    const name = TRAP_NAMES[amount % TRAP_NAMES.length] ?? '';
    const value = textNode(UNKNOWN_VALUES[amount % UNKNOWN_VALUES.length] ?? '0');
    inObject?.members.splice(inObject.index, 0, jsonMember(name, value));
  },
  /** What is not there and what is null are the same, also beside another member of its oneof. */
  addNull: ({ node, inObject, schema }, { amount }) => {
    const known = schema?.fieldByJsonName.get(inObject?.member.name ?? '');
    if (known === undefined || schema === undefined || (node.kind === 'text' && node.text === 'null')) return;
    const absent = schema.fields.filter(
      ({ name, oneofSiblings }) =>
        (oneofSiblings.length === 0 || oneofSiblings.includes(known.name)) &&
        !isNamed(inObject?.members, schema, name),
    );
    const chosen = absent[amount % absent.length];
    if (chosen)
      inObject?.members.splice(inObject.index + (amount % 2), 0, jsonMember(chosen.name, textNode('null')));
  },
  /** As another writer of proto3's JSON mapping would. */
  rewriteScalar: ({ node, put, inObject, schema }, { amount }) => {
    const field = schema?.fieldByJsonName.get(inObject?.member.name ?? '');
    if (field === undefined || node.kind !== 'text') return;
    const rewritten = rewriteScalar(field, node.text, amount);
    if (rewritten !== undefined) put(textNode(rewritten));
  },
  sendEarlierValue: ({ node, inObject, schema }, { amount }) => {
    const known = schema?.fieldByJsonName.get(inObject?.member.name ?? '');
    // A null replaces nothing.
    if (node.kind === 'text' && node.text === 'null') return;
    if (!known || known.repeated || (known.kind === 'message' && !known.inOneof)) return;
    const names = [known.name, ...known.oneofSiblings];
    const earlier = schema?.fieldByJsonName.get(names[amount % names.length] ?? '') ?? known;
    const value = textNode(EARLIER_VALUES[earlier.kind] ?? '"1"');
    inObject?.members.splice(inObject.index, 0, jsonMember(earlier.name, value));
  },
  reorder: ({ inObject, schema }) => {
    if (!inObject) return;
    const { members, index, member } = inObject;
    const other = members[index + 1];
    if (other === undefined || !areIndependent(schema, member.name, other.name)) return;
    members[index] = other;
    members[index + 1] = member;
  },
} satisfies Record<string, Change>;

function isNamed(members: readonly JsonMember[] | undefined, schema: MessageSchema, name: string): boolean {
  return members?.some(member => schema.fieldByJsonName.get(member.name)?.name === name) ?? false;
}

/** The value of a field in another of the forms that it may have. */
function rewriteScalar({ kind }: Field, text: string, amount: number): string | undefined {
  const bare = /^"?(-?[0-9]+)"?$/.exec(text)?.[1];
  switch (kind) {
    case 'bytes':
      if (text.includes('\\')) return undefined; // Escapes, which must not be cut.
      return [
        text.replaceAll('=', ''),
        text.replaceAll('+', '-').replaceAll('/', '_'),
        text.replace(/^"(....)/, '"$1\\r\\n'),
      ][amount % 3];
    case 'enum':
    case 'uint32':
    case 'sint32':
    case 'fixed32':
    case 'int64':
    case 'uint64':
    case 'fixed64':
    case 'sfixed64':
      if (bare === undefined) return undefined;
      return [`"${bare}"`, bare, `${bare}.0`, `"${bare}.000"`, `${bare}e0`, `"${bare}0E-1"`][amount % 6];
    default:
      return undefined;
  }
}

/** Of a member that is sent twice, or of another one in its oneof, which the later one replaces; `"1"` for all others. */
const EARLIER_VALUES: Partial<Record<Field['kind'], string>> = {
  message: '{}',
  bool: 'true',
  enum: '1',
  id: '""',
  bytes: '"AAAA"',
};

/** JSON of any form, for members that nobody reads. */
const UNKNOWN_VALUES = [
  'null',
  '"\\ud800\\u0000"',
  '-1.5e+300',
  '1'.repeat(50),
  '{"__proto__":{"polluted":[1,{"x":true}]},"__proto__":null}',
  `${'['.repeat(60)}${']'.repeat(60)}`,
  '"\udc80"',
];

/** OTLP/JSON as no encoder writes it. */
export type JsonMutations = (bytes: Buffer, schema: MessageSchema) => Buffer;

const USUALLY_NOTHING: string[] = new Array(24).fill('');

export const hostileJson: fc.Arbitrary<JsonMutations> = mutationsOf(HOSTILE, {
  // Mostly nothing: were nearly all refused, little but the refusal would be tried.
  before: [...USUALLY_NOTHING, '{}', 'null', '\ufeff', '{"level":"info"}\n', '[', '0'],
  after: [
    ...[
      ...USUALLY_NOTHING,
      ...USUALLY_NOTHING,
      '\n',
      '}',
      ']',
      ',',
      ' garbage',
      '\0\udcff',
      ' null',
      '\n[]',
      '{}',
      '\ufeff\n{}',
    ],
    ...['{"level":"info"}', '{"ResourceSpans":[]}', '{"resourceSpans":1}', '{"resourceLogs":[]}'],
    // A second request, of each signal.
    '\n{"resourceSpans":[{"scopeSpans":[{"spans":[{}]}]}]}',
    '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{}]}]}]}',
    '\r\n{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{}]}}]}]}]}\r\n',
  ],
});
export const harmlessJson: fc.Arbitrary<JsonMutations> = mutationsOf(HARMLESS, {
  before: ['', '\ufeff', ' \r\n\t', '{}', '{ }\n', 'null '],
  after: ['', '\n', ' \r\n\t', '{}', '\n{ }\r\n', '\ufeff{}'],
});

function mutationsOf<Kind extends string>(
  changes: Record<Kind, Change>,
  around: { before: string[]; after: string[] },
): fc.Arbitrary<JsonMutations> {
  const mutation: fc.Arbitrary<Mutation<Kind>> = fc.record({
    kind: fc.constantFrom(...(Object.keys(changes) as Kind[])),
    at: fc.nat(),
    amount: fc.nat(),
  });
  const all = fc.tuple(
    fc.array(mutation, { minLength: 1, maxLength: 8 }),
    fc.constantFrom('', '', '\n', '\t \r'),
    fc.constantFrom(...around.before),
    fc.constantFrom(...around.after),
  );
  return all.map(([mutations, blank, before, after]) => (bytes, schema) => {
    const whole: Place = rootPlace(parseJsonTree(bytes));
    const root = () => whole.node;
    for (const chosen of mutations) {
      const places = [whole, ...placesIn(root(), schema)];
      const place = places[chosen.at % places.length];
      const elsewhere = places[chosen.amount % places.length];
      if (place && elsewhere) changes[chosen.kind](place, chosen, elsewhere);
    }
    const text = (part: string) => writeJsonTree(textNode(part));
    return Buffer.concat([text(before), writeJsonTree(root(), blank), text(after)]);
  });
}

function rootPlace(node: JsonNode): Place {
  const place: Place = {
    node,
    put: other => {
      place.node = other;
    },
    inObject: undefined,
    inArray: undefined,
    schema: undefined,
  };
  return place;
}

/** @param schema of the message that `node` is, or is a list of. */
function placesIn(node: JsonNode, schema: MessageSchema | undefined): Place[] {
  if (node.kind === 'text') return [];
  if (node.kind === 'array') {
    const { elements } = node;
    return elements.flatMap((element, index) => [
      {
        node: element,
        put: (other: JsonNode) => {
          elements[index] = other;
        },
        inObject: undefined,
        inArray: { elements, index },
        schema,
      },
      ...placesIn(element, schema),
    ]);
  }
  const { members } = node;
  return members.flatMap((member, index) => {
    const field = schema?.fieldByJsonName.get(member.name);
    return [
      {
        node: member.value,
        put: (other: JsonNode) => {
          member.value = other;
        },
        inObject: { members, index, member },
        inArray: undefined,
        schema,
      },
      ...placesIn(member.value, field?.kind === 'message' ? field.message : undefined),
    ];
  });
}

/** The order of two members means something when they are one list, one value or one oneof. */
function areIndependent(schema: MessageSchema | undefined, a: string, b: string): boolean {
  const [first, second] = [schema?.fieldByJsonName.get(a), schema?.fieldByJsonName.get(b)];
  if (first === undefined || second === undefined) return true;
  return first !== second && !first.oneofSiblings.includes(second.name);
}

function object(member: JsonMember): JsonNode {
  return { kind: 'object', members: [member] };
}

function trapValue(amount: number): JsonNode {
  return textNode(TRAP_VALUES[amount % TRAP_VALUES.length] ?? '');
}

function trapName(amount: number): string {
  const names = [...TRAP_NAMES, ...KNOWN_NAMES];
  return names[amount % names.length] ?? '';
}
