import { boolean, integer, oneOf, properties, text, texts } from '../kinds.js';

export const row_format = oneOf(['clickhouse', 'glassflow'], {
  default: 'clickhouse',
  doc: 'Shape of the rows: `clickhouse` has the columns of the tables that the ClickHouse exporter of the OpenTelemetry Collector makes, `glassflow` those of the GlassFlow exporter.',
});

export const time_format = oneOf(['exact', 'text', 'rfc3339'], {
  default: 'exact',
  doc: 'How times are written: `exact` is seconds since 1970 with nine decimals in quotes, `"1760003312.123456789"`, and ten digits without decimals for metric times; ClickHouse from 24.8 to 26.9 stores them to the nanosecond with default settings, whatever the time zone of the server (times before 1970: see docs/clickhouse.md). `text` is `YYYY-MM-DD hh:mm:ss.nnnnnnnnn` in UTC, for readers that take it as UTC, such as the tables that `otelrows schema clickhouse` prints. `rfc3339` is the same with `T` and `Z`. Only with `row_format` `clickhouse`.',
});

export const metric_time = oneOf(['seconds', 'nanoseconds'], {
  default: 'seconds',
  doc: 'Resolution of metric times: `seconds` suits the tables that the exporter makes now (`DateTime`), `nanoseconds` those of its older versions (`DateTime64(9)`). Only with `row_format` `clickhouse`.',
});

export const row_id = oneOf(['none', 'column', 'header'], {
  default: 'none',
  doc: 'Whether a row says which item it is made of, as `TOPIC/PARTITION/OFFSET/ITEM` of the input: in the column `RowId`, or in the header `otelrows.row_id` of its message. The id is the same when the record is processed again, so ClickHouse can collapse what was replayed: `otelrows schema clickhouse` then prints tables that do.',
});

export const headers = oneOf(['none', 'standard'], {
  default: 'none',
  doc: 'Headers of row messages. `standard` adds signal, row format, schema version, and the topic, partition and offset that the row came from. They cost bytes on every row.',
});

/** Of headers that are copied: each is in every message of its record. */
export const COPIED_HEADER_BYTES_MAX = 4096;

export const copy_headers = texts({
  default: [],
  mayBeEmpty: true,
  allowed: 'a list of names of headers',
  problemOf: name =>
    name === ''
      ? 'must be the name of a header'
      : name.startsWith('otelrows.')
        ? 'must not be a header that otelrows writes itself'
        : null,
  doc: `Headers of input records that the messages of their rows get too, such as \`traceparent\` or \`tenant\`: by their exact names, all that have the name, after those of \`headers\`. A value of more than ${COPIED_HEADER_BYTES_MAX} bytes is left out. With \`encoding\` \`native\` a message holds rows only of records whose copied headers are the same, so headers that differ with each record, as \`traceparent\` does, make small messages.`,
});

/** Rows that are larger than a message may be. */
export const oversize = {
  policy: oneOf(['dead_letter', 'truncate'], {
    default: 'dead_letter',
    doc: 'What happens to a row that is larger than `producer.max_message_bytes` or than its topic takes (`max.message.bytes` of the topic, which is found out when its broker refuses a batch): with `dead_letter` its record goes to the dead-letter topic with the index of the item, with `truncate` its longest texts, such as attribute values and log bodies, are cut until it fits. A cut text ends in `[truncated N bytes]`, and the attribute `otelrows.truncated_bytes` holds the sum. A row that cannot be cut small enough goes to the dead-letter topic.',
  }),
};

/** Messages of several rows. */
export const json_lines = {
  max_bytes: integer({
    default: 262144,
    min: 1,
    max: 1000000000,
    unit: 'bytes',
    doc: 'With `encoding` `json_lines`: a message holds rows up to so many bytes, before compression. A single larger row is a message of its own.',
  }),
};

/** Blocks of rows. */
export const native = {
  max_bytes: integer({
    default: 524288,
    min: 1,
    max: 1000000000,
    unit: 'bytes',
    doc: 'With `encoding` `native`: a message holds rows up to so many bytes, before compression. A single larger row is a message of its own.',
  }),
  max_rows: integer({
    default: 65536,
    min: 1,
    max: 1000000,
    unit: 'rows',
    doc: 'With `encoding` `native`: a message holds at most so many rows.',
  }),
};

const partitionsDoc =
  "Partitions of a topic that is created. `null` is as many as the input of its rows has (of several inputs the most, dead letters count all inputs); the brokers' own default (`num.partitions`) while that input does not exist. `-1` is always the brokers' default.";

const replicasDoc =
  "Replicas of each partition of a topic that is created; `-1` is the brokers' own default (`default.replication.factor`).";

const configDoc =
  "Topic configs of a topic that is created, such as `retention.ms: 259200000` or `min.insync.replicas: 2`. What is not here is as the brokers have it, except `cleanup.policy`, which is `delete` (`compact` would keep one row per key), and `max.message.bytes` where the brokers' usual 1048588 is less than `producer.max_message_bytes` needs. A topic that exists is not changed.";

/** How the topics are created that do not exist yet; what an output says itself goes before it. */
export const output_topics = {
  create: boolean({
    default: true,
    doc: 'Create at start what does not exist of the topics that are written to. `false` makes a missing topic an error. The worker needs the CREATE right only for topics that are missing.',
  }),
  num_partitions: integer({
    default: null,
    also: [-1],
    min: 1,
    max: 100000,
    unit: 'partitions',
    doc: partitionsDoc,
  }),
  replication_factor: integer({
    default: -1,
    also: [-1],
    min: 1,
    max: 1000,
    unit: 'replicas',
    doc: replicasDoc,
  }),
  config: properties({ default: {}, holdsSecrets: false, doc: configDoc }),
};

/** Where rows of one kind go, and what is different when that topic is created. */
function topic<Name extends string>(name: Name) {
  return {
    name: text({
      default: name as string,
      pattern: /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/,
      allowed: 'a topic name: up to 249 letters, digits, `.`, `_` and `-`',
      doc: 'Topic that is written to.',
    }),
    create: boolean({
      default: null,
      doc: 'Create this topic at start if it does not exist. `null` is `output_topics.create`.',
    }),
    num_partitions: integer({
      default: null,
      also: [-1],
      min: 1,
      max: 100000,
      unit: 'partitions',
      doc: "Partitions of this topic when it is created; `-1` is the brokers' default, `null` is `output_topics.num_partitions`. A topic that exists must have as many as are set here.",
    }),
    replication_factor: integer({
      default: null,
      also: [-1],
      min: 1,
      max: 1000,
      unit: 'replicas',
      doc: "Replicas of each partition of this topic when it is created; `-1` is the brokers' default, `null` is `output_topics.replication_factor`.",
    }),
    config: properties({
      default: {},
      holdsSecrets: false,
      doc: 'Topic configs of this topic when it is created, laid over `output_topics.config`.',
    }),
  };
}

const enabledDoc = 'Make rows of this kind. Items of a kind that is switched off are counted as filtered.';

function rows(name: string, enabled: boolean) {
  return {
    enabled: boolean({ default: enabled, doc: enabledDoc }),
    encoding: oneOf(['json', 'json_lines', 'native'], {
      default: 'json',
      refused: { clickhouse_json: 'which is what json is' },
      doc: "How rows are written: `json` is one JSON object per message, `json_lines` packs the rows of a record that have one key into messages of several, newline-separated. That is cheaper for everyone, and ClickHouse's Kafka engine reads it; Kafka Connect and ClickPipes want one row per message. `native` writes blocks in ClickHouse's Native format, many rows of one output partition in a message, which ClickHouse need not parse; only its Kafka engine reads them. Such messages have no key; `key` decides the partition all the same. See docs/encodings.md.",
    }),
    topic: topic(name),
  };
}

const keys = {
  trace_id: '`trace_id` keeps a trace together and in order',
  service_name: '`service_name` keeps a service together and in order',
  resource_hash: '`resource_hash` is a hash of all resource attributes',
  none: '`none` spreads rows over all partitions',
};

export const traces = {
  ...rows('otel-traces', true),
  key: oneOf(['trace_id', 'service_name', 'resource_hash', 'none'], {
    default: 'trace_id',
    doc: `Key of the messages, and so their partition: ${Object.values(keys).join(', ')}.`,
  }),
};

export const logs = {
  ...rows('otel-logs', true),
  key: oneOf(['trace_id', 'service_name', 'resource_hash', 'none'], {
    default: 'service_name',
    doc: `Key of the messages, and so their partition: ${Object.values(keys).join(', ')}.`,
  }),
};

export const metrics = {
  key: oneOf(['service_name', 'resource_hash', 'none'], {
    default: 'service_name',
    refused: { trace_id: 'data points have no trace id' },
    doc: `Key of the messages of all metric kinds, and so their partition: ${keys.service_name}, ${keys.resource_hash}, ${keys.none}.`,
  }),
  sum: rows('otel-metrics-sum', true),
  gauge: rows('otel-metrics-gauge', false),
  histogram: rows('otel-metrics-histogram', false),
  exponential_histogram: rows('otel-metrics-exponential-histogram', false),
  summary: rows('otel-metrics-summary', false),
};

/** Whose names the headers of dead letters can have beside ours. */
export const HEADER_STYLES = ['kafka_connect', 'spring_kafka'] as const;
export type HeaderStyle = (typeof HEADER_STYLES)[number];

/** Where records go that can never become rows. */
export const dead_letter = {
  topic: topic('otelrows-dead-letters'),
  header_styles: texts({
    default: [],
    mayBeEmpty: true,
    allowed: `a list of ${HEADER_STYLES.map(style => `\`${style}\``).join(' and ')}`,
    problemOf: style =>
      HEADER_STYLES.some(known => known === style) ? null : `must be one of ${HEADER_STYLES.join(', ')}`,
    doc: "Headers that dead letters get beside those of otelrows, for programs that know other names: `kafka_connect` those of Kafka Connect's dead letter queues (`__connect.errors.*`), `spring_kafka` those of Spring Kafka (`kafka_dlt-*`). See [dead-letters.md](dead-letters.md#headers-that-other-programs-know).",
  }),
};
