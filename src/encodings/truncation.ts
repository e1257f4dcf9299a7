/** What `oversize.policy: truncate` does to the texts of a row, in every encoding. */

/** The attribute that says in a row how many bytes of its texts were cut. */
export const TRUNCATED_BYTES = 'otelrows.truncated_bytes';

/** No text is cut to less: ids, names and times are shorter, so they stay whole, and what is left still tells something. */
export const TEXT_BYTES_MIN = 128;

/** The maps of an item's own attributes: the columns that hold `TRUNCATED_BYTES`, where a row has one of them. */
export const ITEM_ATTRIBUTES: ReadonlySet<string> = new Set([
  'SpanAttributes',
  'LogAttributes',
  'Attributes',
]);

/** The end of a text of which so many bytes were cut. */
export function truncationMark(cutBytes: number): string {
  return `…[truncated ${cutBytes} bytes]`;
}

/** Room for the longest mark, in bytes. */
export const MARK_BYTES_MAX = Buffer.byteLength(truncationMark(Number.MAX_SAFE_INTEGER));

/**
 * The length to which all longer texts must be cut to save so many bytes.
 *
 * @param lengths of the texts that may be cut, all longer than `TEXT_BYTES_MIN`; in any order, in bytes as they are written.
 * @param excess bytes to save.
 * @returns null when even the shortest is not enough.
 */
export function levelFor(lengths: readonly number[], excess: number): number | null {
  const descending = [...lengths].sort((a, b) => b - a);
  let sum = 0;
  for (const [i, length] of descending.entries()) {
    sum += length;
    // With the i + 1 longest cut to one length, the next longest must not be longer than that.
    const level = Math.floor((sum - excess) / (i + 1));
    if (level >= (descending[i + 1] ?? TEXT_BYTES_MIN)) return level;
  }
  return null;
}
