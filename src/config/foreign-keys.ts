import {
  always,
  duration,
  isOn,
  properties,
  property,
  spelled,
  type Translate,
  type Translation,
  unlessZero,
  whenOn,
} from './migrate/translation.js';

/** What a key of another program is here. */
export interface Counterpart {
  /** The path of a setting or a section of ours; `null` when there is none. */
  here: string | null;
  /** What to know about it; why there is none. */
  note?: string;
  /**
   * What `otelrows migrate` makes of its value. Without it the value of a setting is taken as it is, and a section stands for
   * what its keys stand for.
   */
  translate?: Translate;
}

const none = (note: string): Counterpart => ({ here: null, note });

/** As `none`, for a key that has a position in which nothing has to be said. */
const fixed = (position: boolean, note: string): Counterpart => ({
  here: null,
  note,
  translate: always(position, note),
});

function is(here: string | null, note?: string | null, translate?: Translate): Counterpart {
  return { here, ...(note ? { note } : {}), ...(translate ? { translate } : {}) };
}

/** Under a name that has no unit, a time with one. */
const time = (here: string, note?: string): Counterpart => is(here, note, duration(here));

/** A key that has a place here, to which its value cannot be carried over. */
const byHand = (here: string, note: string): Counterpart =>
  is(here, note, () => ({ untranslated: [`here it is ${here}: ${note}`] }));

const queue = none(
  'Kafka is the queue, since offsets that are not committed are read again; memory.budget_bytes bounds what is held',
);
const kerberos = none(
  'Kerberos goes through kafka.custom.consumer and kafka.custom.producer, with sasl.mechanisms: GSSAPI and sasl.kerberos.*',
);
const manyTopics = none(
  'each kind of row has one topic; that the collector writes to many, inputs has to say, by their names or as a ^regex',
);
const collectors = none(
  'this is a config of the collector; what stands below its Kafka exporter is named key by key',
);
const OFFSETS = 'offsets are committed with the rows of their records, never by themselves';
const offsets = none(OFFSETS);
const ISOLATION = 'inputs are read committed, or rows of aborted transactions would be read';

/** A section `tls` means encryption, unless it says `insecure: true` and names no authority (the collector's configtls). */
const encryption: Translate = section => {
  const { insecure, ca_file, ca_pem } = (section ?? {}) as Record<string, unknown>;
  return { settings: { 'kafka.tls.enabled': !isOn(insecure) || Boolean(ca_file ?? ca_pem) } };
};
/** Partitioners other than by a hash of the key are the key's matter here: rows without one are spread. */
function partitioner(value: unknown): Translation {
  const { sticky_key, ...others } = (value ?? {}) as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined)
    return {
      untranslated: [`${other} is none of producer.partitioner; traces.key: none and its like spread rows`],
    };
  const { hasher = 'sarama_compat' } = (sticky_key ?? {}) as Record<string, unknown>;
  const words = { sarama_compat: 'fnv1a-random', murmur2: 'murmur2-random' };
  return spelled('producer.partitioner', words)(hasher, 'hasher');
}

/** Other keys have said what it means. */
const nothing: Translate = () => ({});

/**
 * Keys of glassflowexporter, which has those of the collector's Kafka exporter (pkg/kafka/configkafka, exporterhelper and
 * configtls), and of the collector's Kafka receiver. A key of several steps is meant in that section only.
 */
const COLLECTOR: Readonly<Record<string, Counterpart>> = {
  exporters: collectors,
  receivers: none('otelrows reads Kafka alone: inputs names the topics, what they hold, and their encoding'),
  processors: none('rows are what row_format says; redact and sample in the collector'),
  connectors: none('rows are what row_format says; redact and sample in the collector'),
  extensions: none('http has /healthz, /readyz and /metrics'),
  service: none('inputs says what is read, and traces, logs and metrics what is written'),
  brokers: is('kafka.brokers'),
  resolve_canonical_bootstrap_servers_only: is('kafka.resolve_canonical_bootstrap_servers_only'),
  protocol_version: is('kafka.protocol_version'),
  client_id: is('kafka.client_id'),
  rack_id: is('kafka.rack_id'),
  conn_idle_timeout: time('kafka.conn_idle_timeout_ms'),
  use_leader_epoch: fixed(true, 'the Kafka client always looks at leader epochs where brokers tell them'),
  tls: is('kafka.tls', null, encryption),
  'tls.insecure': is('kafka.tls.enabled', 'which is the opposite: insecure: true is enabled: false', nothing),
  'tls.ca_pem': byHand('kafka.tls.ca_file', 'the name of a file'),
  'tls.cert_pem': byHand('kafka.tls.cert_file', 'the name of a file'),
  'tls.key_pem': byHand('kafka.tls.key_file', 'the name of a file'),
  'tls.server_name_override': none('the certificate is compared with the host that was connected to'),
  'tls.include_system_ca_certs_pool': fixed(
    false,
    "without kafka.tls.ca_file the system's certificates are used, with it only its own",
  ),
  'tls.min_version': none('the TLS library negotiates the newest version that both sides know'),
  'tls.max_version': none('the TLS library negotiates the newest version that both sides know'),
  'tls.cipher_suites': byHand(
    'kafka.custom',
    'ssl.cipher.suites, by the names that OpenSSL has for them, in kafka.custom.consumer and kafka.custom.producer',
  ),
  'tls.curve_preferences': byHand(
    'kafka.custom',
    'ssl.curves.list, by the names that OpenSSL has for them, in kafka.custom.consumer and kafka.custom.producer',
  ),
  'tls.reload_interval': none('certificates are read when a client connects'),
  auth: is('kafka.auth'),
  'auth.plain_text': is('kafka.auth.sasl', 'with mechanism: PLAIN', () => ({
    settings: { 'kafka.auth.sasl.mechanism': 'PLAIN' },
  })),
  'auth.kerberos': kerberos,
  'auth.tls': is('kafka.tls', null, encryption),
  'sasl.version': none('the Kafka client finds out which version the brokers speak'),
  'sasl.aws_msk': is('kafka.auth.sasl.aws_msk', 'with mechanism: AWS_MSK_IAM_OAUTHBEARER'),
  'sasl.oauthbearer_token_source': byHand(
    'kafka.auth.sasl.oauthbearer',
    'with mechanism: OAUTHBEARER, and token_endpoint_url, client_id and client_secret as that extension has them',
  ),
  'sasl.oidc_file': byHand(
    'kafka.auth.sasl.oauthbearer',
    'with mechanism: OAUTHBEARER, token_endpoint_url, client_id and client_secret',
  ),
  metadata: is('kafka.metadata'),
  'metadata.full': fixed(true, 'the Kafka client asks for the topics that it uses'),
  'metadata.refresh_interval': time('kafka.metadata.refresh_interval_ms'),
  'metadata.retry': none('the Kafka client asks again until it is answered'),
  timeout: time('producer.message_timeout_ms'),
  sending_queue: queue,
  retry_on_failure: is('retry'),
  'retry_on_failure.enabled': fixed(true, 'a batch that failed is tried again, or its rows would be lost'),
  'retry_on_failure.initial_interval': time('retry.initial_interval_ms'),
  'retry_on_failure.max_interval': time('retry.max_interval_ms'),
  'retry_on_failure.max_elapsed_time': time(
    'retry.max_elapsed_ms',
    'after which the worker ends, and no row is lost; 0 by default: it never gives up',
  ),
  'retry_on_failure.multiplier': none('each pause is twice the one before'),
  'retry_on_failure.randomization_factor': none('each pause is twice the one before'),
  debug: is('log.level', 'debug', whenOn({ 'log.level': 'debug' })),
  'producer.acks': is('producer.required_acks'),
  'producer.flush_bytes': is('producer.batch_size', null, unlessZero('producer.batch_size')),
  'producer.flush_messages': is(
    'producer.flush_max_messages',
    null,
    unlessZero('producer.flush_max_messages'),
  ),
  'producer.flush_max_messages': is(
    'producer.flush_max_messages',
    null,
    unlessZero('producer.flush_max_messages'),
  ),
  'producer.flush_frequency': time('producer.linger_ms'),
  'producer.linger': time('producer.linger_ms'),
  'producer.compression_params': is('kafka.custom.producer', 'compression.level', nothing),
  'compression_params.level': is(
    'kafka.custom.producer',
    'compression.level',
    property('compression.level', ['producer']),
  ),
  'producer.max_broker_write_bytes': none(
    'a request has the batches of its partitions, as large as producer.batch_size',
  ),
  'producer.allow_auto_topic_creation': is('output_topics.create'),
  create_topic: is('output_topics'),
  partition_traces_by_id: is(
    'traces.key',
    'trace_id, which is the default',
    whenOn({ 'traces.key': 'trace_id' }),
  ),
  partition_metrics_by_resource_attributes: is(
    'metrics.key',
    'resource_hash',
    whenOn({ 'metrics.key': 'resource_hash' }),
  ),
  partition_logs_by_resource_attributes: is(
    'logs.key',
    'resource_hash',
    whenOn({ 'logs.key': 'resource_hash' }),
  ),
  partition_logs_by_trace_id: is('logs.key', 'trace_id', whenOn({ 'logs.key': 'trace_id' })),
  record_partitioner: is('producer.partitioner', 'and traces.key, logs.key, metrics.key', partitioner),
  include_metadata_keys: is(
    'copy_headers',
    'which copies headers of input records; headers says where a row came from',
  ),
  record_headers: byHand(
    'headers',
    'which says where a row came from; copy_headers copies those of input records',
  ),
  signal_header: is('inputs', 'signal: auto, where signals share a topic', nothing),
  profiles: none('rows are made of spans, log records and data points'),
  message_key_from_metadata_key: none('traces.key, logs.key and metrics.key say what the keys of rows are'),
  topic_from_attribute: manyTopics,
  topic_from_metadata_key: manyTopics,
  group_id: is('consumer.group_id'),
  group_instance_id: is('consumer.instance_id'),
  group_rebalance_strategy: is('consumer.partition_assignment_strategy'),
  initial_offset: is('consumer.auto_offset_reset'),
  session_timeout: is('consumer.session_timeout_ms'),
  heartbeat_interval: is('consumer.heartbeat_interval_ms'),
  min_fetch_size: is('consumer.fetch_min_bytes'),
  default_fetch_size: is('consumer.max_partition_fetch_bytes'),
  max_partition_fetch_size: is('consumer.max_partition_fetch_bytes'),
  max_fetch_size: is('consumer.fetch_max_bytes'),
  max_fetch_wait: is('consumer.fetch_wait_max_ms'),
  autocommit: offsets,
  message_marking: offsets,
  header_extraction: is(
    'copy_headers',
    'which copies headers to the messages of rows; attributes are not made of them',
  ),
};

/** What says which topics Rotel writes and reads; `rotelConfig` makes one list of it. */
const rotelInput = (note: string): Counterpart => is('inputs', note);

/**
 * Flags of Rotel's Kafka exporter and receiver without `kafka_exporter_` and `kafka_receiver_`; it has no config file for them.
 * Those of the receiver alone that are called like a section of ours are here with their whole name.
 */
const ROTEL: Readonly<Record<string, Counterpart>> = {
  acks: is(
    'producer.required_acks',
    "Rotel's one is leader here",
    spelled('producer.required_acks', { all: -1, one: 1, none: 0 }),
  ),
  traces_topic: rotelInput('a list of topics; rows go to traces.topic.name'),
  logs_topic: rotelInput('a list of topics; rows go to logs.topic.name'),
  metrics_topic: rotelInput('a list of topics; rows go to the topics of metrics.sum and its like'),
  format: rotelInput('encoding of each: otlp_json or otlp_proto'),
  kafka_receiver_traces: rotelInput('which has the topics that are read, and no others'),
  kafka_receiver_metrics: rotelInput('which has the topics that are read, and no others'),
  kafka_receiver_logs: rotelInput('which has the topics that are read, and no others'),
  compression: is('producer.compression', null, spelled('producer.compression', {})),
  request_timeout: time('producer.request_timeout_ms'),
  request_timeout_ms: is('producer.request_timeout_ms'),
  max_message_bytes: is('producer.max_message_bytes'),
  linger_ms: is('producer.linger_ms'),
  retries: is('producer.retries'),
  retry_backoff_ms: is('producer.retry_backoff_ms'),
  retry_backoff_max_ms: is('producer.retry_backoff_max_ms'),
  message_timeout_ms: is('producer.message_timeout_ms'),
  batch_size: is('producer.batch_size'),
  partitioner: is('producer.partitioner'),
  custom_config: is(
    'kafka.custom',
    'a map for the consumer and one for the producer',
    properties(name => (name.includes('receiver') ? 'consumer' : 'producer')),
  ),
  sasl_username: is('kafka.auth.sasl.username'),
  sasl_password: is('kafka.auth.sasl.password'),
  sasl_mechanism: is(
    'kafka.auth.sasl.mechanism',
    null,
    spelled('kafka.auth.sasl.mechanism', {
      plain: 'PLAIN',
      'scram-sha256': 'SCRAM-SHA-256',
      'scram-sha-256': 'SCRAM-SHA-256',
      'scram-sha512': 'SCRAM-SHA-512',
      'scram-sha-512': 'SCRAM-SHA-512',
    }),
  ),
  security_protocol: is(
    'kafka.tls.enabled',
    'and kafka.auth.sasl.mechanism',
    spelled('kafka.tls.enabled', {
      plaintext: false,
      ssl: true,
      'sasl-plaintext': false,
      sasl_plaintext: false,
      'sasl-ssl': true,
      sasl_ssl: true,
    }),
  ),
  ssl_ca_location: is('kafka.tls.ca_file'),
  ssl_certificate_location: is('kafka.tls.cert_file'),
  ssl_key_location: is('kafka.tls.key_file'),
  ssl_key_password: is('kafka.tls.key_password'),
  enable_auto_commit: fixed(false, OFFSETS),
  enable_offset_tracking: fixed(true, OFFSETS),
  disable_exporter_indefinite_retry: is('retry.max_elapsed_ms', null, value =>
    isOn(value)
      ? {
          untranslated: [
            'here it is retry.max_elapsed_ms: the time after which a worker that cannot write ends, with no row lost',
          ],
        }
      : {},
  ),
  auto_commit_interval_ms: offsets,
  auto_offset_reset: is('consumer.auto_offset_reset'),
  session_timeout_ms: is('consumer.session_timeout_ms'),
  heartbeat_interval_ms: is('consumer.heartbeat_interval_ms'),
  max_poll_interval_ms: is('consumer.max_poll_interval_ms'),
  max_partition_fetch_bytes: is('consumer.max_partition_fetch_bytes'),
  fetch_min_bytes: is('consumer.fetch_min_bytes'),
  fetch_max_wait_ms: is('consumer.fetch_wait_max_ms'),
  socket_timeout_ms: is(
    'kafka.custom',
    'socket.timeout.ms in kafka.custom.consumer and kafka.custom.producer',
    property('socket.timeout.ms', ['consumer', 'producer']),
  ),
  metadata_max_age_ms: is('kafka.metadata.refresh_interval_ms'),
  isolation_level: is(null, ISOLATION, value =>
    /uncommitted/i.test(String(value)) ? { untranslated: [ISOLATION] } : {},
  ),
  enable_partition_eof: fixed(false, 'nothing would look at it'),
  check_crcs: is('kafka.custom.consumer', 'check.crcs', property('check.crcs', ['consumer'])),
};

export const FOREIGN_KEYS = [COLLECTOR, ROTEL];

/**
 * What a key of a rival's config is here: the longest end of its path that one of the tables has.
 * `producer.flush_bytes`, `kafka_exporter_acks` and `--kafka-exporter-acks` are all found.
 */
export function counterpartOf(path: readonly string[]): Counterpart | null {
  const whole = path.map(key => key.replaceAll('-', '_').replace(/^_+/, ''));
  const short = whole.map(key => key.replace(/^kafka_(exporter|receiver)_/, ''));
  for (let start = 0; start < path.length; start++) {
    for (const keys of [whole, short]) {
      const name = keys.slice(start).join('.');
      for (const table of FOREIGN_KEYS) {
        const found = Object.hasOwn(table, name) ? table[name] : undefined;
        if (found) return found;
      }
    }
  }
  return null;
}

/** What there is instead, as a sentence. */
export function describeCounterpart({ here, note }: Counterpart): string {
  if (here === null) return `It has no counterpart here: ${note}`;
  return `Here it is ${here}${note === undefined ? '' : ` (${note})`}`;
}
