import type { JsonCursor } from './json-cursor.js';
import { EMPTY_BYTES, type ScalarField } from './schema.js';
import type { Walk } from './walk.js';

const INTEGER = /^[+-]?[0-9]+$/;
// Digits can match in one way only: in two, as of `[0-9]+\.?[0-9]*`, a megabyte of them would take minutes to be refused.
const DECIMAL = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const INFINITY = /^([+-]?)inf(?:inity)?$/i;
const HEX = /^[0-9a-fA-F]*$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** 64 bits have at most 20 digits; more are refused before BigInt, whose time grows faster than its input. */
const DIGITS_64_MAX = 20;

const UINT32_MAX = 2 ** 32 - 1;
const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
const UINT64_MAX = 2n ** 64n - 1n;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/**
 * Reads the value of a scalar field, in each form that the Go collector reads: integers bare or quoted, never with
 * fraction or exponent; doubles bare, quoted, or as `"NaN"`, `"Infinity"`, `"-Infinity"`; enums by number or by name,
 * never as a quoted number; ids in hex of either case; bytes in standard base64 with padding. `null` is an empty string
 * where a string is expected, and refused anywhere else.
 *
 * @throws PoisonRecord for any other form, and for a number out of range.
 */
export function readJsonScalar(cursor: JsonCursor, walk: Walk, field: ScalarField): unknown {
  cursor.peek();
  const start = cursor.offset;
  const value = tryRead(cursor, field);
  if (value === undefined) throw walk.poison('malformed', `expected ${expectation(field)}`, start);
  return value;
}

/** `undefined` when the value is not of the field's form. */
function tryRead(
  cursor: JsonCursor,
  field: ScalarField,
): string | boolean | number | bigint | Buffer | undefined {
  switch (field.kind) {
    case 'string':
      if (cursor.atString()) return cursor.readString();
      return cursor.tryNull() ? '' : undefined;
    case 'bytes':
      return cursor.atString() ? base64(cursor.readString()) : undefined;
    case 'id':
      return cursor.atString() ? hexId(cursor.readString(), field.idBytes) : undefined;
    case 'bool':
      return cursor.atBool() ? cursor.readBool() : undefined;
    case 'enum':
      if (cursor.atString()) return field.enumNumbers.get(cursor.readString());
      return cursor.atNumber() ? integer32(cursor.readNumber(), INT32_MIN, INT32_MAX) : undefined;
    case 'double':
      if (cursor.atString()) return quotedDouble(cursor.readString());
      return cursor.atNumber() ? decimal(cursor.readNumber()) : undefined;
    case 'sint32':
      return integer32(numberText(cursor), INT32_MIN, INT32_MAX);
    case 'uint32':
    case 'fixed32':
      return integer32(numberText(cursor), 0, UINT32_MAX);
    case 'int64':
    case 'sfixed64':
      return integer64(numberText(cursor), INT64_MIN, INT64_MAX);
    case 'uint64':
    case 'fixed64':
      return integer64(numberText(cursor), 0n, UINT64_MAX);
  }
}

function expectation(field: ScalarField): string {
  switch (field.kind) {
    case 'string':
      return 'a string';
    case 'bytes':
      return 'a string in base64 (standard alphabet, padded)';
    case 'id':
      return `${field.idBytes * 2} hex digits in quotes, or ""`;
    case 'bool':
      return 'true or false';
    case 'enum':
      return `a number of 32 bits or one of ${[...field.enumNumbers.keys()].join(', ')}`;
    case 'double':
      return 'a number within the range of a double, "NaN", "Infinity" or "-Infinity"';
    case 'sint32':
      return `an integer from ${INT32_MIN} to ${INT32_MAX}`;
    case 'uint32':
    case 'fixed32':
      return `an integer from 0 to ${UINT32_MAX}`;
    case 'int64':
    case 'sfixed64':
      return `an integer from ${INT64_MIN} to ${INT64_MAX}`;
    case 'uint64':
    case 'fixed64':
      return `an integer from 0 to ${UINT64_MAX}`;
  }
}

/** The digits of a number, bare or quoted; something that is no number when there is none. */
function numberText(cursor: JsonCursor): string {
  if (cursor.atString()) return cursor.readString();
  return cursor.atNumber() ? cursor.readNumber() : '';
}

function integer32(text: string, min: number, max: number): number | undefined {
  if (!isInteger(text, min < 0)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value + 0 : undefined; // -0 + 0 is 0: an integer has no minus zero.
}

function integer64(text: string, min: bigint, max: bigint): bigint | undefined {
  if (!isInteger(text, min < 0n)) return undefined;
  const digits = text.length <= DIGITS_64_MAX ? text : text.replace(/^([+-]?)0+(?=[0-9])/, '$1');
  if (digits.length > DIGITS_64_MAX + 1) return undefined; // One more for the sign.
  const value = BigInt(digits);
  return value >= min && value <= max ? value : undefined;
}

/** Unsigned numbers have no sign at all, not even `+`. */
function isInteger(text: string, signed: boolean): boolean {
  return INTEGER.test(text) && (signed || text.charCodeAt(0) >= 0x30);
}

function decimal(text: string): number | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function quotedDouble(text: string): number | undefined {
  if (/^nan$/i.test(text)) return Number.NaN;
  const infinity = INFINITY.exec(text);
  if (infinity) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return decimal(text);
}

function hexId(text: string, idBytes: number): Buffer | undefined {
  if (text === '') return EMPTY_BYTES;
  return text.length === idBytes * 2 && HEX.test(text) ? Buffer.from(text, 'hex') : undefined;
}

function base64(text: string): Buffer | undefined {
  if (text === '') return EMPTY_BYTES;
  return text.length % 4 === 0 && BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
}
