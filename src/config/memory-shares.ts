import type { Config } from './schema.js';

// What each step may hold, in bytes: what its setting says, or else its share of `memory.budget_bytes`.

/** The least that the client takes for `fetch.max.bytes`. */
const FETCH_MAX_BYTES_MIN = 1_000_000;

/** Records that one fetch from a broker brings, compressed. */
export function fetchMaxBytes({ memory, consumer }: Pick<Config, 'memory' | 'consumer'>): number {
  return consumer.fetch_max_bytes ?? Math.max(FETCH_MAX_BYTES_MIN, share(memory, 8));
}

/** Records that were fetched and are not polled yet. */
export function queuedMaxBytes({ memory, consumer }: Pick<Config, 'memory' | 'consumer'>): number {
  return consumer.queued_max_bytes ?? share(memory, 4);
}

/** Records of the running batch, and as much for the one that is polled meanwhile. */
export function batchMaxBytes({ memory, batch }: Pick<Config, 'memory' | 'batch'>): number {
  return batch.max_bytes ?? share(memory, 16);
}

/** Rows that are gathered to share messages and were not handed to the client yet. */
export function gatheredMaxBytes({ memory }: Pick<Config, 'memory'>): number {
  return share(memory, 16);
}

/** Messages that wait to be sent or acknowledged. One of the largest size fits, whatever the budget. */
export function queueMaxBytes({ memory, producer }: Pick<Config, 'memory' | 'producer'>): number {
  return producer.queue_max_bytes ?? Math.max(producer.max_message_bytes, share(memory, 2));
}

function share({ budget_bytes }: Config['memory'], part: number): number {
  return Math.floor(budget_bytes / part);
}
