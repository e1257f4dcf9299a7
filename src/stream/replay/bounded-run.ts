import { setTimeout as sleep } from 'node:timers/promises';
import { AbortBatch, Fenced } from '../../errors.js';
import type { OffsetRange } from '../../kafka/offset-range.js';
import type { AssignedConsumer, InputConsumer, NextOffset } from '../../kafka/ports.js';
import type { Delivery } from '../delivery.js';
import { openDelivery, type ProcessorParts, runProcessor } from '../processor.js';
import { boundedConsumer } from './bounded-consumer.js';
import { fixedAssignment } from './fixed-assignment.js';
import { type Pacer, rowPacer } from './pacer.js';

export interface BoundedRun {
  consumer: AssignedConsumer;
  ranges: readonly OffsetRange[];
  /** All else that the processor needs. The delivery is open. */
  parts: Omit<ProcessorParts, 'consumer' | 'assignment'>;
  /** Without it, as fast as it goes. */
  rowsPerSecondMax?: number | undefined;
  /** Told after each commit: where its partitions go on. */
  committed?: (nextOffsets: readonly NextOffset[]) => void;
}

/**
 * Runs the worker's loop over ranges of partitions until their ends are committed.
 *
 * Nobody else may commit offsets of these partitions under the same group meanwhile.
 *
 * @returns false when `parts.stop` ended it before.
 * @throws Fatal as the loop does.
 */
export async function boundedRun(run: BoundedRun): Promise<boolean> {
  const { ranges, parts } = run;
  const bounded = boundedConsumer(run.consumer, ranges);
  const exhausted = new AbortController();
  const pacer = run.rowsPerSecondMax === undefined ? null : rowPacer(run.rowsPerSecondMax);
  let waitingRecords = 0;
  let sentRows = 0;

  const consumer: InputConsumer = {
    ...bounded,
    poll: async (recordsMax, timeoutMs) => {
      if (bounded.finished()) exhausted.abort();
      const countMax = pacer
        ? Math.min(recordsMax, await recordsAllowed(pacer, waitingRecords, timeoutMs, parts.stop))
        : recordsMax;
      if (countMax === 0) return [];
      const records = await bounded.poll(countMax, timeoutMs);
      waitingRecords += records.length;
      return records;
    },
  };
  const delivery: Delivery = {
    ...parts.delivery,
    send: async (messages, headers) => {
      sentRows += messages.length;
      return parts.delivery.send(messages, headers);
    },
    commit: async nextOffsets => {
      // Before the commit, because the next records are polled while it runs.
      pacer?.sent(waitingRecords, sentRows);
      waitingRecords = 0;
      sentRows = 0;
      await parts.delivery.commit(nextOffsets);
      for (const next of nextOffsets) {
        for (const missed of bounded.noteCommitted(next, next.offset)) parts.events.recordsMissed(missed);
      }
      run.committed?.(nextOffsets);
    },
    abort: async () => {
      waitingRecords = 0;
      sentRows = 0;
      await parts.delivery.abort();
    },
  };

  const processorParts: ProcessorParts = {
    ...parts,
    consumer,
    assignment: fixedAssignment(ranges),
    delivery,
    stop: AbortSignal.any([parts.stop, exhausted.signal]),
  };
  await runProcessor(processorParts);
  if (!exhausted.signal.aborted) return false;
  return commitEnds({ ...processorParts, stop: parts.stop }, ranges);
}

/** How many records may be polled. Waits for some to be allowed, but no longer than a poll would. */
async function recordsAllowed(
  pacer: Pacer,
  waiting: number,
  timeoutMs: number,
  stop: AbortSignal,
): Promise<number> {
  const count = pacer.recordsAllowed(waiting);
  if (count > 0 || waiting > 0) return count;
  await sleep(Math.min(pacer.waitMs(), timeoutMs), undefined, { signal: stop }).catch(() => undefined);
  return pacer.recordsAllowed(waiting);
}

/**
 * Commits the ends themselves, so that whoever looks at the offsets later finds the run complete: behind the last record
 * of a range there may be offsets without one.
 */
async function commitEnds(parts: ProcessorParts, ranges: readonly OffsetRange[]): Promise<boolean> {
  const ends = ranges.map(({ topic, partition, to }) => ({ topic, partition, offset: to }));
  while (!parts.stop.aborted) {
    try {
      await parts.delivery.commit(ends);
      return true;
    } catch (error) {
      if (!(error instanceof Fenced || error instanceof AbortBatch)) throw error;
      await parts.delivery.abort().catch(() => undefined);
      await sleep(parts.backoff.next(), undefined, { signal: parts.stop }).catch(() => undefined);
      await openDelivery(parts);
    }
  }
  return false;
}
