/**
 * An OTLP time is an unsigned number of nanoseconds, a column's is signed. The exporters reinterpret the 64 bits, so a
 * time from 2^63 on is one before 1970.
 */
export function instant(unixNano: bigint): bigint {
  return BigInt.asIntN(64, unixNano);
}
