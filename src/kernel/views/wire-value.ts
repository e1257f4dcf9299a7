// Node 20 has isWellFormed; TypeScript files it under ES2024.
/// <reference lib="es2024.string" />

import type { AnyValue, KeyValue } from '../../transform/decode/otlp.js';
import { settableValue } from '../../transform/steps/values.js';
import type { SettableValue } from '../../transform/steps/view.js';
import { encodeTextLossless } from '../../values/text.js';

// As in assembly/read/value.ts.
/** The first byte of a value that is a string. */
export const STRING_VALUE = 0x0a;
const BOOL = 0x10;
const INT = 0x18;
const DOUBLE = 0x21;
const ARRAY = 0x2a;
const KVLIST = 0x32;
const BYTES = 0x3a;

/** Of the lists in ArrayValue and KeyValueList. */
const ELEMENT = 0x0a;
// Of KeyValue.
const KEY = 0x0a;
const VALUE = 0x12;

const NOTHING = Buffer.alloc(0);

/** Short texts that steps have set are kept: most set the same few again and again. */
const KEPT_TEXTS_MAX = 1_000;
const KEPT_LENGTH_MAX = 64;
const keptTexts = new Map<string, Buffer>();

/** The value that a step sets, in the wire form of AnyValue. @param what tells what it is of, for messages. */
export function wireValue(what: () => string, value: SettableValue): Buffer {
  if (typeof value !== 'string' || value.length > KEPT_LENGTH_MAX || !value.isWellFormed())
    return wireOf(settableValue(what(), value));
  const kept = keptTexts.get(value);
  if (kept !== undefined) return kept;
  const wire = wireText(value);
  if (keptTexts.size < KEPT_TEXTS_MAX) keptTexts.set(value, wire);
  return wire;
}

function wireOf({
  stringValue,
  boolValue,
  intValue,
  doubleValue,
  bytesValue,
  arrayValue,
  kvlistValue,
}: AnyValue): Buffer {
  if (stringValue !== undefined) return wireText(stringValue);
  if (boolValue !== undefined) return Buffer.of(BOOL, Number(boolValue));
  if (intValue !== undefined) return Buffer.of(INT, ...varint(BigInt.asUintN(64, intValue)));
  if (doubleValue !== undefined) {
    const wire = Buffer.alloc(9, DOUBLE);
    wire.writeDoubleLE(doubleValue, 1);
    return wire;
  }
  if (bytesValue !== undefined) return field(BYTES, bytesValue);
  if (arrayValue)
    return field(ARRAY, Buffer.concat(arrayValue.values.map(value => field(ELEMENT, wireOf(value)))));
  if (kvlistValue) return field(KVLIST, Buffer.concat(kvlistValue.values.map(wireMember)));
  return NOTHING;
}

function wireMember({ key, value }: KeyValue): Buffer {
  const member = [field(KEY, encodeTextLossless(key)), ...(value ? [field(VALUE, wireOf(value))] : [])];
  return field(ELEMENT, Buffer.concat(member));
}

/** A field with a length. */
function field(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(tag, ...varint(BigInt(content.length))), content]);
}

/** A text as the value of an attribute or as the body of a log record. */
export function wireText(text: string): Buffer {
  return field(STRING_VALUE, encodeTextLossless(text));
}

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

/** Whether a value is a list or a map, by its first byte. */
export function isNested(tag: number): boolean {
  return tag === ARRAY || tag === KVLIST;
}
