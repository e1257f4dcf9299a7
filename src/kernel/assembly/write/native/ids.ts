import { isEmpty, Range, range, startOf } from '../../range';
import { isGlassflow } from '../../settings';
import { writeSpanHex, writeTraceHex } from '../hex';
import { keepTraceId } from '../keys';
import { write1 } from './numbers';

/** Ids as lower-case hex. Those that are absent or zero are empty texts, except where a function says otherwise. */

const TRACE_DIGITS: u32 = 32;
const SPAN_DIGITS: u32 = 16;

/** 32 digits, or none; in glassflow format zeros for none. */
export function writeTraceId(at: usize, id: Range): usize {
  if (isGlassflow) return writeTraceIdOrZeros(at, id);
  if (isEmpty(id) || !v128.any_true(v128.load(startOf(id)))) return write1(at, 0);
  return writeTraceHex(write1(at, TRACE_DIGITS), startOf(id));
}

/** The same for the row's own, which may be its key. */
export function writeKeyTraceId(at: usize, id: Range): usize {
  const end = writeTraceId(at, id);
  keepTraceId(range(at + 1, end));
  return end;
}

/** 16 digits, or none; in glassflow format zeros for none. */
export function writeSpanId(at: usize, id: Range): usize {
  if (isGlassflow) return writeSpanIdOrZeros(at, id);
  if (isEmpty(id) || load<u64>(startOf(id)) === 0) return write1(at, 0);
  return writeSpanHex(write1(at, SPAN_DIGITS), startOf(id));
}

/** The same, but 32 zeros for none. */
export function writeTraceIdOrZeros(at: usize, id: Range): usize {
  const to = write1(at, TRACE_DIGITS);
  return isEmpty(id) ? writeZeros(to, TRACE_DIGITS) : writeTraceHex(to, startOf(id));
}

/** The same, but 16 zeros for none. */
export function writeSpanIdOrZeros(at: usize, id: Range): usize {
  const to = write1(at, SPAN_DIGITS);
  return isEmpty(id) ? writeZeros(to, SPAN_DIGITS) : writeSpanHex(to, startOf(id));
}

function writeZeros(at: usize, count: u32): usize {
  memory.fill(at, 0x30, count);
  return at + count;
}
