import type { JsonCursor } from './json-cursor.js';
import { EMPTY_BYTES, type ScalarField } from './schema.js';
import type { Walk } from './walk.js';

const SIGNED = /^[+-]?[0-9]+$/;
const UNSIGNED = /^[0-9]+$/;
const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const HEX = /^[0-9a-fA-F]*$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** 64 bits have at most 20 digits; more are refused before BigInt, whose time grows faster than its input. */
const DIGITS_64_MAX = 20;

const RANGES_32: Record<'uint32' | 'sint32' | 'fixed32' | 'enum', readonly [min: number, max: number]> = {
  uint32: [0, 0xffffffff],
  fixed32: [0, 0xffffffff],
  sint32: [-0x80000000, 0x7fffffff],
  enum: [-0x80000000, 0x7fffffff],
};

const RANGES_64: Record<'int64' | 'sfixed64' | 'uint64' | 'fixed64', readonly [min: bigint, max: bigint]> = {
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  sfixed64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  fixed64: [0n, 2n ** 64n - 1n],
};

/**
 * Reads the value of a scalar field, in each form that the Go collector reads: integers bare or quoted, never with
 * fraction or exponent; doubles bare, quoted, or as `"NaN"`, `"Infinity"`, `"-Infinity"`; enums by number or by name,
 * never as a quoted number; ids in hex of either case; bytes in standard base64 with padding. `null` is an empty string
 * where a string is expected, and refused anywhere else.
 *
 * @param index of the element, when the field is a list.
 * @throws PoisonRecord for any other form, and for a number out of range.
 */
export function readJsonScalar(cursor: JsonCursor, walk: Walk, field: ScalarField, index?: number): unknown {
  cursor.peek();
  const start = cursor.offset;
  const refuse = (problem: string) => walk.poison('malformed', problem, start, field, index);

  switch (field.kind) {
    case 'string':
      if (cursor.tryNull()) return '';
      if (!cursor.atString()) throw refuse('expected a string');
      return cursor.readString();

    case 'bytes': {
      const text = stringOf('bytes in base64');
      if (!BASE64.test(text)) throw refuse('not base64 (standard alphabet, padded)');
      return text === '' ? EMPTY_BYTES : Buffer.from(text, 'base64');
    }

    case 'id': {
      const text = stringOf('an id in hex');
      if (text === '') return EMPTY_BYTES;
      if (!HEX.test(text)) throw refuse('an id must be hex digits');
      if (text.length !== field.idBytes * 2) {
        throw refuse(`id of ${text.length} hex digits, expected ${field.idBytes * 2} or none`);
      }
      return Buffer.from(text, 'hex');
    }

    case 'bool': {
      const byte = cursor.peek();
      if (byte !== 0x74 && byte !== 0x66) throw refuse('expected true or false');
      return cursor.readBool();
    }

    case 'enum': {
      if (!cursor.atString()) return integer32(numberText('a number or a name'), RANGES_32.enum);
      const name = cursor.readString();
      const number = field.enumNumbers.get(name);
      if (number === undefined)
        throw refuse(`unknown name, known are ${[...field.enumNumbers.keys()].join(', ')}`);
      return number;
    }

    case 'double': {
      const quoted = cursor.atString();
      return double(quoted ? cursor.readString() : numberText('a number'), quoted);
    }

    case 'uint32':
    case 'sint32':
    case 'fixed32':
      return integer32(integerText(), RANGES_32[field.kind]);

    case 'int64':
    case 'uint64':
    case 'fixed64':
    case 'sfixed64':
      return integer64(integerText(), RANGES_64[field.kind]);
  }

  function stringOf(expected: string): string {
    if (!cursor.atString()) throw refuse(`expected ${expected} as a string`);
    return cursor.readString();
  }

  function numberText(expected: string): string {
    const byte = cursor.peek();
    if (byte !== 0x2d && !(byte >= 0x30 && byte <= 0x39)) throw refuse(`expected ${expected}`);
    return cursor.readNumber();
  }

  function integerText(): string {
    return cursor.atString() ? cursor.readString() : numberText('an integer, bare or in quotes');
  }

  function integer32(text: string, [min, max]: readonly [number, number]): number {
    if (!(min < 0 ? SIGNED : UNSIGNED).test(text)) throw refuse(`expected an integer from ${min} to ${max}`);
    const value = Number(text);
    if (value < min || value > max) throw refuse(`out of range, allowed is ${min} to ${max}`);
    return value + 0; // -0 + 0 is 0: an integer has no minus zero.
  }

  function integer64(text: string, [min, max]: readonly [bigint, bigint]): bigint {
    if (!(min < 0n ? SIGNED : UNSIGNED).test(text)) throw refuse(`expected an integer from ${min} to ${max}`);
    const digits = text.length <= DIGITS_64_MAX ? text : text.replace(/^([+-]?)0+(?=[0-9])/, '$1');
    const value = digits.length <= DIGITS_64_MAX + 1 ? BigInt(digits) : undefined;
    if (value === undefined || value < min || value > max)
      throw refuse(`out of range, allowed is ${min} to ${max}`);
    return value;
  }

  function double(text: string, quoted: boolean): number {
    if (DECIMAL.test(text)) {
      const value = Number(text);
      if (!Number.isFinite(value)) throw refuse('out of the range of a double');
      return value;
    }
    const special = quoted ? /^(?:(nan)|([+-]?)inf(?:inity)?)$/i.exec(text) : null;
    if (!special) throw refuse('expected a number, "NaN", "Infinity" or "-Infinity"');
    if (special[1]) return Number.NaN;
    return special[2] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
}
