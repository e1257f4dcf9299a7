import { copy } from '../../copy';
import { Step, step, textOf, writtenOf } from '../../step';
import { readInt64 } from './integers';
import { findSpecial } from './strings';
import { isTrue, QUOTE, readBool } from './tokens';
import { checkRoom, varintBytes, writeVarint } from './wire-form';

/**
 * Attributes as nearly all senders write them: `{"key":"http.method","value":{"stringValue":"GET"}}`, without white space,
 * the value a string, an integer in quotes or a bool. Most of a request is attributes: to compare their text with what is
 * expected, eight bytes at a time, instead of reading it like that of any other message saves half the time that the text of a
 * span takes.
 */

const KEY: u64 = 0x223a_2279_656b_227b; // {"key":"
const VALUE: u64 = 0x2265_756c_6176_222c; // ,"value"
const VALUE_OPEN: u32 = 0x22_7b3a; // :{"
const STRING: u64 = 0x6156_676e_6972_7473; // stringVa
const STRING_END: u64 = 0x223a_2265_756c_6156; // Value":"
const INT: u64 = 0x6575_6c61_5674_6e69; // intValue
const INT_END: u16 = 0x3a22; // ":
const BOOL: u64 = 0x756c_6156_6c6f_6f62; // boolValu
const BOOL_END: u32 = 0x3a22_6575; // ue":
const CLOSE: u16 = 0x7d7d; // }}

const KEY_TAG: u8 = 0x0a;
const VALUE_TAG: u8 = 0x12;
const STRING_TAG: u8 = 0x0a;
const BOOL_TAG: u8 = 0x10;
const INT_TAG: u8 = 0x18;

/** A key and a string as long as this together make lengths of one byte each. */
const SHORT_BYTES_MAX: usize = 120;
/**
 * Reads an attribute and writes it as a KeyValue behind its tag.
 * @returns 0 when it is written in another way.
 */
export function readUsualAttribute(text: usize, wire: usize): Step {
  if (load<u64>(text) !== KEY) return 0;
  const key = text + 8;
  const keyEnd = findSpecial(key);
  if (load<u8>(keyEnd) !== QUOTE || load<u64>(keyEnd, 1) !== VALUE) return 0;
  if ((load<u32>(keyEnd, 9) & 0xff_ffff) !== VALUE_OPEN) return 0;
  const name = keyEnd + 12;
  const type = load<u64>(name);
  if (type === STRING && load<u64>(name, 6) === STRING_END) {
    const value = name + 14;
    const end = findSpecial(value);
    if (load<u8>(end) !== QUOTE || load<u16>(end, 1) !== CLOSE) return 0;
    if (keyEnd - key + (end - value) > SHORT_BYTES_MAX) return writeLong(wire, key, keyEnd, value, end);
    const content = writeKey(wire, key, keyEnd);
    store<u8>(content, STRING_TAG);
    store<u8>(content, end - value, 1);
    return closeValue(wire, content, end + 1, copy(content + 2, value, end));
  }
  if (keyEnd - key > SHORT_BYTES_MAX - 16) return 0;
  const content = writeKey(wire, key, keyEnd);
  if (type === INT && load<u16>(name, 8) === INT_END) {
    store<u8>(content, INT_TAG);
    const reached = readInt64(name + 10, content + 1);
    return closeValue(wire, content, textOf(reached), writtenOf(reached));
  }
  if (type === BOOL && load<u32>(name, 7) === BOOL_END) {
    store<u8>(content, BOOL_TAG);
    store<bool>(content, isTrue(name + 11), 1);
    return closeValue(wire, content, readBool(name + 11), content + 2);
  }
  return 0;
}

/** Writes the key and the tag of the value, each with a length of one byte, and returns where the value's fields begin. */
function writeKey(wire: usize, key: usize, keyEnd: usize): usize {
  store<u8>(wire, KEY_TAG, 1);
  store<u8>(wire, keyEnd - key, 2);
  const to = copy(wire + 3, key, keyEnd);
  store<u8>(to, VALUE_TAG);
  return to + 2;
}

/** Writes the lengths of the value and of the attribute, if the text goes on as expected. */
function closeValue(wire: usize, content: usize, text: usize, end: usize): Step {
  if (load<u16>(text) !== CLOSE) return 0;
  store<u8>(content - 1, end - content);
  store<u8>(wire, end - wire - 1);
  return step(text + 2, end);
}

/** The same for a string or a key of any length. */
function writeLong(wire: usize, key: usize, keyEnd: usize, value: usize, valueEnd: usize): Step {
  const keyLength = keyEnd - key;
  const length = valueEnd - value;
  checkRoom(wire, keyLength + length);
  const valueLength = varintBytes(length) + length + 1;
  const keyFieldLength = varintBytes(keyLength) + keyLength + 1;
  let to = writeVarint(wire, keyFieldLength + varintBytes(valueLength) + valueLength + 1);
  store<u8>(to, KEY_TAG);
  to = copy(writeVarint(to + 1, keyLength), key, keyEnd);
  store<u8>(to, VALUE_TAG);
  to = writeVarint(to + 1, valueLength);
  store<u8>(to, STRING_TAG);
  return step(valueEnd + 3, copy(writeVarint(to + 1, length), value, valueEnd));
}
