import { randomUUID } from 'node:crypto';
import { reads } from '../../config/input-topic.js';
import { InputInvalid } from '../../errors.js';
import { readerOptions } from '../../kafka/client-options.js';
import { partitionName } from '../../kafka/names.js';
import { type OffsetRange, spanOf } from '../../kafka/offset-range.js';
import { settledOffsets } from '../../kafka/once-coordinated.js';
import type { CommittedOffset, KafkaAdmin, NextOffset } from '../../kafka/ports.js';
import type { DeadLetterFilter } from '../../messages/dead-letter-record.js';
import type { Delivery } from '../delivery.js';
import { openDelivery } from '../processor.js';
import { boundedRun } from '../replay/bounded-run.js';
import { type ClaimedRange, claim, claimedDelivery, holdOf } from '../replay/claim.js';
import { planRanges } from '../replay/plan-ranges.js';
import { noteOf } from '../replay/run-note.js';
import { prepareOutputs, runConfig, runParts, withClients } from '../replay/run-parts.js';
import type { Run } from '../run.js';
import { type DeadLetterTally, deadLetterSender, zeroDeadLetters } from './dead-letter-sender.js';
import { deadLetterSources } from './dead-letter-sources.js';
import { deadLetterGroup, deadLetterPartitions } from './dead-letter-topic.js';

/**
 * How long brokers keep the offsets of a group without members, unless their `offsets.retention.minutes` says otherwise.
 * A client cannot ask for that without a right that nothing else here needs.
 */
export const OFFSETS_KEPT_DAYS = 7;
const DAY_MS = 86_400_000;

export interface DeadLetterPlan {
  /** How many dead-letter records there are at most. */
  deadLetters: number;
  /**
   * How many of them may have been replayed before: the group has no offsets for them, and they are so old that brokers may
   * have deleted those.
   */
  doubtful: number;
}

export interface DeadLetterHooks {
  /** Asked before anything is written; false ends it. */
  confirm(plan: DeadLetterPlan): Promise<boolean>;
  progressed(doneCount: number): void;
  /** Another record stands where a refused one stood, which its dead-letter record could not hold. */
  otherFound(source: NextOffset, difference: string): void;
}

export interface DeadLetterEnd extends DeadLetterTally {
  end: 'done' | 'stopped' | 'declined';
}

/**
 * Processes the dead letters that were not replayed yet, up to those that are there now, exactly once: rows, new
 * dead-letter records and the offsets of the dead-letter topic in the same transactions, as a worker does it with its
 * inputs.
 *
 * @param agreed see `ReplayRequest.agreed`.
 * @throws Fatal when it cannot work, or another run has taken over.
 */
export async function replayDeadLetterTopic(
  run: Run,
  { filter, agreed }: { filter: DeadLetterFilter; agreed: boolean },
  hooks: DeadLetterHooks,
): Promise<DeadLetterEnd> {
  const { config, kafka, events, stop } = run;
  const group = deadLetterGroup(config);
  const own = runConfig(config, group);
  const tally = zeroDeadLetters();
  return withClients(run, group, async ({ admin, consumer }) => {
    const id = randomUUID();
    const hold = holdOf({ consumer, group, run: id }, stop);
    const parts = await runParts({ ...run, config: own }, consumer, hold);
    const sources = deadLetterSources({
      admin,
      connect: () => kafka.connectReader(readerOptions(config), { client: 'reader', events, signal: stop }),
      filter,
      bytesMax: parts.bounds.bytesMax,
    });
    try {
      if (agreed) await openDelivery(parts);
      const partitions = await deadLetterPartitions(admin, config);
      const held = await planRanges(admin, partitions, { kind: 'earliest' }, { kind: 'now' });
      const decide = (found: readonly CommittedOffset[]) => leftOf(held, found, group, id);
      const found = await settledOffsets(consumer, partitions, stop);
      const plan = {
        deadLetters: spanOf(decide(found)),
        doubtful: await countDoubtful(admin, held, found, Date.now() - OFFSETS_KEPT_DAYS * DAY_MS),
      };
      if (!(await hooks.confirm(plan))) return { end: 'declined', ...tally };

      const inputs = own.inputs.filter(
        input => filter.topics.length === 0 || filter.topics.some(topic => reads(input.topic, topic)),
      );
      await prepareOutputs(admin, { ...own, inputs }, events);
      const ranges = await claim({ ...parts, consumer, hold, partitions }, decide);
      if (ranges === null) return { end: 'stopped', ...tally };
      const pending = zeroDeadLetters();
      let doneCount = 0;
      const next = new Map(ranges.map(range => [partitionName(range), range.from]));
      const done = await boundedRun({
        consumer: sources.beside(consumer),
        ranges,
        parts: {
          ...parts,
          // A dead-letter record is no request: what it is about is transformed where it is sent.
          inputOf: topic => ({ topic, signal: 'traces', encoding: 'auto', framing: 'none' }),
          transform: () => ({ messages: [], itemCount: 0, filteredCount: 0 }),
          sender: {
            ...parts.sender,
            sendRecord: deadLetterSender({
              ...parts,
              sendRecord: parts.sender.sendRecord,
              filter,
              sourceOf: sources.of,
              tally: pending,
              otherFound: hooks.otherFound,
            }),
          },
          delivery: countingDelivery(claimedDelivery(parts.delivery, ranges), pending, tally),
        },
        committed: nextOffsets => {
          for (const at of nextOffsets) {
            doneCount += at.offset - (next.get(partitionName(at)) ?? at.offset);
            next.set(partitionName(at), at.offset);
          }
          hooks.progressed(doneCount);
        },
      });
      return { end: done ? 'done' : 'stopped', ...tally };
    } finally {
      await parts.delivery.close();
      await sources.close();
    }
  });
}

/** From where the last run has come to, or from the beginning, up to the end of now. */
function leftOf(
  held: readonly OffsetRange[],
  found: readonly CommittedOffset[],
  group: string,
  run: string,
): ClaimedRange[] {
  return held.map(({ topic, partition, from, to }) => {
    const known = found.find(offset => offset.topic === topic && offset.partition === partition);
    if (known && known.offset !== null && noteOf(known) === null) {
      throw new InputInvalid(
        `The group ${group} has committed offsets of ${partitionName({ topic, partition })} that no replay of dead ` +
          'dead-letter records has made. Delete them, or give the group of the workers another name.',
      );
    }
    const begin = Math.min(to, Math.max(from, known?.offset ?? from));
    return {
      topic,
      partition,
      from: begin,
      to,
      note: { run, from: begin, to, partitions: held.length, asked: {} },
    };
  });
}

/**
 * How many dead-letter records are older than what brokers remember, in partitions of which nothing is known: nobody
 * has replayed them yet, or somebody has and the offsets are gone.
 */
export async function countDoubtful(
  admin: Pick<KafkaAdmin, 'offsetsAt'>,
  held: readonly OffsetRange[],
  found: readonly CommittedOffset[],
  rememberedSinceMs: number,
): Promise<number> {
  const known = new Set(found.filter(({ offset }) => offset !== null).map(partitionName));
  const unknown = held.filter(range => range.from < range.to && !known.has(partitionName(range)));
  const begins = await admin.offsetsAt({ sinceMs: rememberedSinceMs }, unknown);
  const remembered = new Map(begins.map(at => [partitionName(at), at.offset]));
  return unknown.reduce((sum, range) => {
    const begin = remembered.get(partitionName(range)) ?? range.to;
    return sum + Math.max(0, Math.min(begin, range.to) - range.from);
  }, 0);
}

/** Counts dead-letter records once they are committed. */
function countingDelivery(delivery: Delivery, pending: DeadLetterTally, tally: DeadLetterTally): Delivery {
  const clear = () => Object.assign(pending, zeroDeadLetters());
  return {
    ...delivery,
    commit: async nextOffsets => {
      await delivery.commit(nextOffsets);
      for (const name of Object.keys(tally) as (keyof DeadLetterTally)[]) tally[name] += pending[name];
      clear();
    },
    abort: async () => {
      clear();
      await delivery.abort();
    },
  };
}
