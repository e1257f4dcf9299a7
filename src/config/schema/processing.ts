import { boolean, integer, oneOf } from '../kinds.js';

/** What a batch is worth: whether its rows and its offsets are committed as one. */
export const delivery = oneOf(['exactly_once', 'at_least_once'], {
  default: 'exactly_once',
  doc: 'What is promised about each row: with `exactly_once`, rows and input offsets are committed in one Kafka transaction. With `at_least_once`, rows are written first and offsets committed after: cheaper for small batches, but what was written before a crash is written again.',
});

/** How many records make one transaction. The first bound that is met ends the batch. */
export const batch = {
  max_records: integer({
    default: 1000,
    min: 1,
    max: 1000000,
    unit: 'records',
    doc: 'A record is a whole export request. With 10 items in each, 1000 of them are 10,000 rows; larger ones reach `batch.max_bytes` first.',
  }),
  max_bytes: integer({
    default: null,
    min: 1,
    max: 1073741824,
    unit: 'bytes of input',
    doc: 'Bounds the memory of a batch. A single larger record is a batch of its own. `null` is a sixteenth of `memory.budget_bytes`.',
  }),
  max_row_bytes: integer({
    default: 67108864,
    min: 1,
    max: 1073741824,
    unit: 'bytes of rows',
    doc: 'Ends a transaction early when its rows have become so large, before compression: each row repeats the attributes of its resource, so a small request can become large rows, and a transaction must end within `producer.transaction_timeout_ms`. A single record whose rows are larger is a transaction of its own.',
  }),
  max_age_ms: integer({
    default: 50,
    min: 0,
    max: 60000,
    unit: 'milliseconds',
    doc: 'How long the first record of a batch waits for others. More makes transactions larger and fewer, and rows later.',
  }),
};

/** What the steps of the way from input to output may hold. */
export const memory = {
  budget_bytes: integer({
    default: 134217728,
    min: 16777216,
    max: 68719476736,
    unit: 'bytes',
    doc: 'Records and rows that are held at once, from fetch to acknowledgement. `consumer.fetch_max_bytes`, `consumer.queued_max_bytes`, `batch.max_bytes` and `producer.queue_max_bytes` get their shares of it unless they are set. What does not fit waits: rows for the brokers that write them, and reading for the rows. A worker needs some 100 MB besides, and more for single very large records: see docs/architecture.md, Memory.',
  }),
};

/** Pauses between attempts at the same batch after its transaction was aborted. */
export const retry = {
  initial_interval_ms: integer({
    default: 100,
    min: 1,
    max: 3600000,
    unit: 'milliseconds',
    doc: 'Pause after the first failure; it doubles with each.',
  }),
  max_interval_ms: integer({
    default: 10000,
    min: 1,
    max: 3600000,
    unit: 'milliseconds',
    doc: 'Longest pause.',
  }),
  max_elapsed_ms: integer({
    default: 0,
    min: 0,
    max: 2147483647,
    unit: 'milliseconds',
    doc: 'Give up and end the worker when a batch has failed for so long. `0` never gives up: an offset that is not committed is the retry, and nothing is lost by trying on.',
  }),
};

/** What a record may hold. One that exceeds a limit goes to the dead-letter topic whole. */
export const limits = {
  max_nesting: integer({
    default: 64,
    min: 1,
    max: 500,
    unit: 'levels',
    doc: 'Nesting of attribute values. The OpenTelemetry specification asks for 64; more than a few hundred could exhaust the stack.',
  }),
  max_items: integer({
    default: 1000000,
    min: 1,
    max: 2147483647,
    unit: 'spans, log records or data points',
    doc: 'Items of one record, which bounds the rows it can become.',
  }),
  max_record_bytes: integer({
    default: 67108864,
    min: 1,
    max: 1073741824,
    unit: 'bytes',
    doc: 'Size of the value of one record.',
  }),
};

export const dry_run = boolean({
  default: false,
  doc: 'Read, transform and report, but write no rows and commit no offsets. The worker then reads in a consumer group of its own (`-dry-run` is added to `consumer.group_id`), so that it takes no partitions from workers that write.',
});
