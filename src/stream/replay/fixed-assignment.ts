import type { TopicPartition } from '../../kafka/ports.js';
import type { Assignment } from '../assignment.js';

/** Nobody gives or takes partitions that were assigned by hand. */
export function fixedAssignment(partitions: readonly TopicPartition[]): Assignment {
  return {
    partitions,
    owns: () => true,
    lost: () => false,
    settle: () => [],
    release: () => undefined,
  };
}
