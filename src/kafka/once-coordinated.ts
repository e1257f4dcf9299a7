import { Fatal } from '../errors.js';
import { ERRORS } from './error-codes.js';
import { KafkaFailure } from './failure.js';
import { partitionName } from './names.js';
import type { CommittedOffset, TopicPartition } from './ports.js';

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
    signal?.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof KafkaFailure)) throw error;
      const pending = waits && error.kind === 'indefinite';
      if (!pending && error.kind !== 'retriable') throw error;
      if (performance.now() >= deadline) throw pending ? new Fatal(stillPending(error)) : error;
      await pause(signal);
    }
  }
}

/**
 * The committed offsets of a group, of every partition, once no transaction is pending on them.
 * @throws as `onceCoordinated`
 */
export function settledOffsets(
  client: { committed(partitions: readonly TopicPartition[]): Promise<CommittedOffset[]> },
  partitions: readonly TopicPartition[],
  signal?: AbortSignal,
): Promise<CommittedOffset[]> {
  const ask = async (): Promise<CommittedOffset[]> => {
    if (partitions.length === 0) return [];
    const found = await client.committed(partitions);
    const names = new Set(found.map(partitionName));
    const missing = partitions.find(partition => !names.has(partitionName(partition)));
    if (!missing) return found;
    throw new KafkaFailure(
      'indefinite',
      'ask for committed offsets',
      `no answer for ${partitionName(missing)}`,
      ERRORS.ERR__TIMED_OUT,
    );
  };
  return onceCoordinated(ask, signal ? { signal } : {});
}

/** Until it is time to ask again, or `signal` is aborted. */
function pause(signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, RETRY_MS);
    signal?.addEventListener('abort', end);
  });
}

function stillPending({ message }: KafkaFailure): string {
  return (
    `${message}, for ${TRANSACTION_WAIT_MS / 1000} s. A transaction that is still open holds the offsets of the group back, ` +
    'and a user without the READ right on the group gets no answer: look at the brokers and the rights, and try again.'
  );
}
