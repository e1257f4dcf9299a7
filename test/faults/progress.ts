/** What was seen at one moment. Partitions are in the same order in every sample. */
export interface Sample {
  /** Milliseconds of `performance.now()`. */
  at: number;
  /** Next offset that the group has committed, by input partition; all input topics one after the other. */
  committed: readonly number[];
  /** Records there, likewise. */
  ends: readonly number[];
  /** Last stable offset, by output partition. */
  stable: readonly number[];
  /** High watermark, likewise. */
  high: readonly number[];
}

/** Between two moments. */
export interface Window {
  from: number;
  to: number;
}

/** The longest time for which nothing at all was committed, though there were records to process, in milliseconds. */
export function longestStallMs(samples: readonly Sample[], window: Window): number {
  return longestStandstill(samples, window, ({ committed, ends }) => ({
    moved: sum(committed),
    waiting: sum(ends) > sum(committed),
  }));
}

/** The same of the one input partition that had to wait longest. */
export function slowestPartitionStallMs(samples: readonly Sample[], window: Window): number {
  return longestOf(samples[0]?.committed.length ?? 0, partition =>
    longestStandstill(samples, window, ({ committed, ends }) => ({
      moved: committed[partition] ?? 0,
      waiting: (ends[partition] ?? 0) > (committed[partition] ?? 0),
    })),
  );
}

/** The longest time for which read-committed readers of one output partition were kept from rows that lay there. */
export function longestReadersBlockedMs(samples: readonly Sample[], window: Window): number {
  return longestOf(samples[0]?.stable.length ?? 0, partition =>
    longestStandstill(samples, window, ({ stable, high }) => ({
      moved: stable[partition] ?? 0,
      waiting: (high[partition] ?? 0) > (stable[partition] ?? 0),
    })),
  );
}

/** Whether read-committed readers have come to see all that lay in the output when the first sample after `at` was taken. */
export function readersPassed(samples: readonly Sample[], at: number): boolean {
  const first = samples.find(sample => sample.at >= at);
  const last = samples.at(-1);
  if (!first || !last) return false;
  return first.high.every((high, partition) => (last.stable[partition] ?? 0) >= high);
}

/** Records committed per second. */
export function recordsPerSecond(samples: readonly Sample[], { from, to }: Window): number {
  const inside = samples.filter(({ at }) => at >= from && at <= to);
  const [first, last] = [inside[0], inside.at(-1)];
  if (!first || !last || first === last) return 0;
  return ((sum(last.committed) - sum(first.committed)) / (last.at - first.at)) * 1000;
}

/** Looks are a quarter of a second apart, and on a busy machine a second and more. */
const JUST_BEGUN_MS = 2_000;

/**
 * A standstill begins with the first sample that waits and has not moved since, at the earliest with the window, and lasts
 * until the sample that has moved or waits no more, which may come after the window. But when it has only just begun at
 * the end of the window, with the next fault, that one is its cause, and what lasts longer is not of this window.
 */
function longestStandstill(
  samples: readonly Sample[],
  { from, to }: Window,
  look: (sample: Sample) => { moved: number; waiting: boolean },
): number {
  const end = to - Math.min(JUST_BEGUN_MS, (to - from) / 4);
  let longest = 0;
  let since: number | null = null;
  let before: number | null = null;
  for (const sample of samples) {
    if (sample.at > to && (since === null || since > to)) break;
    const { moved, waiting } = look(sample);
    if (since !== null && sample.at >= from) {
      const until = since > end ? Math.min(sample.at, to) : sample.at;
      longest = Math.max(longest, until - Math.max(since, from));
    }
    if (moved !== before) since = null;
    if (!waiting) since = null;
    else since ??= sample.at;
    before = moved;
  }
  return longest;
}

function longestOf(partitionCount: number, stallOf: (partition: number) => number): number {
  let longest = 0;
  for (let partition = 0; partition < partitionCount; partition += 1) {
    longest = Math.max(longest, stallOf(partition));
  }
  return longest;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
