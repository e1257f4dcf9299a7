import type { TopicPartition } from '../../kafka/ports.js';
import type { Assignment } from '../assignment.js';

/** Nobody gives or takes partitions that were assigned by hand. */
export function fixedAssignment(partitions: readonly TopicPartition[]): Assignment {
  return {
    partitions,
    owns: () => true,
    lost: () => false,
    // Where a run of its own begins is its own business, and nobody else commits for its group.
    nextOffset: () => 0,
    advance: () => undefined,
    settle: () => [],
    release: () => undefined,
  };
}
