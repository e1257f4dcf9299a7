import { metricNanoseconds } from '../../settings';
import { floorSeconds } from '../seconds';
import { write4, write8 } from './numbers';

/** A `DateTime64(9)` column: the 64 bits that were sent, which are read as signed. */
export function writeNanoseconds(at: usize, unixNano: u64): usize {
  return write8(at, unixNano);
}

/** A time of a metric: a `DateTime` column, whole seconds cut to 32 bits, or `DateTime64(9)`. */
export function writeMetricTime(at: usize, unixNano: u64): usize {
  if (metricNanoseconds) return write8(at, unixNano);
  return write4(at, floorSeconds(unixNano as i64) as u32);
}
