import { isDigit, type JsonCursor } from './json-cursor.js';
import { EMPTY_BYTES, type ScalarField } from './schema.js';
import type { Walk } from './walk.js';

const INTEGER = /^[+-]?[0-9]+$/;
// Digits can match in one way only: in two, as of `[0-9]+\.?[0-9]*`, a megabyte of them would take minutes to be refused.
const DECIMAL = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const INFINITY = /^([+-]?)inf(?:inity)?$/i;
const HEX = /^[0-9a-fA-F]*$/;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
/** A whole number may be written with a fraction of zeros, or an exponent. */
const WHOLE = /^([+-]?)([0-9]+)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,9}))?$/;

/** 64 bits have at most 20 digits; more are refused before BigInt, whose time grows faster than its input. */
const DIGITS_64_MAX = 20;

const UINT32_MAX = 2 ** 32 - 1;
const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
const UINT64_MAX = 2n ** 64n - 1n;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/**
 * Reads the value of a scalar field, in each form that proto3's JSON mapping or the Go collector reads: numbers bare or
 * quoted, integers also as `1.0` or `1e3` where that is a whole number; doubles also as `"NaN"`, `"Infinity"`,
 * `"-Infinity"`; enums by number or by name; bytes in base64 of either alphabet, with padding or without, in lines or in
 * one, or as a list of numbers. Ids are what OTLP says in place of the mapping: hex of either case. Where `null` may stand is for the caller.
 * https://protobuf.dev/programming-guides/json/
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
      return cursor.atString() ? cursor.readString() : undefined;
    case 'bytes':
      return cursor.atString() ? base64(cursor.readString()) : byteList(cursor);
    case 'id':
      return cursor.atString() ? hexId(cursor.readString(), field.idBytes) : undefined;
    case 'bool':
      return cursor.atBool() ? cursor.readBool() : undefined;
    case 'enum':
      return enumNumber(field, numberText(cursor));
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

/** Bytes as a list of numbers, as Rust's OTLP writes them (opentelemetry-proto up to 0.30), and with it Rotel. */
function byteList(cursor: JsonCursor): Buffer | undefined {
  if (!cursor.atArray()) return undefined;
  // Not a list of numbers, each of which would take eight bytes.
  let bytes = Buffer.allocUnsafe(64);
  let length = 0;
  for (let more = cursor.openArray(); more; more = cursor.nextElement()) {
    const byte = integer32(numberText(cursor), 0, 255);
    if (byte === undefined) return undefined;
    if (length === bytes.length) bytes = Buffer.concat([bytes], 2 * length);
    bytes[length++] = byte;
  }
  return bytes.subarray(0, length);
}

function expectation(field: ScalarField): string {
  switch (field.kind) {
    case 'string':
      return 'a string';
    case 'bytes':
      return 'a string in base64, or a list of bytes';
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

function enumNumber({ enumNumbers }: ScalarField, text: string): number | undefined {
  return enumNumbers.get(text) ?? integer32(text, INT32_MIN, INT32_MAX);
}

function integer32(text: string, min: number, max: number): number | undefined {
  const digits = wholeNumber(text, min < 0);
  if (digits === undefined) return undefined;
  const value = Number(digits);
  return value >= min && value <= max ? value + 0 : undefined; // -0 + 0 is 0: an integer has no minus zero.
}

function integer64(text: string, min: bigint, max: bigint): bigint | undefined {
  const whole = wholeNumber(text, min < 0n);
  if (whole === undefined) return undefined;
  const digits = whole.length <= DIGITS_64_MAX ? whole : whole.replace(/^([+-]?)0+(?=[0-9])/, '$1');
  if (digits.length > DIGITS_64_MAX + 1) return undefined; // One more for the sign.
  const value = BigInt(digits);
  return value >= min && value <= max ? value : undefined;
}

/** The number in digits only. Unsigned numbers have no sign at all, not even `+`. */
function wholeNumber(text: string, signed: boolean): string | undefined {
  if (!signed && !isDigit(text.charCodeAt(0))) return undefined;
  return INTEGER.test(text) ? text : withoutExponent(text);
}

/** `1.0` is `1`, `1.5e3` is `1500`; undefined for what is no number, no whole one, or too large for any field. */
function withoutExponent(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = WHOLE.exec(text) ?? [];
  if (whole === '') return undefined;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return '0';
  const zeros = Number(exponent) - fraction.length;
  if (zeros >= 0)
    return digits.length + zeros <= DIGITS_64_MAX ? sign + digits + '0'.repeat(zeros) : undefined;
  // Fewer digits than places behind the point: below 1.
  if (digits.length + zeros <= 0 || /[^0]/.test(digits.slice(zeros))) return undefined;
  return sign + digits.slice(0, zeros);
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
  const digits = text.replace(/[\r\n]/g, ''); // As it comes in lines from some tools.
  if (!BASE64.test(digits)) return undefined;
  // Padding makes the length a multiple of four. Without it one digit alone is less than a byte.
  const isWhole = digits.endsWith('=') ? digits.length % 4 === 0 : digits.length % 4 !== 1;
  return isWhole ? Buffer.from(digits, 'base64') : undefined;
}
