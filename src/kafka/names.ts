import type { NextOffset, TopicPartition } from './ports.js';

/** A partition as people write it: `otlp_spans-3`. */
export function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}

/** Where a record is, for people: `otlp_spans-3 offset 17`. */
export function recordName(record: NextOffset): string {
  return `${partitionName(record)} offset ${record.offset}`;
}
