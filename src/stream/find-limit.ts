/** Where the search begins. Kafka takes no topic seriously that takes less than a few hundred bytes. */
const FIRST_BYTES = 256;

/** The search ends when it knows the limit to one part in so many. */
const PRECISION = 1000;
const PRECISION_BYTES = 16;

/**
 * Finds the largest size that is accepted: doubles it until one is refused, then halves the gap. Growing first, because a
 * refusal costs an aborted transaction and an acceptance none.
 *
 * @param accepts whether a size is accepted; true for all sizes up to the limit, false for all above.
 * @param bytesMax the largest size of interest.
 * @returns null when all sizes are accepted; 0 when not even the smallest is.
 */
export async function findLimit(
  accepts: (bytes: number) => Promise<boolean>,
  bytesMax: number,
): Promise<number | null> {
  if (await accepts(bytesMax)) return null;
  let accepted = 0;
  let refused = bytesMax;
  for (let bytes = FIRST_BYTES; bytes < refused; bytes *= 2) {
    if (await accepts(bytes)) accepted = bytes;
    else refused = bytes;
  }
  while (refused - accepted > Math.max(PRECISION_BYTES, accepted / PRECISION)) {
    const middle = Math.floor((accepted + refused) / 2);
    if (await accepts(middle)) accepted = middle;
    else refused = middle;
  }
  return accepted;
}
