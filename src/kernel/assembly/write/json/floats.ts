import { isGlassflow } from '../../settings';
import { isFiniteDouble, writeFinite, writeNotFinite } from '../doubles';
import { writeQuote, writeWord } from '../text';

/**
 * A column of doubles. JSON has no NaN and no infinities; ClickHouse reads these words in quotes. In glassflow format NaN is
 * null and the infinities are the greatest doubles.
 */
export function writeFloat(at: usize, value: f64): usize {
  if (isFiniteDouble(value)) return writeFinite(at, value);
  if (isGlassflow)
    return isNaN(value) ? writeWord(at, 'null') : writeFinite(at, copysign(f64.MAX_VALUE, value));
  return writeQuote(writeNotFinite(writeQuote(at), value));
}
