import type { Config } from './schema.js';

/** The client's own default, which holds where no transaction bounds it. */
const AT_LEAST_ONCE_MS = 300_000;

/** How long a row may take to be written, in milliseconds: as set, or what `delivery` makes of `null`. */
export function messageTimeoutMs(producer: Config['producer'], delivery: Config['delivery']): number {
  return (
    producer.message_timeout_ms ??
    (delivery === 'exactly_once' ? producer.transaction_timeout_ms : AT_LEAST_ONCE_MS)
  );
}
