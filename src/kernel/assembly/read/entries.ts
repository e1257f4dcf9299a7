import { Range } from '../range';

/** Attributes wait in a list, an entry each: the range of the key and that of the value's message, both in the record. */

export const ENTRY_BYTES: usize = 16;
/** Where the value is, in an entry. */
export const VALUE: usize = 8;

/** The entry behind `entry`. */
export function after(entry: usize): usize {
  return entry + ENTRY_BYTES;
}

export function keyRange(entry: usize): Range {
  return load<u64>(entry);
}

export function valueRange(entry: usize): Range {
  return load<u64>(entry, VALUE);
}
