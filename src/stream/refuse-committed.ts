import { AbortBatch } from '../errors.js';
import { partitionName } from '../kafka/names.js';
import type { InputConsumer, InputRecord } from '../kafka/ports.js';
import type { Assignment } from './assignment.js';
import { firstOffsets } from './batch.js';

/**
 * Holds the client to reading no record twice: the first records of a partition that was assigned are compared with what
 * the group has committed, all later ones with what this worker has.
 *
 * A worker that was stopped for longer than its session, lost its partitions and was given them again, got records from
 * the client that it had fetched before, in front of those after the committed offset. The broker cannot tell: it takes
 * whatever offset a valid member commits.
 *
 * @throws AbortBatch when a record is among them that was committed before, or of a partition that is not this worker's;
 * `rewind` then puts reading right.
 * @throws KafkaFailure when the coordinator does not answer.
 */
export async function refuseCommitted(
  consumer: Pick<InputConsumer, 'committed'>,
  assignment: Assignment,
  records: readonly InputRecord[],
): Promise<void> {
  const begins = firstOffsets(records);
  const foreign = begins.find(begin => !assignment.owns(begin));
  if (foreign) {
    throw new AbortBatch(`the client read ${partitionName(foreign)}, which the group has given to others`);
  }
  const unknown = begins.filter(begin => assignment.nextOffset(begin) === undefined);
  if (unknown.length > 0) {
    const committed = await consumer.committed(unknown);
    assignment.advance(
      committed.map(({ topic, partition, offset }) => ({ topic, partition, offset: offset ?? 0 })),
    );
  }
  for (const begin of begins) {
    const nextOffset = assignment.nextOffset(begin) ?? 0;
    if (begin.offset < nextOffset) {
      throw new AbortBatch(
        `the client read ${partitionName(begin)} from offset ${begin.offset} on, but ${nextOffset} is committed ` +
          "(if the topic was deleted and recreated, set the group's offsets back: otelrows replay --reset-group)",
      );
    }
  }
}
