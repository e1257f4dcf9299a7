/**
 * The kernel: a fast engine, in AssemblyScript, which is compiled to WebAssembly. What it makes is what the plain engine
 * (`../../transform/plain-transform.ts`) makes, byte for byte; items that it does not take it leaves to that one.
 *
 * It has two halves. Reading (`read/`) finds the items of a request and what they consist of, and checks it; writing
 * (`write/`) makes rows of them. Between the two, an item is an object of `item.ts`.
 *
 * The host makes place by `reserveInput`, copies a record into the memory at `input`, or its text to where `reserveText` says, begins with it by `begin` or
 * `beginText`, and then, part by part, calls `readItems`, shows the items to the steps, if there are any (`layout.ts`), and
 * calls `writeRows` until that has no more. After each `writeRows` it
 * takes the rows from the list of rows. When reading is rejected, `leaveItem` says whether that concerns one item only, and
 * then `readOn` goes on behind it.
 */
import { POWERS_OF_TEN } from './memory';
import { readRequest } from './read/json/request';
import { defineLogRecord } from './read/log-record';
import { defineMetric } from './read/metric';
import { definePoints } from './read/points';
import { beginPart, beginRequest, readPart } from './read/request';
import { defineResource } from './read/resource';
import { defineSpan } from './read/span';
import { beginWriting } from './write/write-rows';

export * from './layout';
export {
  INPUT as input,
  ITEMS as items,
  LEFT_ITEM as leftItem,
  OPS as ops,
  output,
  POWERS_OF_TEN as powersOfTen,
  ROWS as rows,
  reserveEdit,
  reserveInput,
  SCHEMA as schema,
  SCHEMA_END as schemaEnd,
} from './memory';
export { reserveText } from './read/json/request';
export { itemBytes, itemCount, itemsEnd, leaveItem } from './read/request';
export { setGlassflow, setKeys, setKinds, setLimits, setTimes } from './settings';
export { rowCount } from './write/row-list';
export { writeRows } from './write/write-rows';

/** Begins with an export request in protobuf, which lies at `input`. */
export function begin(signal: u32, length: u32): void {
  beginRequest(signal, length);
}

/** Begins with an export request in JSON, whose text is where `reserveText` said. */
export function beginText(signal: u32, length: u32): void {
  beginRequest(signal, 0); // Whatever goes wrong with the text concerns the whole record.
  beginRequest(signal, readRequest(signal, length));
}

/** Reads as many items as there is room for, over those that were read before. @returns whether there may be more. */
export function readItems(): bool {
  beginPart();
  return readOn();
}

/** Goes on with that after an item was left. */
export function readOn(): bool {
  const more = readPart();
  beginWriting();
  return more;
}

defineResource();
defineSpan();
defineLogRecord();
defineMetric();
definePoints();

// The compiler puts its constants first, and does not know what else lies in the memory.
if (__heap_base > POWERS_OF_TEN) unreachable();
