import { reject } from '../host';
import { ROWS, ROWS_END } from '../memory';
import { endOf, Range, startOf } from '../range';
import { Reason } from '../reason';

/** The list of rows that the host reads: for each, six numbers of 32 bits. */

const ROW_BYTES: usize = 24;

/** Rows so far. */
export let rowCount: u32 = 0;

let next: usize = ROWS;

export function beginRows(): void {
  rowCount = 0;
  next = ROWS;
}

/**
 * Lists a row.
 *
 * @param itemIndex of the item that it is made of.
 * @param key an empty one is none.
 */
export function keepRow(kind: u32, itemIndex: u32, row: Range, key: Range): void {
  if (next >= ROWS_END) reject(Reason.TooLarge);
  store<u32>(next, startOf(row));
  store<u32>(next, endOf(row), 4);
  store<u32>(next, startOf(key), 8);
  store<u32>(next, endOf(key), 12);
  store<u32>(next, kind, 16);
  store<u32>(next, itemIndex, 20);
  next += ROW_BYTES;
  rowCount++;
}
