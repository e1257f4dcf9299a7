import type { OffsetRange } from '../../kafka/offset-range.js';
import type { InputRecord, KafkaAdmin, TopicPartition, TopicReader } from '../../kafka/ports.js';
import { readRanges } from '../../kafka/read-ranges.js';

/** Of a topic: enough to meet records of several senders, without reading much. */
const PARTITIONS_MAX = 4;
const FIRST_OFFSETS = 2;
/** Every other offset of a transactional sender that sends little is a marker. */
const LAST_OFFSETS = 6;

export interface Sampling {
  /** Whether there is any offset to read, by topic. A partition of nothing but markers counts as having some. */
  hasOffsets: ReadonlySet<string>;
  /** False when the time was up first; what came until then has been handed over. */
  complete: boolean;
}

/**
 * Reads the first and the last few records of some partitions of each topic, as a reader of committed records that joins no
 * group and commits nothing. Each record is handed over as it comes and not kept.
 *
 * @param timeMs for all of it.
 */
export async function sampleInputs(
  admin: Pick<KafkaAdmin, 'offsetsAt'>,
  reader: TopicReader,
  partitions: readonly TopicPartition[],
  onRecord: (record: InputRecord) => void | Promise<void>,
  timeMs: number,
): Promise<Sampling> {
  const [lows, ends] = await Promise.all([
    admin.offsetsAt('earliest', partitions),
    admin.offsetsAt('stable_end', partitions),
  ]);
  const nameOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;
  const endOf = new Map(ends.map(end => [nameOf(end), end.offset ?? 0]));
  const filled = lows
    .map(low => ({ ...low, from: low.offset ?? 0, to: endOf.get(nameOf(low)) ?? 0 }))
    .filter(({ from, to }) => from < to);
  const topics = new Set(filled.map(({ topic }) => topic));
  const chosen = [...topics].flatMap(name => someOf(filled.filter(({ topic }) => topic === name)));

  const signal = AbortSignal.timeout(timeMs);
  const read = (ranges: readonly OffsetRange[]) =>
    readRanges(reader, ranges, onRecord, { signal, stallMsMax: timeMs, onProgress: () => undefined });
  let complete = true;
  try {
    // The last ones first: should the time be up, they say more about what is going to come.
    await read(chosen.map(range => ({ ...range, from: Math.max(range.from, range.to - LAST_OFFSETS) })));
    await read(
      chosen.map(range => ({
        ...range,
        to: Math.min(range.from + FIRST_OFFSETS, Math.max(range.from, range.to - LAST_OFFSETS)),
      })),
    );
  } catch (error) {
    if (error !== signal.reason) throw error;
    complete = false;
  }
  return { hasOffsets: topics, complete };
}

/** Spread over all of them: neighbours may have been made, and filled, together. */
function someOf(ranges: readonly OffsetRange[]): OffsetRange[] {
  const count = Math.min(PARTITIONS_MAX, ranges.length);
  return Array.from(
    { length: count },
    (_, index) => ranges[Math.floor((index * ranges.length) / count)] as OffsetRange,
  );
}
