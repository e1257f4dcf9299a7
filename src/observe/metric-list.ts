/** A metric in Prometheus' terms. */
export interface MetricDefinition {
  type: 'counter' | 'gauge' | 'histogram';
  /** What is counted or measured, and of what; also the text in the documentation. */
  help: string;
  labels?: readonly string[];
  /** How the values of several workers become one. */
  aggregator?: 'sum' | 'max';
  /** Upper bounds, in the metric's unit. */
  buckets?: readonly number[];
}

/** Every metric of a worker. The page docs/metrics.md is made of this list. */
export const WORKER_METRICS = {
  otelrows_records_total: {
    type: 'counter',
    help: 'Records consumed: those whose transaction was committed, as all that is counted below.',
  },
  otelrows_items_total: {
    type: 'counter',
    help: 'Spans, log records and data points decoded; always rows + filtered + dead-lettered items.',
  },
  otelrows_rows_total: { type: 'counter', help: 'Rows written.' },
  otelrows_row_bytes_total: { type: 'counter', help: 'Bytes of row messages, before compression.' },
  otelrows_truncated_rows_total: {
    type: 'counter',
    help: 'Rows whose longest values were cut to fit into a message (`oversize.policy` `truncate`).',
  },
  otelrows_filtered_items_total: {
    type: 'counter',
    help: 'Items that make no row because their kind is switched off, or because a rule dropped them.',
  },
  otelrows_rule_items_total: {
    type: 'counter',
    help: 'Items by what each of `transform.rules`, and `transform.module` under the name of its file, did with them: `matched`, for which it is; of these `changed`, `dropped` and `failed`, with which it could not be done. One that never matches stands at 0.',
    labels: ['rule', 'result'],
  },
  otelrows_function_counts_total: {
    type: 'counter',
    help: 'What functions of `transform.module` count by `ctx.count`, by the names they give it; beyond 100 of them as `other`.',
    labels: ['name'],
  },
  otelrows_function_drops_total: {
    type: 'counter',
    help: 'Items that functions of `transform.module` dropped, by the reasons they gave to `drop`; beyond 100 of them as `other`.',
    labels: ['reason'],
  },
  otelrows_plain_items_total: {
    type: 'counter',
    help: 'Items whose rows the plain engine made, for some forty times the CPU time, because the fast one left them (`transform.engine` `auto`).',
    labels: ['reason'],
  },
  otelrows_records_without_items_total: {
    type: 'counter',
    help: 'Records that were decoded and hold no item, so that they make no rows: `tombstone`, without a value; `empty_value`; `empty_request`; `suspicious`, which hold something all the same, such as fields that OTLP does not know or has dropped.',
    labels: ['topic', 'kind'],
  },
  otelrows_dead_lettered_items_total: {
    type: 'counter',
    help: 'Items whose row could not be sent, or not be made because a rule failed.',
    labels: ['reason'],
  },
  otelrows_dead_lettered_records_total: {
    type: 'counter',
    help: 'Records that could not become rows as a whole.',
    labels: ['reason'],
  },
  otelrows_batches_committed_total: { type: 'counter', help: 'Batches committed, each one transaction.' },
  otelrows_batches_aborted_total: {
    type: 'counter',
    help: 'Batches aborted, to be done again with the same producer.',
  },
  otelrows_producers_replaced_total: {
    type: 'counter',
    help: 'Batches whose outcome was in doubt, or whose producer was fenced: done again with a new producer.',
  },
  otelrows_poll_failures_total: { type: 'counter', help: 'Polls that failed.' },
  otelrows_kernel_failures_total: {
    type: 'counter',
    help: 'Records that the fast transform failed on, which is a defect: the plain one took its place.',
  },
  otelrows_defects_total: {
    type: 'counter',
    help: 'Records at which otelrows itself failed, so that they became dead letters: please report them.',
  },
  otelrows_batches_timed_out_total: {
    type: 'counter',
    help: 'Batches, also of one record, that were not written within `producer.transaction_timeout_ms`: tried again, smaller.',
  },
  otelrows_missed_records_total: {
    type: 'counter',
    help: 'Records that the input topic had deleted before they were read, so they have no rows.',
  },
  otelrows_rebalances_total: {
    type: 'counter',
    help: 'Times that the group gave partitions to a worker or took some from it.',
  },
  otelrows_assignments_lost_total: {
    type: 'counter',
    help: 'Times that the group took a worker for dead.',
  },
  otelrows_transform_seconds_total: {
    type: 'counter',
    help: 'Seconds spent making rows of records; its rate is the share of a core.',
  },
  otelrows_batch_duration_seconds: {
    type: 'histogram',
    help: 'Seconds from the first record of a batch to the end of its transaction.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
  otelrows_record_age_seconds: {
    type: 'histogram',
    help: "Age of each batch's oldest record when its rows became visible: now less the record's timestamp.",
    buckets: [0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 86400],
  },
  otelrows_lag_records: {
    type: 'gauge',
    help: 'Records ahead in an input partition that is owned here: the end of the partition, as the last fetch saw it, less where the next transaction begins.',
    labels: ['topic', 'partition'],
    // While a partition moves from one worker to another, both may tell of it.
    aggregator: 'max',
  },
  otelrows_missing_inputs: {
    type: 'gauge',
    help: 'Inputs that do not exist: topics, and `^regex` inputs that match none.',
    aggregator: 'max',
  },
  otelrows_assigned_partitions: { type: 'gauge', help: 'Input partitions owned.' },
  otelrows_last_commit_timestamp_seconds: {
    type: 'gauge',
    help: 'When the last batch was committed, in seconds since 1970.',
    aggregator: 'max',
  },
} as const satisfies Record<string, MetricDefinition>;

/** What is told of the workers of one `otelrows run` from the outside. */
export const RUN_METRICS = {
  otelrows_build_info: {
    type: 'gauge',
    help: 'Always 1; the labels say what is running.',
    labels: ['version', 'node_version'],
  },
  otelrows_workers: { type: 'gauge', help: 'Worker processes that there should be: `workers`.' },
  otelrows_worker_up: {
    type: 'gauge',
    help: '1 while the process of a worker runs.',
    labels: ['worker'],
  },
  otelrows_worker_healthy: {
    type: 'gauge',
    help: '1 while `/healthz` finds nothing wrong with a worker.',
    labels: ['worker'],
  },
  otelrows_worker_ready: {
    type: 'gauge',
    help: '1 while `/readyz` finds a worker ready.',
    labels: ['worker'],
  },
  otelrows_worker_restarts_total: {
    type: 'counter',
    help: 'Times that a worker had to be started again.',
    labels: ['worker'],
  },
} as const satisfies Record<string, MetricDefinition>;
