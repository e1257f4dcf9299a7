import { partitionName } from '../kafka/names.js';
import type { OffsetRange } from '../kafka/offset-range.js';
import { settledOffsets } from '../kafka/once-coordinated.js';
import type { KafkaAdmin, TopicPartition, TopicReader } from '../kafka/ports.js';

/**
 * How far before the time of `--from` records are read whose rows may be among those that are compared: a row is written
 * after its record, by as much as the worker lags behind.
 */
const FROM_LAG_MS = 3_600_000;
/** How far before it rows are read: clocks differ. */
export const FROM_SKEW_MS = 60_000;

/** The part of an input partition that is read, and the part within it whose items must have rows. */
export interface InputRange extends OffsetRange {
  requiredFrom: number;
  requiredTo: number;
  /** The lowest offset that the topic still keeps. */
  keptFrom: number;
}

/**
 * What is compared, taken so that it fits together while a pipeline runs. In this order:
 *
 * 1. the group's committed offsets: rows of all records before them are in the outputs, or in transactions whose end is
 *    about to be written;
 * 2. the ends of the outputs, open transactions included: reading up to there waits for those. The caller reads them now;
 * 3. the committed offsets again: rows of the records in between may have been read, so they are allowed, not required.
 */
export async function beginSnapshot({
  admin,
  reader,
  inputs,
  outputs,
  group,
  fromMs,
  signal,
}: {
  admin: Pick<KafkaAdmin, 'offsetsAt'>;
  reader: Pick<TopicReader, 'committed'>;
  inputs: readonly TopicPartition[];
  outputs: readonly TopicPartition[];
  /** Whether committed offsets end what is required; otherwise the end of the inputs does. */
  group: boolean;
  fromMs: number | null;
  signal: AbortSignal;
}): Promise<Snapshot> {
  const committed = async () => toMap(await settledOffsets(reader, inputs, signal));
  const before = group ? await committed() : new Map<string, number>();
  // A group that has committed nothing anywhere did not make these rows, or does not exist.
  const bounded = before.size > 0;
  const keptFrom = toMap(await admin.offsetsAt('earliest', inputs));
  const inputEnds = toMap(await admin.offsetsAt('stable_end', inputs));
  const since = (partitions: readonly TopicPartition[], leadMs: number) =>
    fromMs === null
      ? admin.offsetsAt('earliest', partitions)
      : admin.offsetsAt({ sinceMs: Math.max(0, fromMs - leadMs) }, partitions);
  const readFrom = toMap(await since(inputs, FROM_LAG_MS));
  const requiredFrom = toMap(await since(inputs, 0));
  const outputEnds = toMap(await admin.offsetsAt('end', outputs));
  const outputStarts = toMap(await since(outputs, FROM_SKEW_MS));

  return {
    bounded,
    outputs: outputs.map(at => {
      const to = outputEnds.get(partitionName(at)) ?? 0;
      return { ...at, from: outputStarts.get(partitionName(at)) ?? to, to };
    }),
    inputs: async () => {
      const after = bounded ? await committed() : new Map<string, number>();
      return inputs.map(at => {
        const name = partitionName(at);
        const end = inputEnds.get(name) ?? 0;
        const first = keptFrom.get(name) ?? 0;
        const requiredTo = bounded ? (before.get(name) ?? first) : end;
        return {
          ...at,
          keptFrom: first,
          from: readFrom.get(name) ?? end,
          to: bounded ? Math.max(requiredTo, after.get(name) ?? 0) : end,
          requiredFrom: requiredFrom.get(name) ?? end,
          requiredTo,
        };
      });
    },
    inputsNow: async ranges => {
      const now = toMap(await admin.offsetsAt('earliest', inputs));
      return ranges.map(range => ({ ...range, keptFrom: now.get(partitionName(range)) ?? range.keptFrom }));
    },
    deletedOutputs: async () => {
      const now = toMap(await admin.offsetsAt('earliest', outputs));
      return outputs.flatMap(at => {
        const name = partitionName(at);
        const [begin, from] = [outputStarts.get(name), now.get(name) ?? 0];
        return begin !== undefined && from > 0 && begin <= from
          ? [{ ...at, from, to: outputEnds.get(name) ?? 0 }]
          : [];
      });
    },
    endOf: at => inputEnds.get(partitionName(at)) ?? 0,
    readFromOf: at => readFrom.get(partitionName(at)),
    keptFromOf: at => keptFrom.get(partitionName(at)) ?? 0,
  };
}

export interface Snapshot {
  /** False when the group has committed no offsets: everything in the inputs is required then. */
  bounded: boolean;
  outputs: OffsetRange[];
  /** To be called when the outputs have been read. */
  inputs(): Promise<InputRange[]>;
  /** To be called when the inputs have been read: the same with what is kept by now. */
  inputsNow(ranges: readonly InputRange[]): Promise<InputRange[]>;
  /**
   * To be called when the outputs have been read: what is left of the partitions that have deleted rows which may be among
   * those that are compared.
   */
  deletedOutputs(): Promise<OffsetRange[]>;
  /** Where an input partition ended when the snapshot was begun. */
  endOf(partition: TopicPartition): number;
  /** Where reading an input partition begins; undefined for what is not compared. */
  readFromOf(partition: TopicPartition): number | undefined;
  /** The lowest offset that an input partition kept when the snapshot was begun; 0 for what is not compared. */
  keptFromOf(partition: TopicPartition): number;
}

function toMap(offsets: readonly (TopicPartition & { offset: number | null })[]): Map<string, number> {
  return new Map(offsets.flatMap(at => (at.offset === null ? [] : [[partitionName(at), at.offset]])));
}
