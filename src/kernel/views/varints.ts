/** The numbers of a packed list of varints, each of which has at most 64 bits. The kernel has checked that it ends with one. */
export function readVarints(bytes: Uint8Array): bigint[] {
  const numbers: bigint[] = [];
  let number = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    number |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) continue;
    numbers.push(BigInt.asUintN(64, number));
    number = shift = 0n;
  }
  return numbers;
}
