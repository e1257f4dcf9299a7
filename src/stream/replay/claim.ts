import { setTimeout as sleep } from 'node:timers/promises';
import { AbortBatch, Fatal, Fenced } from '../../errors.js';
import { partitionName } from '../../kafka/names.js';
import type { AssignedConsumer, CommittedOffset, TopicPartition } from '../../kafka/ports.js';
import type { Delivery } from '../delivery.js';
import { openDelivery, type ProcessorParts } from '../processor.js';
import type { OffsetRange } from './offset-range.js';
import { encodeNote, noteOf, type RunNote } from './run-note.js';
import { settledOffsets } from './settled-offsets.js';

/** What is left of a run in a partition, and the note that goes with its offsets. */
export interface ClaimedRange extends OffsetRange {
  note: RunNote;
}

export interface ClaimParts extends Pick<ProcessorParts, 'delivery' | 'backoff' | 'events' | 'stop'> {
  consumer: AssignedConsumer;
  group: string;
  /** Name of this run. */
  run: string;
  partitions: readonly TopicPartition[];
}

/**
 * Takes the group's offsets for this run, so that no other writes rows from them, and opens the delivery.
 *
 * Nothing but this keeps two runs apart, since neither is a member of the group:
 *   1. opening the producer fences the one of the other run, under the same transactional id, and ends its transaction;
 *   2. only then the offsets are read, so they are as the other run has left them;
 *   3. they are committed with the name of this run. When the other has opened its producer again meanwhile, that fails,
 *      and this begins anew;
 *   4. the other, once it finds its producer fenced, reads whose name the offsets have (`claimedDelivery`), and ends.
 * So the run that was started last goes on, and no record is read from an offset that the other one has passed.
 *
 * @param decide what to do, from the offsets of the partitions as they are now.
 * @returns what `decide` has returned, or `null` when `stop` was aborted before.
 */
export async function claim(
  parts: ClaimParts,
  decide: (found: readonly CommittedOffset[]) => readonly ClaimedRange[],
): Promise<readonly ClaimedRange[] | null> {
  const { delivery, consumer, backoff, stop } = parts;
  while (!stop.aborted) {
    await openDelivery(parts);
    try {
      const ranges = decide(await settledOffsets(consumer, parts.partitions, stop));
      await delivery.commit(
        ranges.map(({ topic, partition, from, note }) => ({
          topic,
          partition,
          offset: from,
          metadata: encodeNote(note),
        })),
      );
      backoff.reset();
      return ranges;
    } catch (error) {
      if (!(error instanceof Fenced || error instanceof AbortBatch)) throw error;
      await delivery.abort().catch(() => undefined);
      await sleep(backoff.next(), undefined, { signal: stop }).catch(() => undefined);
    }
  }
  return null;
}

/**
 * A delivery that commits each offset with the note of its partition, and that ends the run when, after its producer was
 * replaced, the offsets have the name of another one.
 */
export function claimedDelivery(parts: ClaimParts, ranges: readonly ClaimedRange[]): Delivery {
  const { delivery, consumer, group, run, stop } = parts;
  const notes = new Map(ranges.map(range => [partitionName(range), encodeNote(range.note)]));
  let doubted = false;

  const noticeFence = (error: unknown): never => {
    if (error instanceof Fenced) doubted = true;
    throw error;
  };

  return {
    open: async () => {
      await delivery.open();
      if (!doubted) return;
      const found = await settledOffsets(consumer, ranges, stop);
      if (found.some(offset => noteOf(offset)?.run !== run)) {
        throw new Fatal(
          `Another run has taken over the group ${group}: it was started later, or its offsets were set by hand. ` +
            'This one has ended and written nothing since; the other one goes on from where it was.',
        );
      }
      doubted = false;
    },
    send: (messages, headers) => delivery.send(messages, headers).catch(noticeFence),
    commit: async nextOffsets => {
      const noted = nextOffsets.map(next => {
        const metadata = notes.get(partitionName(next));
        return metadata === undefined ? next : { ...next, metadata };
      });
      await delivery.commit(noted).catch(noticeFence);
    },
    abort: () => delivery.abort().catch(noticeFence),
    close: () => delivery.close(),
  };
}
