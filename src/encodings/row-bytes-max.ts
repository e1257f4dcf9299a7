import type { Config } from '../config/schema.js';

/** No row is made larger than this, unless larger ones may be sent. */
const ROW_BYTES_MAX = 32 * 1024 * 1024;

/** Bytes that no row may exceed: `encode` gives it up then, before it takes the memory. */
export function rowBytesMax({ producer }: Pick<Config, 'producer'>): number {
  return Math.max(ROW_BYTES_MAX, producer.max_message_bytes);
}
