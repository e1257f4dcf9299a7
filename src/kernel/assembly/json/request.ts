import { reject } from '../host';
import { INPUT, OUTPUT, reserve } from '../memory';
import { writtenOf } from '../step';
import { readFields } from './messages';
import { requestOf } from './schema';
import { CLOSE_BRACE, skipSpace } from './tokens';

/**
 * Turns the text of an OTLP/JSON request into its wire form, which the kernel takes: one pass over the text, one over the
 * wire form. The text lies where the rows are written afterwards.
 */

/** Zeros behind the text, so that no reader of a part need ask where the text ends. */
const ZEROS_BYTES: usize = 64;

const BYTE_ORDER_MARK: u32 = 0xbf_bbef;

/** Where the host is to put a text of so many bytes. */
export function reserveText(length: u32): usize {
  reserve(OUTPUT, (length as usize) + ZEROS_BYTES);
  return OUTPUT;
}

/** Returns the length of the wire form. What follows the first value of the text is ignored, as the plain decoder does. */
export function readRequest(signal: u32, length: u32): u32 {
  memory.fill(OUTPUT + (length as usize), 0, ZEROS_BYTES);
  const start = skipSpace((load<u32>(OUTPUT) & 0xff_ffff) === BYTE_ORDER_MARK ? OUTPUT + 3 : OUTPUT);
  const wireLength = writtenOf(readFields(start, INPUT, requestOf(signal), 0)) - INPUT;
  // Members that make nothing might be another signal's.
  if (wireLength === 0 && load<u8>(skipSpace(start + 1)) !== CLOSE_BRACE) reject();
  return wireLength as u32;
}
