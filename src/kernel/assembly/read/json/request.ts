import { reject } from '../../host';
import { INPUT, output, reserve } from '../../memory';
import { textOf, writtenOf } from '../../step';
import { readRoots } from './messages';
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
  reserve(output, (length as usize) + ZEROS_BYTES);
  return output;
}

/**
 * Returns the length of the wire form. The text may hold several requests: one behind the other, their wire forms are one
 * request, which holds what all of them hold.
 */
export function readRequest(signal: u32, length: u32): u32 {
  const end = output + (length as usize);
  memory.fill(end, 0, ZEROS_BYTES);
  const request = requestOf(signal);
  let at = skipSpace((load<u32>(output) & 0xff_ffff) === BYTE_ORDER_MARK ? output + 3 : output);
  let to = INPUT;
  do {
    const reached = readRoots(at, to, request);
    // Members that make nothing might be another signal's, and what is no object is no request.
    if (writtenOf(reached) === to && load<u8>(skipSpace(at + 1)) !== CLOSE_BRACE) reject();
    to = writtenOf(reached);
    at = skipSpace(textOf(reached));
  } while (at < end);
  return (to - INPUT) as u32;
}
