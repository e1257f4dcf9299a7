/** Latencies by the half millisecond: any number of them in little memory. */
export interface LatencyHistogram {
  add(milliseconds: number): void;
  count(): number;
  /** The upper edge of the bucket with that share of all latencies below it or in it; the largest one itself for 1. */
  percentile(share: number): number;
}

const BUCKETS_PER_MS = 2;
/** Longer ones are counted in the last bucket. */
const BUCKET_COUNT = 60_000 * BUCKETS_PER_MS;

export function createLatencyHistogram(): LatencyHistogram {
  const buckets = new Uint32Array(BUCKET_COUNT);
  let count = 0;
  let largest = 0;
  return {
    add: milliseconds => {
      const bucket = Math.min(BUCKET_COUNT - 1, Math.max(0, Math.floor(milliseconds * BUCKETS_PER_MS)));
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      count++;
      largest = Math.max(largest, milliseconds);
    },
    count: () => count,
    percentile: share => {
      let below = 0;
      for (const [bucket, size] of buckets.entries()) {
        below += size;
        if (below > 0 && below >= share * count) return Math.min(largest, (bucket + 1) / BUCKETS_PER_MS);
      }
      return largest;
    },
  };
}
