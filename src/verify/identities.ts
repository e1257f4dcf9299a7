/**
 * What makes two rows the same one:
 *
 * - `item`: for spans their trace and span id, for everything else, which has no ids, the whole value. Rows that are the
 *   same by that are then compared wholly, key included, and told as changed when they differ.
 * - `ids`: the same without the comparison, for rows that were written under other settings.
 * - `row`: key and value, byte for byte, also for spans.
 */
export const IDENTITIES = ['item', 'ids', 'row'] as const;

export type Identity = (typeof IDENTITIES)[number];
