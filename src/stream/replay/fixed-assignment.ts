import type { TopicPartition } from '../../kafka/ports.js';
import type { Assignment } from '../assignment.js';

/** Nobody gives or takes partitions that were assigned by hand. */
export function fixedAssignment(partitions: readonly TopicPartition[]): Assignment {
  return {
    partitions,
    owns: () => true,
    lost: () => false,
    // Where a run of its own goes on, and what it has missed, is known to its consumer (`bounded-consumer.ts`).
    nextOffset: () => 0,
    advance: () => undefined,
    settle: () => [],
    release: () => undefined,
  };
}
