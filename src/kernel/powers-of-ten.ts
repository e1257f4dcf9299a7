import type { KernelInstance } from './instance.js';

const EXPONENT_MIN = -292;
const EXPONENT_MAX = 324;
const BITS = 128n;

/**
 * Writes powers of ten to where `assembly/doubles.ts` takes them from: 128 bits each, the lower half first, rounded up.
 * Computed, because a table of 617 numbers of 39 digits is nothing to read.
 */
export function writePowersOfTen(instance: KernelInstance): void {
  const bytes = instance.bytes();
  let at = instance.places.powersOfTen;
  for (let exponent = EXPONENT_MIN; exponent <= EXPONENT_MAX; exponent++) {
    const power = topBits(exponent);
    at = bytes.writeBigUInt64LE(BigInt.asUintN(64, power), at);
    at = bytes.writeBigUInt64LE(power >> 64n, at);
  }
}

/** The upper 128 bits of 10^exponent. */
function topBits(exponent: number): bigint {
  const power = 10n ** BigInt(Math.abs(exponent));
  const length = BigInt(power.toString(2).length);
  if (exponent >= 0)
    return length <= BITS ? power << (BITS - length) : roundedUp(power, 2n ** (length - BITS));
  // 1 / power is below 2^(1 - length) and, powers of ten not being powers of two, above 2^-length.
  return roundedUp(2n ** (length + BITS - 1n), power);
}

function roundedUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
