import { setTimeout as sleep } from 'node:timers/promises';
import { Fatal } from '../errors.js';
import { KafkaFailure } from './failure.js';

const RETRY_MS = 500;
const COORDINATOR_WAIT_MS = 10_000;
/** A transaction of a killed worker ends after `producer.transaction_timeout_ms` (10 s) and up to 10 s more. */
const TRANSACTION_WAIT_MS = 60_000;

/**
 * Asks a group's coordinator: that of a new group, or of brokers that have just started, is known after a moment.
 *
 * Committed offsets are answered once no transaction is pending on them. Until then the client asks again by itself and
 * then tells of a time-out, for which this waits too, unless `transactions` says that it is to fail at once: a coordinator
 * that this user may not ask looks the same.
 *
 * @throws KafkaFailure, also when the coordinator is not known for so long
 * @throws Fatal when transactions are pending, or seem so, for longer than a minute
 * @throws what `signal` says when that ends the wait
 */
export async function onceCoordinated<T>(
  ask: () => Promise<T>,
  { signal, transactions = 'wait' }: { signal?: AbortSignal; transactions?: 'wait' | 'fail' } = {},
): Promise<T> {
  const waits = transactions === 'wait';
  const deadline = performance.now() + (waits ? TRANSACTION_WAIT_MS : COORDINATOR_WAIT_MS);
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof KafkaFailure)) throw error;
      const pending = waits && error.kind === 'indefinite';
      if (!pending && error.kind !== 'retriable') throw error;
      if (performance.now() >= deadline) throw pending ? new Fatal(stillPending(error)) : error;
      await sleep(RETRY_MS, undefined, signal ? { signal } : {});
    }
  }
}

function stillPending({ message }: KafkaFailure): string {
  return (
    `${message}, for ${TRANSACTION_WAIT_MS / 1000} s. A transaction that is still open holds the offsets of the group back, ` +
    'and a user without the READ right on the group gets no answer: look at the brokers and the rights, and try again.'
  );
}
