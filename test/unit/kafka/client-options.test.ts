import { describe, expect, test } from 'vitest';
import { setValue } from '../../../src/config/config-path.js';
import { type Config, defaultConfig } from '../../../src/config/schema.js';
import {
  adminOptions,
  asksAgainAfterMs,
  type ClientOptions,
  consumerOptions,
  mskRegionOf,
  producerOptions,
} from '../../../src/kafka/client-options.js';

/** Settings by their path. */
type Changes = Record<string, unknown>;

function changedConfig(changes: Changes): Config {
  const config = defaultConfig();
  for (const [path, value] of Object.entries(changes)) setValue(config, path, value);
  return config;
}

const consumerOf = (changes: Changes = {}) => consumerOptions(changedConfig(changes), 'host-0');
const producerOf = (changes: Changes = {}) => producerOptions(changedConfig(changes), 'host-0');
const adminOf = (changes: Changes = {}) => adminOptions(changedConfig(changes));
const CLIENTS = [
  ['consumer', consumerOf],
  ['producer', producerOf],
  ['admin', adminOf],
] as const;

/** The properties that differ from those of the default config. */
function changedBy(of: (changes?: Changes) => ClientOptions, changes: Changes): ClientOptions {
  const before = of();
  return Object.fromEntries(Object.entries(of(changes)).filter(([name, value]) => before[name] !== value));
}

describe.each(CLIENTS)('%s: how to reach the brokers', (_, of) => {
  test.each<[string, unknown, ClientOptions]>([
    ['kafka.brokers', ['a:1', 'b:2'], { 'bootstrap.servers': 'a:1,b:2' }],
    ['kafka.client_id', 'rows', { 'client.id': 'rows' }],
    ['kafka.protocol_version', '2.5.0', { 'broker.version.fallback': '2.5.0' }],
    [
      'kafka.resolve_canonical_bootstrap_servers_only',
      true,
      { 'client.dns.lookup': 'resolve_canonical_bootstrap_servers_only' },
    ],
    ['kafka.conn_idle_timeout_ms', 4711, { 'connections.max.idle.ms': 4711 }],
    ['kafka.metadata.refresh_interval_ms', 4711, { 'topic.metadata.refresh.interval.ms': 4711 }],
    ['kafka.rack_id', 'eu-1', { 'client.rack': 'eu-1' }],
  ])('%s', (path, value, expected) => {
    expect(changedBy(of, { [path]: value })).toEqual(expected);
  });

  test('a broker that comes back is tried again within a second', () => {
    expect(of()['reconnect.backoff.max.ms']).toBe(1000);
  });
});

describe('consumer settings', () => {
  const fetchBytesMax = 2_147_483_135;

  test.each<[string, unknown, ClientOptions]>([
    ['consumer.group_id', 'other', { 'group.id': 'other' }],
    ['consumer.auto_offset_reset', 'latest', { 'auto.offset.reset': 'latest' }],
    ['consumer.partition_assignment_strategy', 'range', { 'partition.assignment.strategy': 'range' }],
    ['consumer.session_timeout_ms', 4711, { 'session.timeout.ms': 4711 }],
    ['consumer.heartbeat_interval_ms', 4711, { 'heartbeat.interval.ms': 4711 }],
    ['consumer.max_poll_interval_ms', 4711, { 'max.poll.interval.ms': 4711 }],
    ['consumer.fetch_wait_max_ms', 4711, { 'fetch.wait.max.ms': 4711 }],
    ['consumer.fetch_min_bytes', 4711, { 'fetch.min.bytes': 4711 }],
    ['consumer.fetch_max_bytes', 2_000_000, { 'fetch.max.bytes': 2_000_000 }],
    // Larger than what the client takes at once by default, so that has to grow with it.
    [
      'consumer.fetch_max_bytes',
      fetchBytesMax,
      { 'fetch.max.bytes': fetchBytesMax, 'receive.message.max.bytes': fetchBytesMax + 512 },
    ],
    ['consumer.max_partition_fetch_bytes', 4711, { 'max.partition.fetch.bytes': 4711 }],
    ['consumer.queued_max_bytes', 10_241, { 'queued.max.messages.kbytes': 11 }],
    // Its own group, so that it takes no partitions from workers that write.
    ['dry_run', true, { 'group.id': 'otelrows-dry-run' }],
  ])('%s = %s', (path, value, expected) => {
    expect(changedBy(consumerOf, { [path]: value })).toEqual(expected);
  });

  test.each([
    ['classic', null, true],
    ['classic', true, true],
    ['classic', false, false],
    ['consumer', null, false],
    ['consumer', true, true],
    ['consumer', false, false],
  ])('group_protocol %s, static_membership %s: a static member %s', (protocol, asked, isStatic) => {
    const options = consumerOf({ 'consumer.group_protocol': protocol, 'consumer.static_membership': asked });
    expect(options['group.instance.id']).toBe(isStatic ? 'host-0' : undefined);
  });

  test('the consumer protocol gets none of the properties that the client refuses beside it', () => {
    const options = consumerOf({ 'consumer.group_protocol': 'consumer' });
    expect(options['group.protocol']).toBe('consumer');
    for (const name of ['partition.assignment.strategy', 'session.timeout.ms', 'heartbeat.interval.ms'])
      expect(options).not.toHaveProperty([name]);
  });

  test.each(['exactly_once', 'at_least_once'])('%s: the client commits nothing by itself', delivery => {
    expect(consumerOf({ delivery })).toMatchObject({
      'enable.auto.commit': false,
      'enable.auto.offset.store': false,
      'isolation.level': 'read_committed',
    });
  });
});

describe('producer settings', () => {
  test.each<[string, unknown, ClientOptions]>([
    ['producer.compression', 'zstd', { 'compression.codec': 'zstd' }],
    ['producer.required_acks', 1, { acks: 1 }],
    ['producer.max_message_bytes', 4711, { 'message.max.bytes': 4711 }],
    ['producer.linger_ms', 4711, { 'linger.ms': 4711 }],
    ['producer.max_in_flight', 4, { 'max.in.flight': 4 }],
    ['producer.retries', 7, { retries: 7 }],
    ['producer.retry_backoff_ms', 4711, { 'retry.backoff.ms': 4711 }],
    ['producer.retry_backoff_max_ms', 4711, { 'retry.backoff.max.ms': 4711 }],
    ['producer.request_timeout_ms', 4711, { 'request.timeout.ms': 4711 }],
    ['producer.message_timeout_ms', 4711, { 'message.timeout.ms': 4711 }],
    ['producer.batch_size', 4711, { 'batch.size': 4711 }],
    ['producer.flush_max_messages', 4711, { 'batch.num.messages': 4711 }],
    ['producer.queue_max_bytes', 10_241, { 'queue.buffering.max.kbytes': 11 }],
    ['producer.transactional_id_prefix', 'rows', { 'transactional.id': 'rows-otelrows-host-0' }],
    // A message must not outlive the transaction that it belongs to.
    ['producer.transaction_timeout_ms', 4711, { 'transaction.timeout.ms': 4711, 'message.timeout.ms': 4711 }],
  ])('%s', (path, value, expected) => {
    expect(changedBy(producerOf, { [path]: value })).toEqual(expected);
  });

  test('a transactional producer closes idle connections, which keeps it from waiting for a broker that is gone', () => {
    const idle = (changes: Changes) => producerOf(changes)['connections.max.idle.ms'];
    expect(idle({})).toBe(5000);
    expect(idle({ delivery: 'at_least_once' })).toBe(0);
  });

  test.each([
    ['consistent', 'consistent'],
    ['consistent-random', 'consistent_random'],
    ['murmur2', 'murmur2'],
    ['murmur2-random', 'murmur2_random'],
    ['fnv1a', 'fnv1a'],
    ['fnv1a-random', 'fnv1a_random'],
  ])('partitioner %s', (name, property) => {
    expect(producerOf({ 'producer.partitioner': name })['partitioner']).toBe(property);
  });

  test('the transactional id is made of prefix, group and worker, so that no two workers have one', () => {
    expect(producerOf({ 'consumer.group_id': 'blue' })['transactional.id']).toBe('otelrows-blue-host-0');
    expect(producerOptions(defaultConfig(), 'host-1')['transactional.id']).toBe('otelrows-otelrows-host-1');
  });

  test('at_least_once: no transaction, no idempotence, and time for messages of its own', () => {
    const properties = producerOf({ delivery: 'at_least_once' });
    for (const name of ['transactional.id', 'transaction.timeout.ms', 'enable.idempotence']) {
      expect(properties).not.toHaveProperty([name]);
    }
    expect(properties['message.timeout.ms']).toBe(300_000);
  });
});

describe.each(CLIENTS)('%s: security', (_, of) => {
  test.each([
    [null, false, 'plaintext'],
    [null, true, 'ssl'],
    ['PLAIN', false, 'sasl_plaintext'],
    ['PLAIN', true, 'sasl_ssl'],
    ['SCRAM-SHA-256', false, 'sasl_plaintext'],
    ['SCRAM-SHA-256', true, 'sasl_ssl'],
    ['SCRAM-SHA-512', false, 'sasl_plaintext'],
    ['SCRAM-SHA-512', true, 'sasl_ssl'],
    ['OAUTHBEARER', false, 'sasl_plaintext'],
    ['OAUTHBEARER', true, 'sasl_ssl'],
  ])('SASL %s with TLS %s is %s', (mechanism, tls, protocol) => {
    const properties = of({ 'kafka.auth.sasl.mechanism': mechanism, 'kafka.tls.enabled': tls });
    expect(properties['security.protocol']).toBe(protocol);
    expect(properties['sasl.mechanisms']).toBe(mechanism ?? undefined);
    expect('enable.ssl.certificate.verification' in properties).toBe(tls);
  });

  test('a login to Amazon MSK is one by tokens, made for its region', () => {
    const properties = of({
      'kafka.auth.sasl.mechanism': 'AWS_MSK_IAM_OAUTHBEARER',
      'kafka.auth.sasl.aws_msk.region': 'eu-west-1',
      'kafka.tls.enabled': true,
    });
    expect(properties).toMatchObject({ 'security.protocol': 'sasl_ssl', 'sasl.mechanisms': 'OAUTHBEARER' });
    expect(mskRegionOf(properties)).toBe('eu-west-1');
    expect(mskRegionOf(of({}))).toBeNull();
    expect(mskRegionOf({ 'sasl.oauthbearer.config': 'principal=me' })).toBeNull();
  });

  test.each([
    [false, true, 'https'],
    [true, false, 'none'],
  ])('TLS with insecure_skip_verify %s: certificate and host are checked: %s', (skip, verify, host) => {
    expect(of({ 'kafka.tls.enabled': true, 'kafka.tls.insecure_skip_verify': skip })).toMatchObject({
      'enable.ssl.certificate.verification': verify,
      'ssl.endpoint.identification.algorithm': host,
    });
  });

  test('TLS files, which are left alone without TLS', () => {
    const files = {
      'kafka.tls.ca_file': 'ca.pem',
      'kafka.tls.cert_file': 'cert.pem',
      'kafka.tls.key_file': 'key.pem',
      'kafka.tls.key_password': 'secret',
    };
    expect(of({ ...files, 'kafka.tls.enabled': true })).toMatchObject({
      'ssl.ca.location': 'ca.pem',
      'ssl.certificate.location': 'cert.pem',
      'ssl.key.location': 'key.pem',
      'ssl.key.password': 'secret',
    });
    expect(changedBy(of, files)).toEqual({});
  });

  test('user and password', () => {
    const login = {
      'kafka.auth.sasl.mechanism': 'PLAIN',
      'kafka.auth.sasl.username': 'me',
      'kafka.auth.sasl.password': 'secret',
    };
    expect(changedBy(of, login)).toEqual({
      'security.protocol': 'sasl_plaintext',
      'sasl.mechanisms': 'PLAIN',
      'sasl.username': 'me',
      'sasl.password': 'secret',
    });
  });

  test('tokens from an endpoint', () => {
    const oauth = {
      'kafka.auth.sasl.mechanism': 'OAUTHBEARER',
      'kafka.auth.sasl.oauthbearer.token_endpoint_url': 'https://login/token',
      'kafka.auth.sasl.oauthbearer.client_id': 'me',
      'kafka.auth.sasl.oauthbearer.client_secret': 'secret',
      'kafka.auth.sasl.oauthbearer.scope': 'kafka',
      'kafka.auth.sasl.oauthbearer.extensions': 'logicalCluster=lkc-1',
    };
    expect(changedBy(of, oauth)).toEqual({
      'security.protocol': 'sasl_plaintext',
      'sasl.mechanisms': 'OAUTHBEARER',
      'sasl.oauthbearer.method': 'oidc',
      'sasl.oauthbearer.token.endpoint.url': 'https://login/token',
      'sasl.oauthbearer.client.id': 'me',
      'sasl.oauthbearer.client.secret': 'secret',
      'sasl.oauthbearer.scope': 'kafka',
      'sasl.oauthbearer.extensions': 'logicalCluster=lkc-1',
    });
  });

  test('a secret stands under its own property and nowhere else', () => {
    const properties = of({
      'kafka.tls.enabled': true,
      'kafka.tls.key_password': 'S3CRET-key',
      'kafka.auth.sasl.mechanism': 'PLAIN',
      'kafka.auth.sasl.username': 'me',
      'kafka.auth.sasl.password': 'S3CRET-password',
      'kafka.auth.sasl.oauthbearer.client_secret': 'S3CRET-client',
    });
    const holding = Object.entries(properties).filter(([, value]) => String(value).includes('S3CRET'));
    expect(Object.fromEntries(holding)).toEqual({
      'ssl.key.password': 'S3CRET-key',
      'sasl.password': 'S3CRET-password',
    });
  });
});

describe('kafka.custom', () => {
  const custom = {
    'kafka.custom.consumer': { 'fetch.min.bytes': 9, 'socket.nagle.disable': false },
    'kafka.custom.producer': { 'linger.ms': 9, 'sasl.mechanisms': 'GSSAPI' },
  };

  test('is applied last, to the client that it is for', () => {
    expect(changedBy(consumerOf, { ...custom, 'consumer.fetch_min_bytes': 4711 })).toEqual({
      'fetch.min.bytes': 9,
      'socket.nagle.disable': false,
    });
    expect(changedBy(producerOf, { ...custom, 'producer.linger_ms': 4711 })).toEqual({
      'linger.ms': 9,
      'sasl.mechanisms': 'GSSAPI',
    });
  });

  test('of the producer is that of the admin client too, since it may hold the login', () => {
    expect(changedBy(adminOf, custom)).toEqual({ 'linger.ms': 9, 'sasl.mechanisms': 'GSSAPI' });
  });
});

test.each<[string, Changes, number]>([
  ['half of the time after which a connection is idle', {}, 2_500],
  ['as it is set', { 'kafka.conn_idle_timeout_ms': 1_000 }, 500],
  ['half of what a transactional one may wait', { 'kafka.conn_idle_timeout_ms': 600_000 }, 2_500],
  ['also in kafka.custom', { 'kafka.custom.producer': { 'connections.max.idle.ms': 8_000 } }, 4_000],
  [
    'half of the time-out of a request, where that is less',
    { 'kafka.custom.producer': { 'connections.max.idle.ms': 600_000 } },
    30_000,
  ],
  ['and where no connection is idle', { 'kafka.custom.producer': { 'connections.max.idle.ms': 0 } }, 30_000],
  ['as it is set there', { 'kafka.custom.producer': { 'socket.timeout.ms': 1_000 } }, 500],
])('a producer may ask again after %s', (_, changes, expected) => {
  expect(asksAgainAfterMs(producerOf(changes))).toBe(expected);
});
