import { reject } from '../host';
import { ROWS, ROWS_END } from '../memory';
import { endOf, Range, startOf } from '../range';
import { Reason } from '../reason';

/** The list of rows that the host reads: for each, six numbers of 32 bits. */

const ROW_BYTES: usize = 24;
const NEWLINE: u8 = 0x0a;

/** Rows so far. */
export let rowCount: u32 = 0;

let next: usize = ROWS;

export function beginRows(): void {
  rowCount = 0;
  next = ROWS;
}

/**
 * Lists a row, and returns where the next one begins. The newline between them is for messages of several rows, which are
 * then one piece of this memory: copying their rows instead took 0.5 µs each, making them takes 0.7.
 *
 * @param itemIndex of the item that it is made of.
 * @param key an empty one is none.
 */
export function keepRow(kind: u32, itemIndex: u32, row: Range, key: Range): usize {
  if (next >= ROWS_END) reject(Reason.TooLarge);
  store<u32>(next, startOf(row));
  store<u32>(next, endOf(row), 4);
  store<u32>(next, startOf(key), 8);
  store<u32>(next, endOf(key), 12);
  store<u32>(next, kind, 16);
  store<u32>(next, itemIndex, 20);
  next += ROW_BYTES;
  rowCount++;
  store<u8>(endOf(row), NEWLINE);
  return endOf(row) + 1;
}
