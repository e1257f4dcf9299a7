import type { Delivery } from './delivery.js';

/** `dry_run`: everything up to the sending, nothing of it. No message is produced, no offset committed. */
export function dryRunDelivery(): Delivery {
  const nothing = async (): Promise<void> => undefined;
  return { open: nothing, send: async () => [], commit: nothing, abort: nothing, close: nothing };
}
