import type { RUN_METRICS, WORKER_METRICS } from '../../observe/metric-list.js';
import { type Board, makeBoard, type Section, sourceRef } from './grafana.js';

type MetricName = keyof typeof WORKER_METRICS | keyof typeof RUN_METRICS;

/** The series of the chosen jobs. `process_*` and `nodejs_*` are of other programs too, which the job leaves out. */
const of = (name: string) => `${name}{job=~"$job"}`;
const metric = (name: MetricName) => of(name);
const buckets = (name: MetricName) => of(`${name}_bucket`);

const perSecond = (name: MetricName) => `sum(rate(${metric(name)}[$__rate_interval]))`;
const inRange = (name: MetricName) => `sum(increase(${metric(name)}[$__range]))`;
const inStep = (name: MetricName, by: string) =>
  `sum by (${by}) (increase(${metric(name)}[$__rate_interval]))`;
const quantile = (share: number, name: MetricName) =>
  `histogram_quantile(${share}, sum by (le) (rate(${buckets(name)}[$__rate_interval])))`;

// While a partition moves between processes both may tell of it: it counts once.
const partitionLag = `max by (topic, partition) (${metric('otelrows_lag_records')})`;
const topicLag = `sum by (topic) (${partitionLag})`;
const lag = `sum(${partitionLag})`;
const toDrain = (records: string) =>
  `(${records} == 0) or ${records} / clamp_min(-deriv((${records})[5m:15s]), 0)`;

const SECTIONS: readonly Section[] = [
  {
    title: 'Now',
    panels: [
      {
        title: 'Workers that make progress',
        description: 'Beside how many there should be. /healthz says what the others wait for.',
        type: 'stat',
        width: 4,
        queries: {
          healthy: `sum(${metric('otelrows_worker_healthy')})`,
          configured: `sum(${metric('otelrows_workers')})`,
        },
      },
      {
        title: 'Records waiting',
        description: 'Ahead in the owned partitions. Without markers of transactions, so it reaches 0.',
        type: 'stat',
        width: 4,
        queries: { lag },
      },
      {
        title: 'Time to drain',
        description: 'At the pace of the last five minutes; infinite while the lag does not shrink.',
        type: 'stat',
        unit: 's',
        width: 4,
        queries: { 'time to drain': toDrain(lag) },
      },
      {
        title: 'Since the last commit',
        description:
          'Of any worker. It grows while there is nothing to do, too: look at the records waiting.',
        type: 'stat',
        unit: 's',
        width: 4,
        noValue: 'nothing committed yet',
        queries: { 'last commit': `time() - max(${metric('otelrows_last_commit_timestamp_seconds')})` },
      },
      {
        title: 'Dead letters',
        description: 'In the range of the board: whole records, and items. 0 is usual.',
        type: 'stat',
        width: 4,
        queries: {
          records: inRange('otelrows_dead_lettered_records_total'),
          items: inRange('otelrows_dead_lettered_items_total'),
        },
      },
      {
        title: 'Items not accounted for',
        description:
          'Items decoded less rows, filtered and dead-lettered items. Anything but 0 is a defect: report it.',
        type: 'stat',
        width: 4,
        queries: {
          difference: [
            `sum(${metric('otelrows_items_total')})`,
            `sum(${metric('otelrows_rows_total')})`,
            `sum(${metric('otelrows_filtered_items_total')})`,
            `sum(${metric('otelrows_dead_lettered_items_total')})`,
          ].join(' - '),
        },
      },
    ],
  },
  {
    title: 'Throughput',
    panels: [
      {
        title: 'Records, items and rows',
        description: 'Per second. All are counted when their transaction was committed.',
        type: 'timeseries',
        unit: 'cps',
        width: 12,
        queries: {
          records: perSecond('otelrows_records_total'),
          items: perSecond('otelrows_items_total'),
          rows: perSecond('otelrows_rows_total'),
        },
      },
      {
        title: 'What became of items',
        description: 'Stacked: rows, filtered and dead-lettered items are all items decoded.',
        type: 'timeseries',
        unit: 'cps',
        width: 12,
        stacked: true,
        queries: {
          rows: perSecond('otelrows_rows_total'),
          filtered: perSecond('otelrows_filtered_items_total'),
          'dead-lettered': perSecond('otelrows_dead_lettered_items_total'),
        },
      },
      {
        title: 'Bytes of rows',
        description: 'Per second, before compression.',
        type: 'timeseries',
        unit: 'Bps',
        width: 12,
        queries: { bytes: perSecond('otelrows_row_bytes_total') },
      },
      {
        title: 'Items by rule',
        description: 'Per second, what each of transform.rules did. A rule that never matches stands at 0.',
        type: 'timeseries',
        unit: 'cps',
        width: 12,
        noValue: 'no transform.rules',
        queries: {
          '{{rule}} {{result}}': `sum by (rule, result) (rate(${metric('otelrows_rule_items_total')}[$__rate_interval]))`,
        },
      },
    ],
  },
  {
    title: 'Lag',
    panels: [
      {
        title: 'Lag by topic',
        description: 'Records ahead in the owned partitions.',
        type: 'timeseries',
        width: 8,
        queries: { '{{topic}}': topicLag },
      },
      {
        title: 'Slope of the lag',
        description: 'Records per second over five minutes: above 0 it grows, below 0 it drains.',
        type: 'timeseries',
        unit: 'cps',
        width: 8,
        queries: { '{{topic}}': `deriv((${topicLag})[5m:15s])` },
      },
      {
        title: 'Time to drain by topic',
        description: 'At the pace of the last five minutes; a gap or infinite while the lag does not shrink.',
        type: 'timeseries',
        unit: 's',
        width: 8,
        queries: { '{{topic}}': toDrain(topicLag) },
      },
      {
        title: 'Partitions with the most lag',
        description:
          'One that stands while the others fall makes no progress: /healthz names it with its offset.',
        type: 'timeseries',
        width: 24,
        queries: { '{{topic}} {{partition}}': `topk(10, ${partitionLag})` },
      },
    ],
  },
  {
    title: 'Transactions and the group',
    panels: [
      {
        title: 'Transactions',
        description:
          'Per second. Aborted ones are done again; those in doubt are done again with a new producer.',
        type: 'timeseries',
        unit: 'cps',
        width: 8,
        queries: {
          committed: perSecond('otelrows_batches_committed_total'),
          aborted: perSecond('otelrows_batches_aborted_total'),
          'in doubt or fenced': perSecond('otelrows_producers_replaced_total'),
          'timed out': perSecond('otelrows_batches_timed_out_total'),
        },
      },
      {
        title: 'Rebalances',
        description:
          'Assignments lost are workers that the group took for dead; poll failures are in the log.',
        type: 'timeseries',
        width: 8,
        queries: {
          rebalances: `sum(increase(${metric('otelrows_rebalances_total')}[$__rate_interval]))`,
          'assignments lost': `sum(increase(${metric('otelrows_assignments_lost_total')}[$__rate_interval]))`,
          'poll failures': `sum(increase(${metric('otelrows_poll_failures_total')}[$__rate_interval]))`,
        },
      },
      {
        title: 'Partitions owned, inputs missing',
        description: 'The sum of partitions is constant where the workers have the inputs to themselves.',
        type: 'timeseries',
        width: 8,
        queries: {
          partitions: `sum(${metric('otelrows_assigned_partitions')})`,
          'missing inputs': `max(${metric('otelrows_missing_inputs')})`,
        },
      },
    ],
  },
  {
    title: 'What went another way',
    panels: [
      {
        title: 'Dead letters by reason',
        description: 'Records and items; docs/dead-letters.md says what each reason means.',
        type: 'timeseries',
        width: 8,
        queries: {
          'records {{reason}}': inStep('otelrows_dead_lettered_records_total', 'reason'),
          'items {{reason}}': inStep('otelrows_dead_lettered_items_total', 'reason'),
        },
      },
      {
        title: 'Items of the plain engine by reason',
        description: 'Per second. Each takes some forty times the CPU time of the fast engine.',
        type: 'timeseries',
        unit: 'cps',
        width: 8,
        queries: {
          '{{reason}}': `sum by (reason) (rate(${metric('otelrows_plain_items_total')}[$__rate_interval]))`,
        },
      },
      {
        title: 'Without rows, lost and defects',
        description:
          'Missed: deleted by retention before they were read. Suspicious: hold something but no item.',
        type: 'timeseries',
        width: 8,
        queries: {
          '{{kind}}': inStep('otelrows_records_without_items_total', 'kind'),
          missed: `sum(increase(${metric('otelrows_missed_records_total')}[$__rate_interval]))`,
          defects: `sum(increase(${metric('otelrows_defects_total')}[$__rate_interval]))`,
          'kernel failures': `sum(increase(${metric('otelrows_kernel_failures_total')}[$__rate_interval]))`,
          'truncated rows': `sum(increase(${metric('otelrows_truncated_rows_total')}[$__rate_interval]))`,
        },
      },
    ],
  },
  {
    title: 'Latency and cost',
    panels: [
      {
        title: 'Age of records when their rows are visible',
        description:
          "Of each batch's oldest record, by the record's timestamp. Gaps are times without a batch.",
        type: 'timeseries',
        unit: 's',
        width: 12,
        queries: {
          p50: quantile(0.5, 'otelrows_record_age_seconds'),
          p99: quantile(0.99, 'otelrows_record_age_seconds'),
        },
      },
      {
        title: 'Duration of transactions',
        description:
          'From the first record of a batch to the end of its transaction. Gaps are times without a batch.',
        type: 'timeseries',
        unit: 's',
        width: 12,
        queries: {
          p50: quantile(0.5, 'otelrows_batch_duration_seconds'),
          p99: quantile(0.99, 'otelrows_batch_duration_seconds'),
        },
      },
      {
        title: 'CPU seconds per million rows',
        description: 'Of all processes, supervisor included. Gaps are times without rows.',
        type: 'timeseries',
        unit: 's',
        width: 8,
        queries: {
          'CPU s': `1e6 * sum(rate(${of('process_cpu_seconds_total')}[$__rate_interval])) / (${perSecond('otelrows_rows_total')} > 0)`,
        },
      },
      {
        title: 'Cores',
        description: 'Cores used, and the share of them that makes rows of records.',
        type: 'timeseries',
        width: 8,
        queries: {
          'all {{instance}}': `sum by (instance) (rate(${of('process_cpu_seconds_total')}[$__rate_interval]))`,
          'transform {{instance}}': `sum by (instance) (rate(${metric('otelrows_transform_seconds_total')}[$__rate_interval]))`,
        },
      },
      {
        title: 'Memory',
        description: 'Resident memory of the processes of each instance.',
        type: 'timeseries',
        unit: 'bytes',
        width: 8,
        queries: { '{{instance}}': `sum by (instance) (${of('process_resident_memory_bytes')})` },
      },
      {
        title: 'Worker restarts',
        description: 'Processes of workers that ended and were started again; the log says why each ended.',
        type: 'timeseries',
        width: 24,
        queries: { '{{instance}} {{worker}}': inStep('otelrows_worker_restarts_total', 'instance, worker') },
      },
    ],
  },
];

/** How the workers are, from Prometheus. */
export function workerBoard(): Board {
  return makeBoard(
    {
      uid: 'otelrows-worker',
      title: 'otelrows: the worker',
      description:
        'Made by "npm run docs" from src/docs/boards/worker.ts. docs/boards.md says what it shows.',
      refresh: '10s',
      time: { from: 'now-1h', to: 'now' },
    },
    'prometheus',
    [
      {
        name: 'job',
        label: 'Job',
        type: 'query',
        query: 'label_values(otelrows_build_info, job)',
        datasource: sourceRef('prometheus'),
        refresh: 2,
        multi: true,
      },
    ],
    SECTIONS,
  );
}
