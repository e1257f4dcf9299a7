import { reject } from '../../host';
import { nestingMax } from '../../settings';
import { Step, step, textOf, writtenOf } from '../../step';
import { readUsualAttribute } from './attributes';
import { readScalar } from './scalars';
import {
  fieldAfter,
  isAttribute,
  isInOneof,
  isNamed,
  isNamedBeforeSpace,
  isRepeated,
  Kind,
  kindOf,
  lengthBytesOf,
  levelsOf,
  messageOf,
  nameLength,
  writeTag,
} from './schema';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  isComma,
  isNull,
  OPEN_BRACE,
  OPEN_BRACKET,
  readNull,
  skipSpace,
} from './tokens';
import { skipString, skipValue } from './unknown';
import { checkRoom, closeLength } from './wire-form';

/**
 * Objects of JSON as messages of the wire form, field by field in the order of the text: a name that occurs twice makes a
 * field that occurs twice, which means the same in both encodings. Whitespace is passed over before a reader is called; behind
 * objects and lists it is passed over already.
 */

/**
 * Content that is longer than expected is moved, by each message that holds it. Of 20 MiB, 64 levels deep, that would take
 * seconds; so the lengths of messages as deep as this have room enough.
 */
const MOVED_LEVELS_MAX: u32 = 8;
const LENGTH_BYTES: usize = 4;

/** `"resourc`, with which the roots of all signals begin. */
const RESOURCE: u64 = 0x6372_756f_7365_7222;

/** The request that is being read. */
let request: usize = 0;

/** Reads an export request, and rejects one with a member that might be the root of another signal. */
export function readRoots(text: usize, wire: usize, message: usize): Step {
  request = message;
  return readFields(text, wire, message, 0);
}

/** Reads an object, or `null`, as the fields of `message`. `level` is how deep attribute values are nested. */
function readFields(text: usize, wire: usize, message: usize, level: u32): Step {
  if (load<u8>(text) !== OPEN_BRACE) return step(readNull(text), wire);
  let at = skipSpace(text + 1);
  if (load<u8>(at) === CLOSE_BRACE) return step(at + 1, wire);
  let to = wire;
  let expected = message;
  let byte: u8;
  do {
    checkRoom(to);
    const field = isNamed(at, expected) ? expected : findField(at, expected);
    if (field === 0) {
      if (message === request && load<u64>(at) === RESOURCE) reject();
      at = skipUnknown(at, to);
    } else {
      expected = fieldAfter(field);
      const value = skipSpace(skipName(at, field));
      const reached = readField(value, to, field, level);
      at = textOf(reached);
      to = writtenOf(reached);
    }
    at = skipSpace(at);
    byte = load<u8>(at);
    at = skipSpace(at + 1);
  } while (isComma(byte, CLOSE_BRACE));
  return step(at, to);
}

/** The field of the name at `text`: most often the one that is expected, or one soon after it. 0 is an unknown one. */
function findField(text: usize, expected: usize): usize {
  let field = expected;
  do {
    if (isNamedBeforeSpace(text, field)) return field;
    field = fieldAfter(field);
  } while (field !== expected);
  return 0;
}

/** Returns where the field's value, or the space before it, begins. */
function skipName(text: usize, field: usize): usize {
  const end = text + nameLength(field);
  if (load<u8>(end - 1) === COLON) return end;
  const colon = skipSpace(end - 1);
  if (load<u8>(colon) !== COLON) reject();
  return colon + 1;
}

/** A name that is written with escapes might be one we know. */
function skipUnknown(text: usize, wire: usize): usize {
  const end = skipString(text, wire);
  if (hasEscape(text, end)) reject();
  const colon = skipSpace(end);
  if (load<u8>(colon) !== COLON) reject();
  return skipValue(skipSpace(colon + 1), wire, 0);
}

function hasEscape(text: usize, end: usize): bool {
  for (let at = text; at < end; at++) {
    if (load<u8>(at) === 0x5c) return true;
  }
  return false;
}

function readField(text: usize, wire: usize, field: usize, level: u32): Step {
  const kind = kindOf(field);
  if (isRepeated(field)) {
    if (isNull(text)) return step(text + 4, wire);
    if (load<u8>(text) !== OPEN_BRACKET) reject();
    const first = skipSpace(text + 1);
    if (load<u8>(first) === CLOSE_BRACKET) return step(first + 1, wire);
    return kind === Kind.Message
      ? readMessages(first, wire, field, level)
      : readScalars(first, wire, field, kind);
  }
  if (kind !== Kind.Message) return readScalar(text, writeTag(wire, field), field, kind);
  // Absent and null are the same, but in a oneof it depends on the other members.
  if (isNull(text)) {
    if (isInOneof(field)) reject();
    return step(text + 4, wire);
  }
  return readMessage(text, wire, field, level);
}

function readMessage(text: usize, wire: usize, field: usize, level: u32): Step {
  const messageLevel = level + levelsOf(field);
  if (messageLevel > nestingMax) reject();
  const lengthBytes = messageLevel > MOVED_LEVELS_MAX ? LENGTH_BYTES : lengthBytesOf(field);
  const content = writeTag(wire, field) + lengthBytes;
  const reached = readFields(text, content, messageOf(field), messageLevel);
  return step(textOf(reached), closeLength(content, writtenOf(reached), lengthBytes));
}

/** From the first element of a list up to its end. */
function readMessages(text: usize, wire: usize, field: usize, level: u32): Step {
  const isAttributes = isAttribute(field) && level < nestingMax;
  let at = text;
  let to = wire;
  let byte: u8;
  do {
    checkRoom(to);
    let reached: Step = isAttributes ? readUsualAttribute(at, writeTag(to, field)) : 0;
    if (reached === 0) reached = readMessage(at, to, field, level);
    to = writtenOf(reached);
    at = skipSpace(textOf(reached));
    byte = load<u8>(at);
    at = skipSpace(at + 1);
  } while (isComma(byte, CLOSE_BRACKET));
  return step(at, to);
}

/** The same for a list of numbers, which is packed. */
function readScalars(text: usize, wire: usize, field: usize, kind: u32): Step {
  const content = writeTag(wire, field) + 1;
  let at = text;
  let to = content;
  let byte: u8;
  do {
    checkRoom(to);
    const reached = readScalar(at, to, field, kind);
    to = writtenOf(reached);
    at = skipSpace(textOf(reached));
    byte = load<u8>(at);
    at = skipSpace(at + 1);
  } while (isComma(byte, CLOSE_BRACKET));
  return step(at, closeLength(content, to, 1));
}
