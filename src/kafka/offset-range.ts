import type { TopicPartition } from './ports.js';

/** Records of a partition: from the offset `from`, and below `to`. */
export interface OffsetRange extends TopicPartition {
  from: number;
  to: number;
}

/** Offsets that the ranges span. Markers of transactions and what was compacted away count, so records may be fewer. */
export function spanOf(ranges: readonly OffsetRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
}
