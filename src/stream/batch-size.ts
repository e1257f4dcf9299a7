import type { Extent } from '../observe/timed-out.js';

/** How large batches may be, as far as the last ones have shown: a batch must be final within a time. */
export interface BatchSize {
  /** Where the next batch ends, at the latest; at least one record. */
  max(): Extent;
  /** A batch was committed so long after its first message. */
  committed(batch: Extent, tookMs: number): void;
  /** A batch of several records was not done in its time. @returns how large the next one may be. */
  timedOut(batch: Extent): Extent;
}

/** A batch that took less than this share of its time may be followed by one of twice the size … */
const QUICK_SHARE = 0.25;
/**
 * … and one that took less than this, or is half of one that failed, by one that is a little larger. Between this share
 * and failing, the size stays. (Quotas let a burst pass and hold up what comes after it, so quick says little.)
 */
const FAIR_SHARE = 0.4;
const LITTLE = 1.25;

/**
 * How many times smaller the batch after one that failed is. Not two: under a quota each attempt that fails takes bytes
 * from the next, and how much smaller it should have been is not known.
 */
const SHRINK = 4;

/**
 * Finds a size of batches that brokers keep up with, whatever slows them down (a quota, a disk, a network): much smaller
 * after a failure, larger again after successes that took little of the time.
 *
 * Why it has to: a batch that was too large for its time is too large when it is tried again as it was, for ever.
 *
 * @param configured the size that is never exceeded.
 * @param timeMaxMs that a batch has, from its first message on.
 */
export function batchSize(configured: Extent, timeMaxMs: number): BatchSize {
  let max = configured;
  /** The last one that failed, until larger ones did not. */
  let failed: Extent | null = null;

  const grow = (by: number): void => {
    max = {
      records: Math.min(configured.records, Math.ceil(max.records * by)),
      rowBytes: Math.min(configured.rowBytes, Math.ceil(max.rowBytes * by)),
    };
    if (failed && max.records > failed.records && max.rowBytes > failed.rowBytes) failed = null;
  };
  /** Twice the size would be what failed, or more. */
  const nearFailed = (): boolean =>
    failed !== null && (max.records * 2 >= failed.records || max.rowBytes * 2 >= failed.rowBytes);

  return {
    max: () => max,
    committed: (batch, tookMs) => {
      // One that was small anyway has not shown that a larger one would have been quick.
      if (batch.records < max.records && batch.rowBytes < max.rowBytes) return;
      if (tookMs <= timeMaxMs * QUICK_SHARE && !nearFailed()) grow(2);
      else if (tookMs <= timeMaxMs * FAIR_SHARE) grow(LITTLE);
    },
    timedOut: batch => {
      failed = batch;
      max = {
        records: shrunk(Math.min(batch.records, max.records)),
        // A batch without rows says nothing of their bytes.
        rowBytes: batch.rowBytes === 0 ? max.rowBytes : shrunk(Math.min(batch.rowBytes, max.rowBytes)),
      };
      return max;
    },
  };
}

function shrunk(size: number): number {
  return Math.max(1, Math.floor(size / SHRINK));
}
