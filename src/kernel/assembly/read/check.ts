import { reject } from '../host';
import { endOf, Range, startOf } from '../range';
import { nestingMax } from '../settings';
import { readBytes, readVarint, skip8 } from '../wire';
import { readAttribute } from './attributes';

/**
 * Attribute values are checked when they are read, so that writing them cannot fail. An AnyValue here has one field or
 * none. More, or one that is not known, is for the plain engine.
 */

export enum Value {
  String = 0x0a,
  Bool = 0x10,
  Int = 0x18,
  Double = 0x21,
  Array = 0x2a,
  Kvlist = 0x32,
  Bytes = 0x3a,
}

/** The tag of each element of an ArrayValue and of each member of a KeyValueList. */
export const ELEMENT_TAG: u8 = 0x0a;

/**
 * @param level how deep the value is nested; an attribute's value, or a body, is 1.
 * @param scratch where entries may be put.
 */
export function checkValue(value: Range, level: u32, scratch: usize): void {
  if (level > nestingMax) reject();
  const start = startOf(value);
  const end = endOf(value);
  if (start === end) return;
  switch (load<u8>(start) as i32) {
    case Value.String:
    case Value.Bytes:
      endsAt(endOf(readBytes(start + 1, end)), end);
      return;
    case Value.Bool:
    case Value.Int:
      endsAt(readVarint(start + 1, end), end);
      return;
    case Value.Double:
      endsAt(skip8(start + 1, end), end);
      return;
    case Value.Array: {
      const values = readBytes(start + 1, end);
      endsAt(endOf(values), end);
      checkElements(values, level + 1, scratch);
      return;
    }
    case Value.Kvlist: {
      const members = readBytes(start + 1, end);
      endsAt(endOf(members), end);
      checkMembers(members, level + 1, scratch);
      return;
    }
  }
  reject();
}

function checkElements(values: Range, level: u32, scratch: usize): void {
  const end = endOf(values);
  for (let at = startOf(values); at < end; ) {
    if (load<u8>(at) !== ELEMENT_TAG) reject();
    const element = readBytes(at + 1, end);
    checkValue(element, level, scratch);
    at = endOf(element);
  }
}

function checkMembers(members: Range, level: u32, scratch: usize): void {
  const end = endOf(members);
  for (let at = startOf(members); at < end; ) {
    if (load<u8>(at) !== ELEMENT_TAG) reject();
    at = readAttribute(scratch, at + 1, end, level);
  }
}

function endsAt(at: usize, end: usize): void {
  if (at !== end) reject();
}

/** Checks a list of packed varints. */
export function checkVarints(list: Range): void {
  const end = endOf(list);
  for (let at = startOf(list); at < end; ) at = readVarint(at, end);
}
