/** Texts of a time. All take signed nanoseconds since 1970 and print UTC. */

const NANOS_PER_SECOND = 1_000_000_000n;

/** 1900-01-01. ClickHouse before 26.7 takes dates before it for 1900. */
const FIRST_DATE = -2_208_988_800n * NANOS_PER_SECOND;

/**
 * `1760003312.123456789`: seconds since 1970 in ten digits and their fraction in nine, the one text that every ClickHouse
 * from 24.8 on reads as the same instant in each of its date modes and time zones. Fewer digits are something else to it:
 * `1234.5` begins with a year, `20250101.0` is a date.
 *
 * Before 1970 there is no such text. From 1900 on it is the date in UTC, which no server refuses; the sign of
 * `-0000000000.5` would be lost. Earlier times are seconds with a sign, which the tables that we print read right on
 * every version.
 */
export function decimalSeconds(unixNano: bigint): string {
  if (unixNano < 0n && unixNano >= FIRST_DATE) return blankSeparated(unixNano);
  const magnitude = unixNano < 0n ? -unixNano : unixNano;
  const digits = String(magnitude).padStart(19, '0');
  return `${unixNano < 0n ? '-' : ''}${digits.slice(0, 10)}.${digits.slice(10)}`;
}

/** `2025-10-09 09:48:32.123456789`, without a zone mark: a reader must know that it is UTC. */
export function blankSeparated(unixNano: bigint): string {
  return `${dateAndTime(unixNano).replace('T', ' ')}.${nineDigits(unixNano)}`;
}

/** `2025-10-09T09:48:32.123456789Z` (RFC 3339). */
export function rfc3339(unixNano: bigint): string {
  return `${dateAndTime(unixNano)}.${nineDigits(unixNano)}Z`;
}

/**
 * Whole seconds, cut to the 32 bits of a `DateTime` column as the exporter's conversion does, in ten digits. Ten, because
 * ClickHouse reads a shorter number as something else: `20250101` is a date.
 */
export function tenDigitSeconds(unixNano: bigint): string {
  return String(wholeSeconds(unixNano)).padStart(10, '0');
}

/** Whole seconds as a `DateTime` column holds them: rounded down, and cut to 32 bits as the exporter's conversion does. */
export function wholeSeconds(unixNano: bigint): bigint {
  return BigInt.asUintN(32, floorSeconds(unixNano));
}

/** The seconds of a time before 1970 are rounded down too, so that the fraction after them is positive. */
function floorSeconds(unixNano: bigint): bigint {
  return (unixNano - modSecond(unixNano)) / NANOS_PER_SECOND;
}

function modSecond(unixNano: bigint): bigint {
  const remainder = unixNano % NANOS_PER_SECOND;
  return remainder < 0n ? remainder + NANOS_PER_SECOND : remainder;
}

function nineDigits(unixNano: bigint): string {
  return String(modSecond(unixNano)).padStart(9, '0');
}

function dateAndTime(unixNano: bigint): string {
  return new Date(Number(floorSeconds(unixNano)) * 1000).toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length);
}
