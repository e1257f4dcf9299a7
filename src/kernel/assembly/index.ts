/**
 * The kernel: a fast transform for the usual case, in AssemblyScript, which is compiled to WebAssembly. What it makes is
 * what the plain transform (`../../transform/plain-transform.ts`) makes, byte for byte; what it does not take it rejects.
 *
 * The host copies a record into the memory at `input`, or its text to where `reserveText` says, calls the function of its
 * encoding, and reads the list of rows.
 */
import { readRequest } from './json/request';
import { POWERS_OF_TEN } from './memory';
import { explode } from './request';

export { reserveText } from './json/request';
export {
  INPUT as input,
  INPUT_BYTES_MAX as inputBytesMax,
  LITERALS as literals,
  OUTPUT as output,
  POWERS_OF_TEN as powersOfTen,
  ROWS as rows,
  SCHEMA as schema,
  SCHEMA_END as schemaEnd,
} from './memory';
export { explode } from './request';
export { itemCount, rowCount } from './rows';
export { setKeys, setKinds, setLimits, setTimes } from './settings';

/** Makes the rows of an export request in JSON, whose text is where `reserveText` said. */
export function explodeText(signal: u32, length: u32): void {
  explode(signal, readRequest(signal, length));
}

// The compiler puts its constants first, and does not know what else lies in the memory.
if (__heap_base > POWERS_OF_TEN) unreachable();
