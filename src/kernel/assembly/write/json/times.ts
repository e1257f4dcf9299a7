import { metricNanoseconds, timeFormat } from '../../settings';
import { writeEight } from '../integers';
import { floorSeconds } from '../seconds';

/** Times as the settings `time_format` and `metric_time` want them. */

/** `time_format`, as the host numbers it; 1 is `text`. */
export const EXACT: u32 = 0;
export const RFC3339: u32 = 2;

const NANOS_PER_SECOND: i64 = 1_000_000_000;
/** 1900-01-01, in nanoseconds. The plain transform's `decimalSeconds` gives the reason. */
const FIRST_DATE: i64 = -2_208_988_800_000_000_000;

/** A `DateTime64(9)` column. The 64 bits are read as signed, as the exporters do. */
export function writeNanoseconds(at: usize, unixNano: u64): usize {
  return timeFormat === EXACT
    ? writeDecimalSeconds(at, unixNano as i64)
    : writeDateAndTime(at, unixNano as i64);
}

/** A time of a metric: a `DateTime` column, or `DateTime64(9)`. */
export function writeMetricTime(at: usize, unixNano: u64): usize {
  if (timeFormat !== EXACT) return writeDateAndTime(at, unixNano as i64);
  if (metricNanoseconds) return writeDecimalSeconds(at, unixNano as i64);
  return writeTenDigitSeconds(at, unixNano as i64);
}

/** `"1760003312.123456789"`; before 1970 as the plain transform's `decimalSeconds` says. */
function writeDecimalSeconds(at: usize, unixNano: i64): usize {
  store<u8>(at++, 0x22);
  let magnitude = unixNano as u64;
  if (unixNano < 0) {
    if (unixNano >= FIRST_DATE) return writeDateAndTime(at - 1, unixNano);
    store<u8>(at++, 0x2d);
    magnitude = (0 - unixNano) as u64;
  }
  const seconds = magnitude / 1_000_000_000;
  const nanos = (magnitude - seconds * 1_000_000_000) as u32;
  const top = (seconds / 100_000_000) as u32;
  writeTwo(at, top);
  writeEight(at + 2, (seconds - (top as u64) * 100_000_000) as u32);
  store<u8>(at, 0x2e, 10);
  store<u8>(at, 0x30 + nanos / 100_000_000, 11);
  writeEight(at + 12, nanos % 100_000_000);
  store<u8>(at, 0x22, 20);
  return at + 21;
}

/** Whole seconds, cut to 32 bits, in ten digits and quotes. */
function writeTenDigitSeconds(at: usize, unixNano: i64): usize {
  const seconds = floorSeconds(unixNano) as u32;
  const top = seconds / 100_000_000;
  store<u8>(at, 0x22);
  writeTwo(at + 1, top);
  writeEight(at + 3, seconds - top * 100_000_000);
  store<u8>(at, 0x22, 11);
  return at + 12;
}

/** `"2025-10-09 09:48:32.123456789"`, or with `T` and `Z`. */
function writeDateAndTime(at: usize, unixNano: i64): usize {
  const seconds = floorSeconds(unixNano);
  const nanos = (unixNano - seconds * NANOS_PER_SECOND) as u32;
  // Days since 1600-03-01, so that a leap day is the last day of its year and no number is negative. The calendar
  // repeats every 400 years, 146,097 days.
  const days = (seconds + 135_080 * 86_400) / 86_400;
  const secondOfDay = (seconds + 135_080 * 86_400 - days * 86_400) as u32;
  store<u8>(at, 0x22);
  writeDate(at + 1, days as u32);
  store<u8>(at, timeFormat === RFC3339 ? 0x54 : 0x20, 11);
  writeTwo(at + 12, secondOfDay / 3600);
  store<u8>(at, 0x3a, 14);
  writeTwo(at + 15, (secondOfDay / 60) % 60);
  store<u8>(at, 0x3a, 17);
  writeTwo(at + 18, secondOfDay % 60);
  store<u8>(at, 0x2e, 20);
  store<u8>(at, 0x30 + nanos / 100_000_000, 21);
  let to = writeEight(at + 22, nanos % 100_000_000);
  if (timeFormat === RFC3339) store<u8>(to++, 0x5a);
  store<u8>(to, 0x22);
  return to + 1;
}

/** @param days since 1600-03-01. The algorithm is "civil from days" of Howard Hinnant's chrono-compatible algorithms. */
function writeDate(at: usize, days: u32): void {
  const era = days / 146_097;
  const dayOfEra = days % 146_097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const marchMonth = (5 * dayOfYear + 2) / 153;
  const day = dayOfYear - (153 * marchMonth + 2) / 5 + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = 1600 + era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  writeTwo(at, year / 100);
  writeTwo(at + 2, year % 100);
  store<u8>(at, 0x2d, 4);
  writeTwo(at + 5, month);
  store<u8>(at, 0x2d, 7);
  writeTwo(at + 8, day);
}

function writeTwo(at: usize, value: u32): void {
  store<u8>(at, 0x30 + value / 10);
  store<u8>(at, 0x30 + (value % 10), 1);
}
