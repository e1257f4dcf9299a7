import { withExactlyOnce } from '../config/exactly-once.js';
import { fetchMaxBytes, queuedMaxBytes, queueMaxBytes } from '../config/memory-shares.js';
import { messageTimeoutMs } from '../config/message-timeout.js';
import type { Config } from '../config/schema.js';
import { consumerGroup } from './consumer-group.js';
import { workerName } from './worker-name.js';

/** librdkafka properties by their own names. What each one means is in its CONFIGURATION.md. */
export type ClientOptions = Record<string, string | number | boolean>;

type KafkaConfig = Config['kafka'];

const KIB = 1024;
/**
 * Bounds two things: a response, which `fetch.max.bytes` keeps far below, and what a zstd batch may decompress to. The client
 * cannot read past a batch beyond it, so its default of 100 MB would let one record of 100 MB zeros stop its partition.
 */
const RECEIVE_MAX_BYTES = 268_435_456;
/**
 * How long a partition is not fetched from after what was fetched had filled its share of memory. A worker takes that much
 * in a fifth of a second; with the client's default, 1 s, it then had nothing to do for the rest of it: 70,000 spans a second
 * on a core instead of 169,000 (`npm run bench -- kafka spans`).
 */
const FETCH_QUEUE_BACKOFF_MS = 10;
const RECONNECT_MAX_MS = 1_000;
/**
 * A client that waits for a broker which has vanished from the cluster looks for the right one only when some connection
 * of its own is made or lost. In a cluster at rest that is never: adding offsets to a transaction then hung for good,
 * without an error. Closing idle connections, of which a client that hangs has some, is what wakes it; so this bounds
 * what `kafka.conn_idle_timeout_ms` says.
 */
const TRANSACTIONAL_IDLE_MS = 5_000;
/** The default of `socket.timeout.ms` in librdkafka, after which it asks again in any case. */
const SOCKET_TIMEOUT_MS = 60_000;
/** About 1.2 KB of JSON for each partition, so not each second. */
const STATISTICS_MS = 5_000;

/**
 * Properties of the ingest consumer.
 *
 * Read committed and no automatic commits are not choices: offsets are committed by the transaction, and only a
 * read-committed consumer asks the coordinator for stable offsets, which keeps it from starting over records whose
 * transaction is still open (KIP-447).
 */
export function consumerOptions(config: Config, instanceId: string): ClientOptions {
  const { kafka, consumer } = config;
  return {
    ...connectionOptions(kafka),
    'group.id': consumerGroup(config),
    ...membershipOptions(consumer, instanceId),
    'enable.auto.commit': false,
    'enable.auto.offset.store': false,
    'isolation.level': 'read_committed',
    'auto.offset.reset': consumer.auto_offset_reset,
    'max.poll.interval.ms': consumer.max_poll_interval_ms,
    ...fetchOptions(config),
    'statistics.interval.ms': STATISTICS_MS,
    ...kafka.custom.consumer,
  };
}

/**
 * Properties of a reader by assignment. It never joins the group that it is named for: it only asks for its offsets, and
 * needs no right that a worker does not have.
 */
export function readerOptions(config: Pick<Config, 'kafka' | 'consumer' | 'memory'>): ClientOptions {
  const { kafka, consumer } = config;
  return {
    ...connectionOptions(kafka),
    'group.id': consumer.group_id,
    'enable.auto.commit': false,
    'enable.auto.offset.store': false,
    'auto.offset.reset': 'earliest',
    'enable.partition.eof': true,
    ...fetchOptions(config),
    ...kafka.custom.consumer,
    // Also where workers may read uncommitted, with `delivery: at_least_once`: their rows may be older than that setting.
    'isolation.level': 'read_committed',
  };
}

/** With the `consumer` protocol the brokers decide what the classic settings say, and the client refuses those. */
function membershipOptions(consumer: Config['consumer'], instanceId: string): ClientOptions {
  const classic = consumer.group_protocol === 'classic';
  return {
    'group.protocol': consumer.group_protocol,
    ...((consumer.static_membership ?? classic) ? { 'group.instance.id': instanceId } : {}),
    ...(classic
      ? {
          'partition.assignment.strategy': consumer.partition_assignment_strategy,
          'session.timeout.ms': consumer.session_timeout_ms,
          'heartbeat.interval.ms': consumer.heartbeat_interval_ms,
        }
      : {}),
  };
}

/** Properties of the producer: transactional with `delivery: exactly_once`, plain otherwise. */
export function producerOptions(config: Config, instanceId: string): ClientOptions {
  const { kafka, producer } = config;
  return {
    ...connectionOptions(kafka),
    'compression.codec': producer.compression,
    acks: producer.required_acks,
    'message.max.bytes': producer.max_message_bytes,
    'linger.ms': producer.linger_ms,
    'max.in.flight': producer.max_in_flight,
    retries: producer.retries,
    'retry.backoff.ms': producer.retry_backoff_ms,
    'retry.backoff.max.ms': producer.retry_backoff_max_ms,
    'request.timeout.ms': producer.request_timeout_ms,
    'batch.size': producer.batch_size,
    'batch.num.messages': producer.flush_max_messages,
    partitioner: producer.partitioner.replace('-', '_'),
    'queue.buffering.max.kbytes': Math.ceil(queueMaxBytes(config) / KIB),
    ...(config.delivery === 'exactly_once' ? transactionOptions(config, instanceId) : {}),
    'message.timeout.ms': messageTimeoutMs(producer, config.delivery),
    ...kafka.custom.producer,
  };
}

function fetchOptions(config: Pick<Config, 'consumer' | 'memory'>): ClientOptions {
  const { consumer } = config;
  const fetchBytes = fetchMaxBytes(config);
  return {
    'fetch.wait.max.ms': consumer.fetch_wait_max_ms,
    'fetch.min.bytes': consumer.fetch_min_bytes,
    'fetch.max.bytes': fetchBytes,
    'receive.message.max.bytes': Math.max(RECEIVE_MAX_BYTES, fetchBytes + 512),
    'max.partition.fetch.bytes': consumer.max_partition_fetch_bytes,
    'queued.max.messages.kbytes': Math.ceil(queuedMaxBytes(config) / KIB),
    'fetch.queue.backoff.ms': FETCH_QUEUE_BACKOFF_MS,
  };
}

/**
 * Properties of the producer that tries what the topics take: it takes the place of the worker's own, under the same
 * transactional id, also with `delivery: at_least_once`, because what it sends must never be seen.
 */
export function limitProbeOptions(config: Config, instanceId: string): ClientOptions {
  return {
    ...producerOptions(withExactlyOnce(config), instanceId),
    'compression.codec': 'none',
    'batch.num.messages': 1,
    'linger.ms': 0,
  };
}

function transactionOptions({ kafka, producer, consumer }: Config, instanceId: string): ClientOptions {
  return {
    'connections.max.idle.ms': Math.min(
      kafka.conn_idle_timeout_ms || TRANSACTIONAL_IDLE_MS,
      TRANSACTIONAL_IDLE_MS,
    ),
    'transactional.id': workerName(producer.transactional_id_prefix, consumer.group_id, instanceId),
    'transaction.timeout.ms': producer.transaction_timeout_ms,
    'enable.idempotence': true,
  };
}

/**
 * How long a transactional producer waits for an answer, at least, before it closes the connection and asks again on another
 * one: librdkafka takes a connection for idle also when an answer is missing, and takes up to 2 s off the time for that.
 *
 * @param properties of that producer, `kafka.custom.producer` included.
 */
export function asksAgainAfterMs(properties: ClientOptions): number {
  // 0 is never.
  const idleMs = Number(properties['connections.max.idle.ms']) || Number.POSITIVE_INFINITY;
  return Math.min(idleMs, Number(properties['socket.timeout.ms'] ?? SOCKET_TIMEOUT_MS)) / 2;
}

/** Properties of the admin client, which is a producer to librdkafka: a login of `kafka.custom.producer` is its login too. */
export function adminOptions({ kafka }: Pick<Config, 'kafka'>): ClientOptions {
  return { ...connectionOptions(kafka), ...kafka.custom.producer };
}

/** What every client needs to reach the brokers and to be let in. */
export function connectionOptions(kafka: KafkaConfig): ClientOptions {
  return {
    'bootstrap.servers': kafka.brokers.join(','),
    'client.id': kafka.client_id,
    ...(kafka.protocol_version === null ? {} : { 'broker.version.fallback': kafka.protocol_version }),
    'client.dns.lookup': kafka.resolve_canonical_bootstrap_servers_only
      ? 'resolve_canonical_bootstrap_servers_only'
      : 'use_all_dns_ips',
    'connections.max.idle.ms': kafka.conn_idle_timeout_ms,
    'topic.metadata.refresh.interval.ms': kafka.metadata.refresh_interval_ms,
    // librdkafka waits up to 10 s before it tries a broker again; rows would be late by as much after it is back.
    'reconnect.backoff.max.ms': RECONNECT_MAX_MS,
    ...(kafka.rack_id === null ? {} : { 'client.rack': kafka.rack_id }),
    ...securityOptions(kafka),
  };
}

function securityOptions({ tls, auth: { sasl } }: KafkaConfig): ClientOptions {
  const transport = tls.enabled ? 'ssl' : 'plaintext';
  return {
    'security.protocol': sasl.mechanism === null ? transport : `sasl_${transport}`,
    ...(tls.enabled
      ? {
          ...given('ssl.ca.location', tls.ca_file),
          ...given('ssl.certificate.location', tls.cert_file),
          ...given('ssl.key.location', tls.key_file),
          ...given('ssl.key.password', tls.key_password),
          'enable.ssl.certificate.verification': !tls.insecure_skip_verify,
          // Besides the certificate itself, that it belongs to the host that was asked for.
          'ssl.endpoint.identification.algorithm': tls.insecure_skip_verify ? 'none' : 'https',
        }
      : {}),
    ...loginOptions(sasl),
  };
}

function loginOptions(sasl: KafkaConfig['auth']['sasl']): ClientOptions {
  if (sasl.mechanism === 'AWS_MSK_IAM_OAUTHBEARER') {
    return { 'sasl.mechanisms': 'OAUTHBEARER', ...mskTokens(`${sasl.aws_msk.region}`) };
  }
  return {
    ...(sasl.mechanism === null ? {} : { 'sasl.mechanisms': sasl.mechanism }),
    ...(sasl.mechanism === 'OAUTHBEARER'
      ? {
          // Without an endpoint the token is made as kafka.custom says, which librdkafka refuses beside this method.
          ...(sasl.oauthbearer.token_endpoint_url === null ? {} : { 'sasl.oauthbearer.method': 'oidc' }),
          ...given('sasl.oauthbearer.token.endpoint.url', sasl.oauthbearer.token_endpoint_url),
          ...given('sasl.oauthbearer.client.id', sasl.oauthbearer.client_id),
          ...given('sasl.oauthbearer.client.secret', sasl.oauthbearer.client_secret),
          ...given('sasl.oauthbearer.scope', sasl.oauthbearer.scope),
          ...given('sasl.oauthbearer.extensions', sasl.oauthbearer.extensions),
        }
      : { ...given('sasl.username', sasl.username), ...given('sasl.password', sasl.password) }),
  };
}

/** How a client is asked to make tokens for Amazon MSK: by a property that says nothing else to librdkafka. */
const MSK_REGION = 'otelrows.aws_msk.region=';

function mskTokens(region: string): ClientOptions {
  return { 'sasl.oauthbearer.config': `${MSK_REGION}${region}` };
}

/** The region for whose clusters a client with these properties logs in by IAM; null when it does not. */
export function mskRegionOf(properties: Readonly<Record<string, unknown>>): string | null {
  const config = properties['sasl.oauthbearer.config'];
  return typeof config === 'string' && config.startsWith(MSK_REGION) ? config.slice(MSK_REGION.length) : null;
}

function given(property: string, value: string | null): ClientOptions {
  return value === null ? {} : { [property]: value };
}
