import { isEmpty, Range, range, startOf } from '../../range';
import { isGlassflow } from '../../settings';
import { writeSpanHex, writeTraceHex } from '../hex';
import { keepTraceId } from '../keys';
import { writeQuote } from '../text';

/** Ids as lower-case hex. Those that are absent or zero are empty strings, except where a function says otherwise. */

/** A JSON string of 32 digits, or none; in glassflow format zeros for none. */
export function writeTraceId(at: usize, id: Range): usize {
  if (isGlassflow) return writeTraceIdOrZeros(at, id);
  const bytes = startOf(id);
  let to = writeQuote(at);
  if (!isEmpty(id) && v128.any_true(v128.load(bytes))) to = writeTraceHex(to, bytes);
  return writeQuote(to);
}

/** The same for the row's own, which may be its key. */
export function writeKeyTraceId(at: usize, id: Range): usize {
  const end = writeTraceId(at, id);
  keepTraceId(range(at + 1, end - 1));
  return end;
}

/** A JSON string of 16 digits, or none; in glassflow format zeros for none. */
export function writeSpanId(at: usize, id: Range): usize {
  if (isGlassflow) return writeSpanIdOrZeros(at, id);
  const bytes = startOf(id);
  let to = writeQuote(at);
  if (!isEmpty(id) && load<u64>(bytes) !== 0) to = writeSpanHex(to, bytes);
  return writeQuote(to);
}

/** The same, but 32 zeros for none. */
export function writeTraceIdOrZeros(at: usize, id: Range): usize {
  return isEmpty(id) ? writeZeros(at, 32) : writeQuote(writeTraceHex(writeQuote(at), startOf(id)));
}

/** The same, but 16 zeros for none. */
export function writeSpanIdOrZeros(at: usize, id: Range): usize {
  return isEmpty(id) ? writeZeros(at, 16) : writeQuote(writeSpanHex(writeQuote(at), startOf(id)));
}

function writeZeros(at: usize, count: usize): usize {
  memory.fill(at + 1, 0x30, count);
  return writeQuote(writeQuote(at) + count);
}
