import { KafkaFailure } from '../kafka/failure.js';
import { partitionName } from '../kafka/names.js';
import type { InputConsumer, InputRecord, NextOffset, TopicPartition } from '../kafka/ports.js';

/** A batch ends with the first bound that is met. */
export interface BatchBounds {
  recordsMax: number;
  /** Of the records' values, after decompression. */
  bytesMax: number;
  /** Of the rows they become; when it is met, the batch is committed in parts. */
  rowBytesMax: number;
  ageMsMax: number;
}

/** Records asked for at once while nobody knows how large they are. The byte bound may be exceeded by those of one poll. */
const FIRST_POLL_RECORDS = 5;
/** How many times as many the next poll of a batch may ask for: large records may follow a few small ones. */
const POLL_GROWTH = 5;
/** A poll is a trip to another thread and back, which small records should share. */
const POLL_RECORDS_MAX = 250;

/** What polling brought. Records that came before a failure are there all the same: they are not read a second time. */
export interface PolledBatch {
  records: readonly InputRecord[];
  failure: KafkaFailure | null;
}

export const NOTHING_POLLED: PolledBatch = { records: [], failure: null };

/** What is left of a batch when these partitions were given up: their next owner reads their records again. */
export function withoutPartitions(
  { records, failure }: PolledBatch,
  givenUp: readonly TopicPartition[],
): PolledBatch {
  if (givenUp.length === 0) return { records, failure };
  const names = new Set(givenUp.map(partitionName));
  return { records: records.filter(record => !names.has(partitionName(record))), failure };
}

/** Collects records of the owned partitions until a bound is met or a poll fails. Empty when there was nothing to read. */
export async function pollBatch(
  consumer: Pick<InputConsumer, 'poll'>,
  bounds: BatchBounds,
): Promise<PolledBatch> {
  const started = performance.now();
  const records: InputRecord[] = [];
  let bytes = 0;
  let wanted = FIRST_POLL_RECORDS;
  for (;;) {
    const leftMs = bounds.ageMsMax - (performance.now() - started);
    const leftRecords = bounds.recordsMax - records.length;
    if (leftRecords <= 0 || bytes >= bounds.bytesMax || (leftMs <= 0 && records.length > 0)) {
      return { records, failure: null };
    }
    let polled: InputRecord[];
    try {
      polled = await consumer.poll(Math.min(leftRecords, wanted), Math.max(1, Math.ceil(leftMs)));
    } catch (error) {
      if (error instanceof KafkaFailure) return { records, failure: error };
      throw error;
    }
    for (const record of polled) {
      bytes += record.value?.length ?? 0;
      records.push(record);
    }
    if (polled.length === 0) return { records, failure: null };
    const fitting = recordsThatFit(records.length, bytes, bounds.bytesMax);
    wanted = Math.min(fitting, wanted * POLL_GROWTH, POLL_RECORDS_MAX);
  }
}

/** How many records fill what is left of the byte bound, if the next ones are as large as those before. */
function recordsThatFit(count: number, bytes: number, bytesMax: number): number {
  return Math.ceil(((bytesMax - bytes) * count) / Math.max(1, bytes));
}

/** Where reading goes on after these records: one past the last of each partition. */
export function nextOffsets(records: readonly InputRecord[]): NextOffset[] {
  const next = new Map<string, NextOffset>();
  for (const record of records) {
    const { topic, partition, offset } = record;
    next.set(partitionName(record), { topic, partition, offset: offset + 1 });
  }
  return [...next.values()];
}

/** Where these records begin: the first of each partition. */
export function firstOffsets(records: readonly InputRecord[]): NextOffset[] {
  return nextOffsets([...records].reverse()).map(next => ({ ...next, offset: next.offset - 1 }));
}
