/**
 * The kernel: a fast transform for the usual case, in AssemblyScript, which is compiled to WebAssembly. What it makes is
 * what the plain transform (`../../transform/plain-transform.ts`) makes, byte for byte; what it does not take it rejects.
 *
 * The host copies a record into the memory at `input`, or its text to where `reserveText` says, calls the function of its
 * encoding, and reads the list of rows.
 */
import { readRequest } from './json/request';
import { explodeResources } from './request';

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
export { itemCount, rowCount } from './rows';
export { setKeys, setKinds, setLimits, setTimes } from './settings';

/** Makes rows of an export request of `length` bytes of protobuf. `signal` as numbered in request.ts. */
export function explode(signal: u32, length: u32): void {
  explodeResources(signal, length);
}

/** The same of one of JSON, whose text is where `reserveText` said. */
export function explodeText(signal: u32, length: u32): void {
  explodeResources(signal, readRequest(signal, length));
}
