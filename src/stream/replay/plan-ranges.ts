import { InputInvalid } from '../../errors.js';
import { partitionName } from '../../kafka/names.js';
import type { OffsetRange } from '../../kafka/offset-range.js';
import type { KafkaAdmin, TopicPartition } from '../../kafka/ports.js';
import type { Position } from './position.js';

/** What a partition holds now: its lowest offset, and the one that committed records go up to. */
interface Held {
  low: number;
  end: number;
}

/**
 * Finds what two positions mean in each partition. A range that would begin before what the topic still keeps begins
 * there; one that would end before it begins is empty. Given offsets at `from` choose the partitions too.
 *
 * @throws InputInvalid for offsets beyond the end or of other partitions, and when each range would end before it begins.
 * @throws KafkaFailure
 */
export async function planRanges(
  admin: Pick<KafkaAdmin, 'offsetsAt'>,
  partitions: readonly TopicPartition[],
  from: Position,
  to: Position,
): Promise<OffsetRange[]> {
  const chosen = from.kind === 'offsets' ? chosenBy(from.offsets, partitions, '--from') : partitions;
  if (to.kind === 'offsets') chosenBy(to.offsets, chosen, '--to');
  const lows = await offsetsByName(admin, 'earliest', chosen);
  const ends = await offsetsByName(admin, 'stable_end', chosen);
  const heldBy = (partition: TopicPartition): Held => {
    const name = partitionName(partition);
    return { low: lows.get(name) ?? 0, end: ends.get(name) ?? 0 };
  };
  const begins = await resolve(admin, chosen, from, heldBy, '--from');
  const stops = await resolve(admin, chosen, to, heldBy, '--to');

  const isReversed = (partition: TopicPartition): boolean => {
    const [begin, stop] = [begins.get(partitionName(partition)), stops.get(partitionName(partition))];
    return begin !== undefined && stop !== undefined && stop < begin;
  };
  if (chosen.length > 0 && chosen.every(isReversed)) {
    throw new InputInvalid('--to is before --from in every partition');
  }
  return chosen.map(({ topic, partition }) => {
    const name = partitionName({ topic, partition });
    const { low, end } = heldBy({ topic, partition });
    // A time can lie beyond what is committed, where a transaction is still open.
    const begin = Math.min(end, Math.max(low, begins.get(name) ?? end));
    return { topic, partition, from: begin, to: Math.min(end, Math.max(begin, stops.get(name) ?? end)) };
  });
}

/** @throws InputInvalid when one of the offsets is of no partition that is to be replayed. */
function chosenBy(
  offsets: readonly TopicPartition[],
  partitions: readonly TopicPartition[],
  option: string,
): TopicPartition[] {
  const known = new Set(partitions.map(partitionName));
  const stranger = offsets.find(offset => !known.has(partitionName(offset)));
  if (stranger) {
    throw new InputInvalid(
      `${option}: ${stranger.topic}:${stranger.partition} is no partition of the topics that are to be replayed`,
    );
  }
  return offsets.map(({ topic, partition }) => ({ topic, partition }));
}

async function resolve(
  admin: Pick<KafkaAdmin, 'offsetsAt'>,
  partitions: readonly TopicPartition[],
  position: Position,
  heldBy: (partition: TopicPartition) => Held,
  option: string,
): Promise<Map<string, number>> {
  switch (position.kind) {
    case 'earliest':
      return new Map(partitions.map(partition => [partitionName(partition), heldBy(partition).low]));
    case 'now':
      return new Map(partitions.map(partition => [partitionName(partition), heldBy(partition).end]));
    case 'time':
      return offsetsByName(admin, { sinceMs: position.ms }, partitions);
    case 'offsets':
      for (const given of position.offsets) {
        const { end } = heldBy(given);
        if (given.offset > end) {
          throw new InputInvalid(
            `${option}: ${given.topic}:${given.partition}:${given.offset} is beyond the end of the partition, which is ${end}`,
          );
        }
      }
      return new Map(position.offsets.map(given => [partitionName(given), given.offset]));
  }
}

/** Partitions that hold nothing as new as a time are left out. */
async function offsetsByName(
  admin: Pick<KafkaAdmin, 'offsetsAt'>,
  place: Parameters<KafkaAdmin['offsetsAt']>[0],
  partitions: readonly TopicPartition[],
): Promise<Map<string, number>> {
  const found = await admin.offsetsAt(place, partitions);
  return new Map(found.flatMap(at => (at.offset === null ? [] : [[partitionName(at), at.offset] as const])));
}
