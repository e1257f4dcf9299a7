import { Fatal } from '../errors.js';
import { KafkaFailure } from './failure.js';
import { partitionName } from './names.js';
import type { OffsetRange } from './offset-range.js';
import type { InputRecord, TopicReader } from './ports.js';

export interface ReadProgress {
  /** Offsets that were passed, and all that there are: those of markers and aborted records too. */
  done: number;
  total: number;
}

const POLL_TIMEOUT_MS = 200;
const POLL_RECORDS_MAX = 1_000;
/**
 * Where nothing comes for so long, the client is told again where to read. Once, on a machine with ten times the work it
 * could do, it stood still for 20 s before a committed record; 5,000 such reads did not show it again. Where it rightly
 * waits for a transaction to end, this changes nothing.
 */
const TOLD_AGAIN_AFTER_MS = 5_000;
/** About so much is held at once, whatever the size of the records. */
const POLL_BYTES = 1024 * 1024;

/**
 * Reads the committed records of ranges, each partition in order. It ends when the end of every range is behind what was
 * read; where a transaction is open in a range, it waits for its end.
 *
 * @param options.stallMsMax how long nothing may come of the rest.
 * @throws Fatal when nothing came for so long, or reading is not allowed.
 */
export async function readRanges(
  reader: TopicReader,
  ranges: readonly OffsetRange[],
  onRecord: (record: InputRecord) => void | Promise<void>,
  {
    signal,
    stallMsMax,
    onProgress,
  }: { signal: AbortSignal; stallMsMax: number; onProgress: (progress: ReadProgress) => void },
): Promise<void> {
  const open = new Map<string, OffsetRange & { next: number }>();
  for (const range of ranges) {
    if (range.from < range.to) open.set(partitionName(range), { ...range, next: range.from });
  }
  const total = [...open.values()].reduce((sum, { from, to }) => sum + to - from, 0);
  let doneBefore = 0;
  const report = () => {
    let done = doneBefore;
    for (const { from, next } of open.values()) done += next - from;
    onProgress({ done, total });
  };
  const tellWhere = () =>
    reader.assign(
      [...open.values()].map(({ topic, partition, next }) => ({ topic, partition, offset: next })),
    );
  tellWhere();
  let pollRecords = 25;
  let movedAt = performance.now();
  let toldAt = movedAt;

  while (open.size > 0) {
    signal.throwIfAborted();
    const { records, ends } = await reader.poll(pollRecords, POLL_TIMEOUT_MS).catch(refused);
    const reached: OffsetRange[] = [];
    const move = (range: OffsetRange & { next: number }, next: number): void => {
      range.next = Math.min(Math.max(range.next, next), range.to);
      if (next < range.to) return;
      reached.push(range);
      open.delete(partitionName(range));
      doneBefore += range.to - range.from;
    };
    let bytes = 0;
    let range: (OffsetRange & { next: number }) | undefined;
    for (const record of records) {
      // Those of a partition come together, and making its name takes longer than all else here.
      if (range?.partition !== record.partition || range.topic !== record.topic || range.next >= range.to) {
        range = open.get(partitionName(record));
      }
      bytes += (record.value?.length ?? 0) + 100;
      if (!range) continue;
      if (record.offset < range.to) await onRecord(record);
      move(range, record.offset + 1);
    }
    for (const end of ends) {
      const range = open.get(partitionName(end));
      if (range) move(range, end.offset);
    }
    if (reached.length > 0) reader.release(reached);
    if (records.length > 0) {
      movedAt = performance.now();
      const average = bytes / records.length;
      pollRecords = Math.max(1, Math.min(POLL_RECORDS_MAX, Math.floor(POLL_BYTES / average)));
    } else if (reached.length > 0) {
      movedAt = performance.now();
    } else if (performance.now() - movedAt > stallMsMax) {
      throw new Fatal(stalled([...open.values()], stallMsMax));
    } else if (performance.now() - Math.max(movedAt, toldAt) > TOLD_AGAIN_AFTER_MS) {
      tellWhere();
      toldAt = performance.now();
    }
    report();
  }
}

function refused(error: unknown): never {
  if (error instanceof KafkaFailure && error.kind === 'denied') {
    throw new Fatal(
      `${error.message}. Give this user the right to read the topics and to use the consumer group.`,
    );
  }
  throw error;
}

function stalled(rest: readonly (OffsetRange & { next: number })[], waitedMs: number): string {
  const [first] = rest;
  const others = rest.length > 1 ? ` (and ${rest.length - 1} more partitions)` : '';
  return (
    `${first ? partitionName(first) : ''}${others}: read to offset ${first?.next} of ${first?.to}, then nothing came for ` +
    `${Math.round(waitedMs / 1000)} s. A transaction that is still open holds back what is behind it, and a partition ` +
    'without a leader cannot be read: look at the brokers, and try again.'
  );
}
