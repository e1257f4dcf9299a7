import { AggregatorRegistry } from 'prom-client';
import type { DeadLetterReason } from '../dead-letter-reasons.js';
import { partitionName } from '../kafka/names.js';
import type { MetricValues } from '../observe/worker-metrics.js';
import type { PartitionLag } from '../observe/worker-status.js';
import type { StepTally } from '../transform/steps/tally.js';
import type { PlainReason } from '../transform/transform-record.js';
import type { WorkerHealth, WorkerView } from './health.js';

/** What `/status` answers: docs/operations.md has it for users, and it only grows. */
export interface Status extends About {
  /** When it was asked for, in ISO 8601. */
  at: string;
  /** Of the process that answers. */
  uptimeSeconds: number;
  /** As `/healthz` says. */
  healthy: boolean;
  /** As `/readyz` says. */
  ready: boolean;
  workers: WorkerState[];
  /** Consumed by all workers, those that have ended included, as what follows. */
  records: number;
  /** Spans, log records and data points. */
  items: number;
  rows: number;
  rowBytes: number;
  filteredItems: number;
  truncatedRows: number;
  cpuSeconds: number;
  /** Of all processes that run. */
  residentBytes: number;
  /** Records ahead; `null` before that of any partition is known. */
  lag: number | null;
  /** The one that is furthest behind first. */
  partitions: PartitionState[];
  /** Of each worker the partitions that have stood at their offset for longest with records ahead, from ten seconds on. */
  standing: StandingState[];
  transactions: {
    committed: number;
    aborted: number;
    producersReplaced: number;
    timedOut: number;
    /** In ISO 8601; `null` before the first. */
    lastCommit: string | null;
    lastCommitAgeSeconds: number | null;
  };
  /** Those that there were. */
  deadLetters: { reason: DeadLetterReason; of: 'records' | 'items'; count: number }[];
  /** What each of `transform.rules`, and `transform.module`, did, in their order. */
  rules: StepTally[];
  functions: { counts: { name: string; count: number }[]; drops: { reason: string; count: number }[] };
  /** Items that the fast engine left to the plain one, of reasons that there were. */
  plainItems: { reason: PlainReason; count: number }[];
  /** Records that were decoded and hold no item, of kinds that there were. */
  recordsWithoutItems: { topic: string; kind: string; count: number }[];
  /** What should be 0 in quiet times; docs/metrics.md says what each is. */
  troubles: {
    missedRecords: number;
    defects: number;
    kernelFailures: number;
    pollFailures: number;
    assignmentsLost: number;
    rebalances: number;
  };
}

/** What runs, which does not change while it does. */
export interface About {
  version: string;
  nodeVersion: string;
  host: string;
  /** The consumer group. */
  group: string;
  /** `exactly_once`, `at_least_once` or `dry_run`. */
  delivery: string;
}

/** A worker as `/healthz` tells of it, and what its process has done so far. */
export interface WorkerState extends WorkerHealth {
  uptimeSeconds: number | null;
  records: number | null;
  rows: number | null;
  cpuSeconds: number | null;
  residentBytes: number | null;
}

/** Without what it waits for, which is no news before it has stood for a while: records that have just come wait, too. */
export interface PartitionState extends Omit<PartitionLag, 'waitsFor'> {
  /** That owns it. */
  worker: number;
}

export interface StandingState extends PartitionState, Pick<PartitionLag, 'waitsFor'> {
  seconds: number;
}

/** Shorter than that is the ordinary way of records. */
const STANDING_MS_MIN = 10_000;

/** The metrics of a run, by process. */
export interface RunMetrics {
  /** Of processes without a worker, and what is left of those that have ended. */
  others: readonly MetricValues[];
  /** Of each worker, in the order of their views; empty when it has told nothing yet. */
  workers: readonly MetricValues[];
}

/** The state of a run, made of what probes and Prometheus are told: only when somebody asks. */
export async function statusOf(
  about: About,
  views: readonly WorkerView[],
  judged: readonly WorkerHealth[],
  metrics: RunMetrics,
): Promise<Status> {
  const now = Date.now();
  const all = reader(
    await AggregatorRegistry.aggregate([...metrics.others, ...metrics.workers]).getMetricsAsJSON(),
  );
  const partitions = partitionsOf(views);
  const lastCommitMs = Math.max(...views.map(({ status }) => status?.lastCommitMs ?? -Infinity));
  const committed = Number.isFinite(lastCommitMs);
  return {
    ...about,
    at: new Date(now).toISOString(),
    uptimeSeconds: process.uptime(),
    healthy: judged.every(({ healthy }) => healthy),
    ready: judged.every(({ ready }) => ready),
    workers: judged.map((health, i) => ({ ...health, ...processOf(reader(metrics.workers[i] ?? []), now) })),
    records: all.sum('otelrows_records_total'),
    items: all.sum('otelrows_items_total'),
    rows: all.sum('otelrows_rows_total'),
    rowBytes: all.sum('otelrows_row_bytes_total'),
    filteredItems: all.sum('otelrows_filtered_items_total'),
    truncatedRows: all.sum('otelrows_truncated_rows_total'),
    cpuSeconds: all.sum('process_cpu_seconds_total'),
    residentBytes: all.sum('process_resident_memory_bytes'),
    lag: partitions.length === 0 ? null : partitions.reduce((sum, { lag }) => sum + lag, 0),
    partitions,
    standing: standingOf(views),
    transactions: {
      committed: all.sum('otelrows_batches_committed_total'),
      aborted: all.sum('otelrows_batches_aborted_total'),
      producersReplaced: all.sum('otelrows_producers_replaced_total'),
      timedOut: all.sum('otelrows_batches_timed_out_total'),
      lastCommit: committed ? new Date(lastCommitMs).toISOString() : null,
      lastCommitAgeSeconds: committed ? Math.max(0, (now - lastCommitMs) / 1000) : null,
    },
    deadLetters: [
      ...all.counted('otelrows_dead_lettered_records_total').map(({ labels: { reason }, value }) => ({
        reason: reason as DeadLetterReason,
        of: 'records' as const,
        count: value,
      })),
      ...all.counted('otelrows_dead_lettered_items_total').map(({ labels: { reason }, value }) => ({
        reason: reason as DeadLetterReason,
        of: 'items' as const,
        count: value,
      })),
    ],
    rules: rulesOf(all),
    functions: {
      counts: all
        .samples('otelrows_function_counts_total')
        .map(({ labels, value }) => ({ name: String(labels['name']), count: value })),
      drops: all
        .samples('otelrows_function_drops_total')
        .map(({ labels, value }) => ({ reason: String(labels['reason']), count: value })),
    },
    plainItems: all
      .counted('otelrows_plain_items_total')
      .map(({ labels: { reason }, value }) => ({ reason: reason as PlainReason, count: value })),
    recordsWithoutItems: all.counted('otelrows_records_without_items_total').map(({ labels, value }) => ({
      topic: String(labels['topic']),
      kind: String(labels['kind']),
      count: value,
    })),
    troubles: {
      missedRecords: all.sum('otelrows_missed_records_total'),
      defects: all.sum('otelrows_defects_total'),
      kernelFailures: all.sum('otelrows_kernel_failures_total'),
      pollFailures: all.sum('otelrows_poll_failures_total'),
      assignmentsLost: all.sum('otelrows_assignments_lost_total'),
      rebalances: all.sum('otelrows_rebalances_total'),
    },
  };
}

type Reader = ReturnType<typeof reader>;

/** Reads metrics by their names; one that is not there has no samples. */
function reader(values: MetricValues) {
  const samples = (name: string) => values.find(metric => metric.name === name)?.values ?? [];
  return {
    samples,
    /** Those that are not 0. */
    counted: (name: string) => samples(name).filter(({ value }) => value !== 0),
    sum: (name: string) => samples(name).reduce((sum, { value }) => sum + value, 0),
    /** The only value of a metric without labels. */
    only: (name: string): number | null => samples(name)[0]?.value ?? null,
  };
}

function processOf(metrics: Reader, now: number) {
  const startedAt = metrics.only('process_start_time_seconds');
  return {
    uptimeSeconds: startedAt === null ? null : Math.max(0, now / 1000 - startedAt),
    records: metrics.only('otelrows_records_total'),
    rows: metrics.only('otelrows_rows_total'),
    cpuSeconds: metrics.only('process_cpu_seconds_total'),
    residentBytes: metrics.only('process_resident_memory_bytes'),
  };
}

/** While a partition moves from one worker to another, both may tell of it: the larger lag counts. */
function partitionsOf(views: readonly WorkerView[]): PartitionState[] {
  const all = views.flatMap(({ worker, status }) =>
    (status?.lags ?? []).map(({ topic, partition, lag, offset }) => ({
      topic,
      partition,
      lag,
      offset,
      worker,
    })),
  );
  all.sort((a, b) => b.lag - a.lag || compareTexts(a.topic, b.topic) || a.partition - b.partition);
  const seen = new Set<string>();
  return all.filter(at => !seen.has(partitionName(at)) && seen.add(partitionName(at)));
}

/** Since the last report of a worker nothing can have moved unheard. */
function standingOf(views: readonly WorkerView[]): StandingState[] {
  return views.flatMap(({ worker, status, silentMs }) =>
    (status?.standing ?? []).flatMap(({ topic, partition, lag, offset, waitsFor, standingMs }) => {
      const seconds = (standingMs + silentMs) / 1000;
      return seconds * 1000 < STANDING_MS_MIN
        ? []
        : [{ topic, partition, lag, offset, worker, waitsFor, seconds }];
    }),
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function rulesOf(metrics: Reader): StepTally[] {
  const rules = new Map<string, StepTally>();
  for (const { labels, value } of metrics.samples('otelrows_rule_items_total')) {
    const name = String(labels['rule']);
    const tally = rules.get(name) ?? { name, matched: 0, changed: 0, dropped: 0, failed: 0 };
    rules.set(name, { ...tally, [String(labels['result'])]: value });
  }
  return [...rules.values()];
}
