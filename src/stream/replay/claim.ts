import { setTimeout as sleep } from 'node:timers/promises';
import { AbortBatch, Fatal, Fenced } from '../../errors.js';
import { partitionName } from '../../kafka/names.js';
import type { OffsetRange } from '../../kafka/offset-range.js';
import { settledOffsets } from '../../kafka/once-coordinated.js';
import type { AssignedConsumer, CommittedOffset, TopicPartition } from '../../kafka/ports.js';
import type { Delivery } from '../delivery.js';
import { openDelivery, type ProcessorParts } from '../processor.js';
import { encodeNote, noteOf, type RunNote } from './run-note.js';

/** What is left of a run in a partition, and the note that goes with its offsets. */
export interface ClaimedRange extends OffsetRange {
  note: RunNote;
}

export interface ClaimParts extends Pick<ProcessorParts, 'delivery' | 'backoff' | 'events' | 'stop'> {
  consumer: AssignedConsumer;
  partitions: readonly TopicPartition[];
  hold: Hold;
}

/** Whose the offsets of a group are, as far as one run knows. */
export interface Hold {
  /** Called for each producer of the run, before anything is sent by it. @throws Fenced, Fatal when it may not send. */
  producerOpened(): Promise<void>;
  /** The offsets are read: what is committed from now on rests on them. */
  reading(): void;
  /** The offsets of these ranges are this run's. */
  claimed(ranges: readonly TopicPartition[]): void;
  /** Nothing rests on any offsets yet, or any more. */
  released(): void;
}

type HoldState =
  | { name: 'none' }
  | { name: 'reading' }
  | { name: 'claimed'; ranges: readonly TopicPartition[] };

/**
 * Keeps what a run sends to offsets that are its own.
 *
 * Why each producer is asked about, also one that the delivery has replaced by itself, when nothing had failed:
 *   1. run A ends a transaction that the client may have asked for twice, and pauses;
 *   2. run B opens its producer, claims the offsets and commits rows;
 *   3. A goes on: its new producer fences that of B, and would write the rows of B once more.
 *
 * @param run its name.
 */
export function holdOf(
  { consumer, group, run }: { consumer: Pick<AssignedConsumer, 'committed'>; group: string; run: string },
  stop: AbortSignal,
): Hold {
  let state: HoldState = { name: 'none' };
  return {
    producerOpened: async () => {
      if (state.name === 'none') return;
      if (state.name === 'reading') {
        throw new Fenced('the producer was replaced while the offsets were claimed; they are read again');
      }
      const found = await offsetsOf(consumer, state.ranges, stop);
      if (found.some(offset => noteOf(offset)?.run !== run)) {
        throw new Fatal(
          `Another run has taken over the group ${group}: it was started later, or its offsets were set by hand. ` +
            'This one has ended and written nothing since; the other one goes on from where it was.',
        );
      }
    },
    reading: () => {
      state = { name: 'reading' };
    },
    claimed: ranges => {
      state = { name: 'claimed', ranges };
    },
    released: () => {
      state = { name: 'none' };
    },
  };
}

/**
 * Takes the group's offsets for this run, so that no other writes rows from them, and opens the delivery.
 *
 * Nothing but this keeps two runs apart, since neither is a member of the group:
 *   1. opening the producer fences the one of the other run, under the same transactional id, and ends its transaction;
 *   2. only then the offsets are read, so they are as the other run has left them;
 *   3. they are committed with the name of this run. When the other has opened its producer again meanwhile, that fails,
 *      and this begins anew. So it does when this run's own producer was replaced in between (`Hold`);
 *   4. the other, once it opens another producer, reads whose name the offsets have (`Hold`), and ends.
 * So the run that was started last goes on, and no record is read from an offset that the other one has passed.
 *
 * @param decide what to do, from the offsets of the partitions as they are now.
 * @returns what `decide` has returned, or `null` when `stop` was aborted before.
 */
export async function claim(
  parts: ClaimParts,
  decide: (found: readonly CommittedOffset[]) => readonly ClaimedRange[],
): Promise<readonly ClaimedRange[] | null> {
  const { delivery, consumer, backoff, hold, stop } = parts;
  while (!stop.aborted) {
    hold.released();
    await openDelivery(parts);
    hold.reading();
    try {
      const ranges = decide(await offsetsOf(consumer, parts.partitions, stop));
      await delivery.commit(
        ranges.map(({ topic, partition, from, note }) => ({
          topic,
          partition,
          offset: from,
          metadata: encodeNote(note),
        })),
      );
      hold.claimed(ranges);
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

/** A stop ends what is under way, as it does a batch of the loop: it is no failure of the run. */
async function offsetsOf(
  consumer: Pick<AssignedConsumer, 'committed'>,
  partitions: readonly TopicPartition[],
  stop: AbortSignal,
): Promise<CommittedOffset[]> {
  try {
    return await settledOffsets(consumer, partitions, stop);
  } catch (error) {
    throw stop.aborted ? new AbortBatch('stopped', { cause: error }) : error;
  }
}

/** A delivery that commits each offset with the note of its partition. */
export function claimedDelivery(delivery: Delivery, ranges: readonly ClaimedRange[]): Delivery {
  const notes = new Map(ranges.map(range => [partitionName(range), encodeNote(range.note)]));
  return {
    ...delivery,
    commit: nextOffsets =>
      delivery.commit(
        nextOffsets.map(next => {
          const metadata = notes.get(partitionName(next));
          return metadata === undefined ? next : { ...next, metadata };
        }),
      ),
  };
}
