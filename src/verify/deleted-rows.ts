import { partitionName } from '../kafka/names.js';
import type { OffsetRange } from '../kafka/offset-range.js';
import { readRanges } from '../kafka/read-ranges.js';
import { type Comparison, STALL_MS, type VerifyParts } from './comparison.js';
import { FROM_SKEW_MS, type Snapshot } from './snapshot.js';

/** What the outputs have deleted of the rows that are compared, by retention or by hand. */
export interface DeletedRows {
  /** What is left of the partitions that begin later. */
  partitions: readonly OffsetRange[];
  /** By slot: rows of records before this time (milliseconds since 1970) may be among the deleted. */
  untilMs: ReadonlyMap<number, number>;
}

/** Behind markers and aborted records, the first row that is kept is not the first offset. */
const LOOK_AHEAD_OFFSETS = 1_000;

/**
 * Finds until when rows may be deleted. A topic deletes its oldest rows first, and a row is written after its record: what
 * is younger than the first row that each partition keeps must be there.
 *
 * To be called when the outputs have been read, because they go on deleting.
 */
export async function findDeletedRows(
  { reader, signal }: VerifyParts,
  { topics }: Comparison,
  snapshot: Snapshot,
): Promise<DeletedRows> {
  const partitions = await snapshot.deletedOutputs();
  const ofRows = partitions.filter(({ topic }) => topics.outputs.has(topic));
  const firstMs = new Map<string, number>();
  await readRanges(
    reader,
    ofRows.map(range => ({ ...range, to: Math.min(range.to, range.from + LOOK_AHEAD_OFFSETS) })),
    record => {
      const name = partitionName(record);
      if (record.timestampMs !== null && !firstMs.has(name)) firstMs.set(name, record.timestampMs);
    },
    { signal, stallMsMax: STALL_MS, onProgress: () => undefined },
  );
  const untilMs = new Map<number, number>();
  for (const range of ofRows) {
    const slot = topics.outputs.get(range.topic) ?? 0;
    // Of a partition that keeps none it is not known how old the deleted ones were.
    const first = firstMs.get(partitionName(range)) ?? Number.POSITIVE_INFINITY;
    untilMs.set(slot, Math.max(untilMs.get(slot) ?? 0, first + FROM_SKEW_MS));
  }
  return { partitions, untilMs };
}
