import { LITERALS } from './memory';

/**
 * The names of columns as they stand in a row: `,"TraceId":`. The host writes them, from the one list of columns: a slot
 * for each column of each kind, its text first and the length of that behind it, and after the last column the row's end.
 */

const SLOT_BYTES: usize = 64;
const LENGTH: usize = 60;
const SLOTS_OF_KIND: usize = 32;

/** Where the slots of a row kind begin; kinds are numbered in the order of `ROW_KINDS`. */
export function slotsOf(kind: u32): usize {
  return LITERALS + (kind as usize) * SLOTS_OF_KIND * SLOT_BYTES;
}

/** Writes the name of the column that is the `column`th of its kind. */
export function writeName(at: usize, slots: usize, column: i32): usize {
  const slot = slots + (column as usize) * SLOT_BYTES;
  v128.store(at, v128.load(slot));
  v128.store(at, v128.load(slot, 16), 16);
  v128.store(at, v128.load(slot, 32), 32);
  return at + (load<u32>(slot, LENGTH) as usize);
}
