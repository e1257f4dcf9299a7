import { setTimeout as sleep } from 'node:timers/promises';
import { AbortBatch, Fatal } from '../../errors.js';
import { KafkaFailure } from '../../kafka/failure.js';
import { partitionName } from '../../kafka/names.js';
import type { AssignedConsumer, CommittedOffset, TopicPartition } from '../../kafka/ports.js';

const WAIT_MAX_MS = 60_000;
const RETRY_MS = 500;

/**
 * The committed offsets of the consumer's group, once no transaction is pending on them. Waits for a coordinator that is
 * starting, and for a transaction that a killed run has left open, which its time-out ends.
 *
 * @throws Fatal when that takes longer than a minute. @throws AbortBatch when `stop` ends the wait.
 */
export async function settledOffsets(
  consumer: Pick<AssignedConsumer, 'committed'>,
  partitions: readonly TopicPartition[],
  stop: AbortSignal,
): Promise<CommittedOffset[]> {
  const deadline = performance.now() + WAIT_MAX_MS;
  for (;;) {
    let reason: string;
    try {
      const found = await consumer.committed(partitions);
      const names = new Set(found.map(partitionName));
      const missing = partitions.find(partition => !names.has(partitionName(partition)));
      if (!missing) return found;
      reason = `no answer for ${partitionName(missing)}`;
    } catch (error) {
      if (!(error instanceof KafkaFailure && PASSING.has(error.kind))) throw error;
      reason = error.message;
    }
    if (stop.aborted) throw new AbortBatch('stopped');
    if (performance.now() > deadline) {
      throw new Fatal(
        `The committed offsets cannot be read: ${reason}. Try again when the brokers are well.`,
      );
    }
    await sleep(RETRY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

const PASSING: ReadonlySet<string> = new Set(['retriable', 'indefinite']);
