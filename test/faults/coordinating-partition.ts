/**
 * The partition of `__consumer_offsets` or `__transaction_state` whose leader coordinates a group or transactional id, as
 * Kafka computes it (`Utils.abs(id.hashCode()) % partitions`).
 */
export function coordinatingPartition(id: string, partitionCount: number): number {
  let hash = 0;
  for (let index = 0; index < id.length; index += 1) hash = (Math.imul(31, hash) + id.charCodeAt(index)) | 0;
  return (hash & 0x7fffffff) % partitionCount;
}
