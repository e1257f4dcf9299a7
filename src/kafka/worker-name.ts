/**
 * The name under which a worker writes: its transactional id. Stable over restarts, so that a worker ends the
 * transaction its dead predecessor left open; unique among live workers, because two with one name fence each other.
 */
export function workerName(prefix: string, groupId: string, instanceId: string): string {
  return `${prefix}-${groupId}-${instanceId}`;
}
