import { collectDefaultMetrics, Registry } from 'prom-client';
import { reasonsToRefuse } from '../dead-letter-reasons.js';
import type { NamedCounts } from '../transform/steps/named-counts.js';
import { PLAIN_REASONS } from '../transform/transform-record.js';
import { type Counters, NO_ITEM_KINDS, type WithoutItemsBy } from './counters.js';
import { addHistogram, addPulled, type Sample } from './create-metric.js';
import type { BatchObserver, Events } from './events.js';
import { WORKER_METRICS } from './metric-list.js';

const RECORD_REASONS = reasonsToRefuse('record');
const ITEM_REASONS = reasonsToRefuse('items');

/** What prom-client makes of a registry to be sent to another process and aggregated there. */
export type MetricValues = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** The metrics of one worker, and those of its process. */
export interface WorkerMetrics {
  observeBatch: BatchObserver;
  /** From now on tells of this worker. */
  follow(worker: Pick<Events, 'counters' | 'status'>): void;
  values(): Promise<MetricValues>;
}

/** Those of a process that runs no worker itself. */
export function processMetrics(): () => Promise<MetricValues> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return () => registry.getMetricsAsJSON();
}

export function createWorkerMetrics(): WorkerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = addHistogram(
    registry,
    'otelrows_batch_duration_seconds',
    WORKER_METRICS.otelrows_batch_duration_seconds,
  );
  const ages = addHistogram(
    registry,
    'otelrows_record_age_seconds',
    WORKER_METRICS.otelrows_record_age_seconds,
  );
  return {
    observeBatch: ({ oldestMs }, tookMs) => {
      durations.observe(tookMs / 1000);
      // Clocks differ: a record from the future has just been written.
      if (oldestMs !== null) ages.observe(Math.max(0, (Date.now() - oldestMs) / 1000));
    },
    follow: worker => {
      for (const [name, pull] of Object.entries(pulls(worker)))
        addPulled(registry, name, WORKER_METRICS[name as keyof ReturnType<typeof pulls>], pull);
    },
    values: () => registry.getMetricsAsJSON(),
  };
}

/** Where the value of each metric is kept. */
function pulls({ counters, status }: Pick<Events, 'counters' | 'status'>) {
  const sum = (value: (counters: Counters) => number) => (): Sample[] => [{ value: value(counters) }];
  return {
    otelrows_records_total: sum(({ records }) => records),
    otelrows_items_total: sum(({ items }) => items),
    otelrows_rows_total: sum(({ rows }) => rows),
    otelrows_row_bytes_total: sum(({ rowBytes }) => rowBytes),
    otelrows_truncated_rows_total: sum(({ truncated }) => truncated),
    otelrows_filtered_items_total: sum(({ filtered }) => filtered),
    otelrows_records_without_items_total: () =>
      withoutItems(
        status().lags.map(({ topic }) => topic),
        counters.withoutItemsBy,
      ),
    otelrows_plain_items_total: () => byReason(PLAIN_REASONS, counters.plainItemsBy),
    otelrows_rule_items_total: () =>
      counters.steps.flatMap(({ name, ...results }) =>
        Object.entries(results).map(([result, value]) => ({ value, labels: { rule: name, result } })),
      ),
    otelrows_function_counts_total: () => byName('name', counters.functionCounts),
    otelrows_function_drops_total: () => byName('reason', counters.functionDrops),
    otelrows_dead_lettered_items_total: () => byReason(ITEM_REASONS, counters.deadLetteredItemsBy),
    otelrows_dead_lettered_records_total: () => byReason(RECORD_REASONS, counters.deadLetteredRecordsBy),
    otelrows_batches_committed_total: sum(({ batches }) => batches),
    otelrows_batches_aborted_total: sum(({ aborts }) => aborts),
    otelrows_producers_replaced_total: sum(({ producersReplaced }) => producersReplaced),
    otelrows_poll_failures_total: sum(({ pollFailures }) => pollFailures),
    otelrows_kernel_failures_total: sum(({ kernelFailures }) => kernelFailures),
    otelrows_defects_total: sum(({ defects }) => defects),
    otelrows_batches_timed_out_total: sum(({ batchesTimedOut }) => batchesTimedOut),
    otelrows_missed_records_total: sum(({ missedRecords }) => missedRecords),
    otelrows_rebalances_total: sum(({ rebalances }) => rebalances),
    otelrows_assignments_lost_total: sum(({ timesLost }) => timesLost),
    otelrows_transform_seconds_total: sum(({ transformMs }) => transformMs / 1000),
    otelrows_lag_records: () =>
      status().lags.map(({ topic, partition, lag }) => ({
        value: lag,
        labels: { topic, partition: String(partition) },
      })),
    otelrows_missing_inputs: () => [{ value: status().missingInputs.length }],
    otelrows_assigned_partitions: () => [{ value: status().partitions }],
    otelrows_last_commit_timestamp_seconds: () => {
      const { lastCommitMs } = status();
      return lastCommitMs === null ? [] : [{ value: lastCommitMs / 1000 }];
    },
  } satisfies Partial<Record<keyof typeof WORKER_METRICS, () => Sample[]>>;
}

/** @param owned topics, which have their series before there is such a record. */
function withoutItems(owned: readonly string[], counts: WithoutItemsBy): Sample[] {
  return [...new Set([...owned, ...counts.keys()])].flatMap(topic =>
    NO_ITEM_KINDS.map(kind => ({ value: counts.get(topic)?.[kind] ?? 0, labels: { topic, kind } })),
  );
}

/** Names that functions give, which are not known before. */
function byName(label: string, counts: NamedCounts): Sample[] {
  return [...counts].map(([name, value]) => ({ value, labels: { [label]: name } }));
}

/** Every reason has its series from the start: an alert on an increase would miss what a series begins with. */
function byReason<Reason extends string>(
  reasons: readonly Reason[],
  counts: Partial<Record<Reason, number>>,
): Sample[] {
  return reasons.map(reason => ({ value: counts[reason] ?? 0, labels: { reason } }));
}
