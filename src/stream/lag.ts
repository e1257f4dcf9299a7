import type { InputConsumer, TopicPartition } from '../kafka/ports.js';

/**
 * Records that lie ahead in the owned partitions, as far as the last fetch knew; `null` before the first fetch.
 *
 * Counted from the consumer's position, because the client's own lag figure follows commits made by the consumer, and
 * with exactly-once the producer makes them.
 */
export function lagOf(
  consumer: Pick<InputConsumer, 'positions' | 'watermarks'>,
  partitions: readonly TopicPartition[],
): number | null {
  let lag: number | null = null;
  for (const position of consumer.positions(partitions)) {
    const end = consumer.watermarks(position)?.high;
    if (end !== undefined) lag = (lag ?? 0) + Math.max(0, end - position.offset);
  }
  return lag;
}
