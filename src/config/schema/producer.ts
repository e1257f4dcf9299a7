import { integer, oneOf, oneOfNumbers, text } from '../kinds.js';

/** How rows are written. */
export const producer = {
  compression: oneOf(['none', 'gzip', 'snappy', 'lz4', 'zstd'], {
    default: 'lz4',
    doc: 'Compression of row batches. Rows repeat themselves a lot: `lz4` takes less CPU time than sending them as they are, `zstd` makes them smaller still.',
    librdkafka: 'compression.codec',
  }),
  required_acks: oneOfNumbers(
    { all: -1, leader: 1, none: 0 },
    {
      default: -1,
      doc: 'Which replicas must have a batch before it counts as written: `all` in sync, the `leader`, or `none`. Only `all` survives the loss of a broker, and exactly-once is only possible with it.',
      librdkafka: 'acks',
    },
  ),
  max_message_bytes: integer({
    default: 1000000,
    min: 1000,
    max: 1000000000,
    unit: 'bytes, before compression',
    doc: 'Largest message that is sent. The output topics must allow it too (`max.message.bytes`).',
    librdkafka: 'message.max.bytes',
  }),
  linger_ms: integer({
    // While a batch of a partition is on its way and the next one is due, the client asks its socket without a pause until the
    // answer is there (`rd_kafka_toppar_producer_serve`): up to 600,000 times a second, most of a core, for as long as the
    // brokers are slow. With half a second only the last batches of a transaction are ever due: those that its commit sends.
    default: 500,
    min: 0,
    max: 900000,
    unit: 'milliseconds',
    doc: 'How long to wait for more rows before a batch is sent. A commit sends what is left at once, so no row is later by it.',
    librdkafka: 'linger.ms',
  }),
  max_in_flight: integer({
    // A request that waits for its turn keeps the client from asking for more work, and so from asking without a pause (see
    // `linger_ms`). With brokers that were busy, 50,000 spans a second took 0.36 cores with 2 and 0.71 with 5.
    default: 2,
    min: 1,
    max: 5,
    unit: 'requests',
    doc: 'How many requests with rows one broker is sent before it has answered the first. More helps where brokers take long to answer and transactions write to many partitions; it also lets a worker spend CPU time on waiting.',
    librdkafka: 'max.in.flight',
  }),
  retries: integer({
    default: 2147483647,
    min: 0,
    max: 2147483647,
    doc: 'How often sending a batch is tried again. The time limit `producer.message_timeout_ms` is the better bound, so this has none.',
    librdkafka: 'retries',
  }),
  retry_backoff_ms: integer({
    default: 100,
    min: 1,
    max: 300000,
    unit: 'milliseconds',
    doc: 'Pause before the first of these retries; it doubles with each.',
    librdkafka: 'retry.backoff.ms',
  }),
  retry_backoff_max_ms: integer({
    default: 1000,
    min: 1,
    max: 300000,
    unit: 'milliseconds',
    doc: 'Longest pause between them.',
    librdkafka: 'retry.backoff.max.ms',
  }),
  message_timeout_ms: integer({
    default: null,
    min: 1,
    max: 2147483647,
    unit: 'milliseconds',
    doc: 'How long a row may take to be written, retries included, before its batch counts as failed. `null` is `producer.transaction_timeout_ms` with `delivery: exactly_once` (it cannot be longer: the transaction would be gone) and 300000 with `at_least_once`.',
    librdkafka: 'message.timeout.ms',
  }),
  request_timeout_ms: integer({
    default: 30000,
    min: 1,
    max: 900000,
    unit: 'milliseconds',
    doc: 'How long a broker may wait for its replicas before it answers a write.',
    librdkafka: 'request.timeout.ms',
  }),
  batch_size: integer({
    default: 1000000,
    min: 1,
    max: 2147483647,
    unit: 'bytes',
    doc: 'A batch for one partition is sent once it is so large.',
    librdkafka: 'batch.size',
  }),
  flush_max_messages: integer({
    default: 10000,
    min: 1,
    max: 1000000,
    unit: 'messages',
    doc: 'A batch for one partition is sent once it holds so many rows.',
    librdkafka: 'batch.num.messages',
  }),
  partitioner: oneOf(
    ['consistent', 'consistent-random', 'murmur2', 'murmur2-random', 'fnv1a', 'fnv1a-random'],
    {
      default: 'consistent-random',
      doc: 'Which partition a key goes to. `consistent` is CRC32, `murmur2` is that of the Java client, `fnv1a` that of Sarama (and so of the Collector). The `-random` ones spread messages without a key, the others put them all into one partition.',
      librdkafka: 'partitioner',
    },
  ),
  transactional_id_prefix: text({
    default: 'otelrows',
    pattern: /^[a-zA-Z0-9._-]{1,200}$/,
    allowed: 'up to 200 letters, digits, `.`, `_` and `-`',
    doc: 'Start of the transactional id; group, instance id and worker number follow. Rights to it can be given by prefix.',
    librdkafka: 'transactional.id',
  }),
  transaction_timeout_ms: integer({
    default: 10000,
    min: 1000,
    max: 2147483647,
    unit: 'milliseconds',
    doc: 'A transaction that is open for longer is aborted by the broker. While one is open, readers of committed rows wait, also after its worker died: 10 s is the longest they wait. Brokers allow up to `transaction.max.timeout.ms` (15 minutes by default).',
    librdkafka: 'transaction.timeout.ms',
  }),
  queue_max_bytes: integer({
    default: null,
    min: 1048576,
    max: 2147483647,
    unit: 'bytes',
    doc: 'Rows that wait to be sent, rounded up to KiB. When they are more, the worker waits: it bounds its memory. `null` is half of `memory.budget_bytes`, but at least `producer.max_message_bytes`.',
    librdkafka: 'queue.buffering.max.kbytes',
  }),
};
