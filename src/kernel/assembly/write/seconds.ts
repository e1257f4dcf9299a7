const NANOS_PER_SECOND: i64 = 1_000_000_000;

/** Rounded down also before 1970, so that the fraction is positive. */
export function floorSeconds(unixNano: i64): i64 {
  const seconds = unixNano / NANOS_PER_SECOND;
  return seconds * NANOS_PER_SECOND > unixNano ? seconds - 1 : seconds;
}
