import type { Delivery } from './delivery.js';

/** `dry_run`: everything up to the sending, nothing of it. No message is produced, no offset committed. */
export function dryRunDelivery(): Delivery {
  const nothing = async (): Promise<void> => undefined;
  return {
    timeMaxMs: Number.POSITIVE_INFINITY,
    open: nothing,
    send: async () => [],
    // Nothing is sent, so it may be any.
    partitionCount: async () => 1,
    commit: nothing,
    abort: nothing,
    brokersAnswer: async () => false,
    close: nothing,
  };
}
