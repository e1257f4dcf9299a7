import type { AnyValue } from '../../transform/decode/otlp.js';
import { settableValue } from '../../transform/steps/values.js';
import type { SettableValue } from '../../transform/steps/view.js';
import { encodeTextLossless } from '../../values/text.js';

// As in assembly/read/value.ts.
const STRING = 0x0a;
const BOOL = 0x10;
const INT = 0x18;
const DOUBLE = 0x21;

/** The value of an attribute that a step sets, in the wire form of AnyValue. */
export function wireValue(key: string, value: SettableValue): Buffer {
  return wireOf(settableValue(key, value));
}

function wireOf({ stringValue, boolValue, intValue, doubleValue }: AnyValue): Buffer {
  if (stringValue !== undefined) return wireText(stringValue);
  if (boolValue !== undefined) return Buffer.of(BOOL, Number(boolValue));
  if (intValue !== undefined) return Buffer.of(INT, ...varint(BigInt.asUintN(64, intValue)));
  const wire = Buffer.alloc(9, DOUBLE);
  wire.writeDoubleLE(doubleValue ?? 0, 1);
  return wire;
}

/** A text as the value of an attribute or as the body of a log record. */
export function wireText(text: string): Buffer {
  const bytes = encodeTextLossless(text);
  return Buffer.concat([Buffer.of(STRING, ...varint(BigInt(bytes.length))), bytes]);
}

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

/** The bytes of a string that is all of a value; null when it is something else. */
export function stringWithin(value: Buffer): Buffer | null {
  if (value[0] !== STRING) return null;
  let start = 1;
  while ((value[start] ?? 0) >= 0x80) start++;
  return value.subarray(start + 1);
}
