import { writeDouble } from './host';
import { writeSigned } from './integers';
import { writeQuote, writeWord } from './text';

/** Integers up to here are exact as doubles, and their digits are the shortest text. */
const EXACT_MAX: f64 = 9_007_199_254_740_992;

/** A column of doubles. JSON has no NaN and no infinities; ClickHouse reads these words in quotes. */
export function writeFloat(at: usize, value: f64): usize {
  if (isFiniteDouble(value)) return writeFinite(at, value);
  return writeQuote(writeNotFinite(writeQuote(at), value));
}

/** The shortest text that reads back as the same finite double, as JavaScript writes it, except that -0 keeps its sign. */
export function writeFinite(at: usize, value: f64): usize {
  if (abs(value) < EXACT_MAX) {
    const whole = value as i64;
    if ((whole as f64) === value) {
      if (whole !== 0 || reinterpret<u64>(value) === 0) return writeSigned(at, whole);
      return writeWord(at, '-0');
    }
  }
  return writeDouble(at, value);
}

export function isFiniteDouble(value: f64): bool {
  return abs(value) <= f64.MAX_VALUE;
}

/** `NaN`, `Infinity` or `-Infinity`. */
export function writeNotFinite(at: usize, value: f64): usize {
  if (isNaN(value)) return writeWord(at, 'NaN');
  return writeWord(at, value < 0 ? '-Infinity' : 'Infinity');
}
