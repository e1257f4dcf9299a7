import type { InputConsumer, InputRecord } from '../kafka/ports.js';
import type { Assignment } from './assignment.js';
import { firstOffsets } from './batch.js';

/**
 * Puts reading back to the committed offsets after a batch that was not committed, or may not have been.
 *
 * The coordinator is asked, not the batch: a commit whose answer was lost may have been carried out, and then the batch
 * must not be read again. A partition without any committed offset goes back to where the batch began, and so does one
 * whose topic was deleted and recreated, with which the committed offset went: its log ends before what was committed.
 *
 * @param records of the batch. Partitions that this worker no longer owns are left to their new owner.
 * @throws KafkaFailure when the coordinator does not answer. Nothing may be polled then: records would be skipped.
 */
export async function rewind(
  consumer: Pick<InputConsumer, 'committed' | 'seek' | 'watermarks'>,
  assignment: Assignment,
  records: readonly InputRecord[],
): Promise<void> {
  assignment.settle();
  // Thrown out of the group: nothing to put back. Polling brings the revoke event, and until then no commit succeeds.
  if (assignment.lost()) return;
  const begins = firstOffsets(records).filter(begin => assignment.owns(begin));
  if (begins.length === 0) return;
  const committed = await consumer.committed(begins);
  const goesOnAt = begins.map(begin => {
    const known = committed.find(
      ({ topic, partition }) => topic === begin.topic && partition === begin.partition,
    );
    const own = assignment.nextOffset(begin) ?? 0;
    const end = consumer.watermarks(begin)?.high ?? own;
    if (known?.offset == null && end < own) return begin;
    // Never back behind what this worker itself has committed, should a coordinator that has just taken over not know it yet.
    return { ...begin, offset: Math.max(known?.offset ?? begin.offset, own) };
  });
  for (const at of goesOnAt) await consumer.seek(at);
  // A commit whose answer was lost counts from here on: `refuseCommitted` must not let its records pass again.
  assignment.advance(goesOnAt);
}
