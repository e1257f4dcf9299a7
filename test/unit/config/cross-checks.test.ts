import { describe, expect, it } from 'vitest';
import { setValue } from '../../../src/config/config-path.js';
import { crossCheck } from '../../../src/config/cross-checks.js';
import { refusedProperties } from '../../../src/config/refused-properties.js';
import { defaultConfig, settings } from '../../../src/config/schema.js';
import { temporaryFiles } from '../../support/temporary-files.js';

const write = temporaryFiles();
const pem = write('file.pem', '');

type Changes = Record<string, unknown>;

const login = (mechanism: string) => ({
  'kafka.auth.sasl.mechanism': mechanism,
  'kafka.auth.sasl.username': 'me',
  'kafka.auth.sasl.password': 'secret-471147',
});
const oauth = {
  'kafka.auth.sasl.mechanism': 'OAUTHBEARER',
  'kafka.auth.sasl.oauthbearer.token_endpoint_url': 'https://a/',
  'kafka.auth.sasl.oauthbearer.client_id': 'me',
  'kafka.auth.sasl.oauthbearer.client_secret': 'secret-471147',
};
const msk = {
  'kafka.auth.sasl.mechanism': 'AWS_MSK_IAM_OAUTHBEARER',
  'kafka.auth.sasl.aws_msk.region': 'eu-west-1',
};
const inputs = (...topics: [string, string][]) => ({
  inputs: topics.map(([topic, signal]) => ({ topic, signal, encoding: 'auto', framing: 'auto' })),
});
const allOff = {
  'traces.enabled': false,
  'logs.enabled': false,
  'metrics.sum.enabled': false,
};
const blocks = {
  'traces.encoding': 'native',
  'logs.encoding': 'native',
  'metrics.sum.encoding': 'native',
};
const bothCustom = (properties: Record<string, unknown>) => ({
  'kafka.custom.consumer': properties,
  'kafka.custom.producer': properties,
});

/** The first setting of each contradiction that the default config with these changes has. */
function contradictionsOf(changes: Changes): string[] {
  return check(changes).map(({ paths }) => paths[0] ?? '');
}

function check(changes: Changes, filesMustExist = true) {
  const config = defaultConfig();
  for (const [path, value] of Object.entries(changes)) setValue(config, path, value);
  return crossCheck(config, { filesMustExist, origins: new Map() });
}

describe('settings that go together', () => {
  it.each<[string, Changes]>([
    ['the defaults', {}],
    ['fewer acknowledgements at least once', { delivery: 'at_least_once', 'producer.required_acks': 1 }],
    ['no retries at least once', { delivery: 'at_least_once', 'producer.retries': 0 }],
    [
      'a long message timeout at least once',
      { delivery: 'at_least_once', 'producer.message_timeout_ms': 60000 },
    ],
    ['a message timeout as long as the transaction', { 'producer.message_timeout_ms': 10000 }],
    ['a login without encryption', login('PLAIN')],
    ['a login with tokens', oauth],
    ['a login to Amazon MSK', msk],
    [
      'tokens by other means',
      {
        'kafka.auth.sasl.mechanism': 'OAUTHBEARER',
        ...bothCustom({ 'enable.sasl.oauthbearer.unsecure.jwt': true }),
      },
    ],
    [
      'a mechanism of the user’s own',
      {
        ...login('PLAIN'),
        'kafka.auth.sasl.mechanism': null,
        ...bothCustom({ 'sasl.mechanisms': 'GSSAPI' }),
      },
    ],
    ['certificates', { 'kafka.tls.enabled': true, 'kafka.tls.cert_file': pem, 'kafka.tls.key_file': pem }],
    ['one kind of row only', { ...allOff, 'metrics.summary.enabled': true, ...inputs(['m', 'metrics']) }],
    ['topics of kinds that are switched off', { 'metrics.gauge.topic.name': 'otel-traces' }],
    [
      'a pattern with what all engines read alike',
      inputs(['^(eu|us)-[a-z0-9_.*+-]+-otlp\\.[^-]{2,8}(-x)?$', 'logs']),
    ],
    ['times that only some rows have', { ...blocks, 'logs.encoding': 'json', time_format: 'text' }],
    ['a pattern that repeats a fixed text', inputs(['^(ab)+', 'logs'])],
    ['patterns that read different topics', inputs(['^spans-.*', 'traces'], ['logs-a', 'logs'])],
    ['a pattern of any signal and a topic of one', inputs(['^a', 'auto'], ['ab', 'traces'])],
    ['a topic of any signal and a pattern of one', inputs(['ab', 'auto'], ['^a', 'traces'])],
    [
      'one kind of row of any signal',
      { ...allOff, 'metrics.summary.enabled': true, ...inputs(['a', 'auto']) },
    ],
    ['a pattern and a topic of one signal', inputs(['^spans-.*', 'traces'], ['spans-a', 'traces'])],
    [
      'uncommitted reads at least once',
      { delivery: 'at_least_once', 'kafka.custom.consumer': { 'isolation.level': 'read_uncommitted' } },
    ],
    ['other properties', bothCustom({ debug: 'all', 'socket.keepalive.enable': true })],
    ['glassflow rows with times at their default', { row_format: 'glassflow' }],
  ])('%s', (_, changes) => {
    expect(check(changes)).toEqual([]);
  });
});

describe('settings that contradict each other', () => {
  it.each<[string, Changes, string]>([
    ['one acknowledgement exactly once', { 'producer.required_acks': 1 }, 'producer.required_acks'],
    ['no acknowledgement exactly once', { 'producer.required_acks': 0 }, 'producer.required_acks'],
    ['no retries exactly once', { 'producer.retries': 0 }, 'producer.retries'],
    [
      'a message timeout beyond the transaction',
      { 'producer.message_timeout_ms': 10001 },
      'producer.message_timeout_ms',
    ],
    [
      'a message that the queue cannot hold',
      { 'producer.queue_max_bytes': 1048576, 'producer.max_message_bytes': 1048577 },
      'producer.max_message_bytes',
    ],
    [
      'heartbeats too rare for the session',
      { 'consumer.heartbeat_interval_ms': 10000 },
      'consumer.heartbeat_interval_ms',
    ],
    [
      'a session longer than the poll interval',
      { 'consumer.max_poll_interval_ms': 9999 },
      'consumer.max_poll_interval_ms',
    ],
    ['batches older than the transaction', { 'batch.max_age_ms': 10000 }, 'batch.max_age_ms'],
    ['rows that linger beyond their timeout', { 'producer.linger_ms': 10000 }, 'producer.linger_ms'],
    [
      'a first pause of the producer above the longest',
      { 'producer.retry_backoff_ms': 1001 },
      'producer.retry_backoff_ms',
    ],
    [
      'a first pause of batches above the longest',
      { 'retry.initial_interval_ms': 10001 },
      'retry.initial_interval_ms',
    ],
    ['certificates without TLS', { 'kafka.tls.ca_file': pem }, 'kafka.tls.enabled'],
    ['unchecked certificates without TLS', { 'kafka.tls.insecure_skip_verify': true }, 'kafka.tls.enabled'],
    [
      'a certificate without its key',
      { 'kafka.tls.enabled': true, 'kafka.tls.cert_file': pem },
      'kafka.tls.cert_file',
    ],
    [
      'a key without its certificate',
      { 'kafka.tls.enabled': true, 'kafka.tls.key_file': pem },
      'kafka.tls.key_file',
    ],
    [
      'a password without a key',
      { 'kafka.tls.enabled': true, 'kafka.tls.key_password': 'pw' },
      'kafka.tls.key_password',
    ],
    [
      'a certificate that is not there',
      { 'kafka.tls.enabled': true, 'kafka.tls.ca_file': '/no/such' },
      'kafka.tls.ca_file',
    ],
    [
      'a login without a mechanism',
      { ...login('PLAIN'), 'kafka.auth.sasl.mechanism': null },
      'kafka.auth.sasl.mechanism',
    ],
    [
      'tokens without a mechanism',
      { ...oauth, 'kafka.auth.sasl.mechanism': null },
      'kafka.auth.sasl.mechanism',
    ],
    [
      'a mechanism without a login',
      { 'kafka.auth.sasl.mechanism': 'SCRAM-SHA-256' },
      'kafka.auth.sasl.mechanism',
    ],
    [
      'a user without a password',
      { ...login('PLAIN'), 'kafka.auth.sasl.password': null },
      'kafka.auth.sasl.mechanism',
    ],
    ['a password for tokens', { ...oauth, 'kafka.auth.sasl.password': 'pw' }, 'kafka.auth.sasl.password'],
    [
      'tokens without a secret',
      { ...oauth, 'kafka.auth.sasl.oauthbearer.client_secret': null },
      'kafka.auth.sasl.mechanism',
    ],
    [
      'Amazon MSK without a region',
      { ...msk, 'kafka.auth.sasl.aws_msk.region': null },
      'kafka.auth.sasl.mechanism',
    ],
    [
      'a region without a mechanism',
      { ...msk, 'kafka.auth.sasl.mechanism': null },
      'kafka.auth.sasl.mechanism',
    ],
    ['a region for a password', { ...msk, ...login('PLAIN') }, 'kafka.auth.sasl.aws_msk.region'],
    ['a region for other tokens', { ...msk, ...oauth }, 'kafka.auth.sasl.aws_msk.region'],
    ['a password for Amazon MSK', { ...msk, 'kafka.auth.sasl.password': 'pw' }, 'kafka.auth.sasl.password'],
    [
      'a scope for Amazon MSK',
      { ...msk, 'kafka.auth.sasl.oauthbearer.scope': 's' },
      'kafka.auth.sasl.oauthbearer.scope',
    ],
    [
      'a scope for a password',
      { ...login('PLAIN'), 'kafka.auth.sasl.oauthbearer.scope': 's' },
      'kafka.auth.sasl.oauthbearer.scope',
    ],
    ['a topic of any signal and of one', inputs(['a', 'auto'], ['a', 'traces']), 'inputs'],
    ['nothing switched on for any signal', { ...allOff, ...inputs(['a', 'auto']) }, 'inputs'],
    ['a topic with two signals', inputs(['a', 'logs'], ['a', 'traces']), 'inputs'],
    ['a topic twice', inputs(['a', 'logs'], ['a', 'logs']), 'inputs'],
    ['a pattern and a topic of another signal', inputs(['^a', 'logs'], ['ab', 'traces']), 'inputs'],
    ['a topic and a pattern of another signal', inputs(['ab', 'traces'], ['^a', 'logs']), 'inputs'],
    ['a pattern that is none', inputs(['^a(', 'logs']), 'inputs'],
    ['a pattern with \\d, which the client does not know', inputs(['^a\\d+$', 'logs']), 'inputs'],
    ['a pattern with a class that only the client knows', inputs(['^a[[:digit:]]', 'logs']), 'inputs'],
    ['a pattern with (?:, which the client does not know', inputs(['^(?:a|b)$', 'logs']), 'inputs'],
    ['a pattern with a lazy quantifier', inputs(['^a+?$', 'logs']), 'inputs'],
    ['a pattern with ] first in brackets', inputs(['^a[]b]', 'logs']), 'inputs'],
    ['a pattern with braces that JavaScript takes for text', inputs(['^a{,3}', 'logs']), 'inputs'],
    ['a pattern with more repetitions than brokers take', inputs(['^a{1001}', 'logs']), 'inputs'],
    ['a pattern that closes a group before it opens one', inputs(['^a)|(b', 'logs']), 'inputs'],
    ['a pattern that repeats a repetition', inputs(['^(a+)+$', 'logs']), 'inputs'],
    ['a pattern that repeats a repetition in a group', inputs(['^((a+))+$', 'logs']), 'inputs'],
    ['a pattern that repeats a group with a repetition', inputs(['^((a+)b?)+$', 'logs']), 'inputs'],
    ['a pattern that repeats a choice', inputs(['^(a|a)*$', 'logs']), 'inputs'],
    ['a pattern that repeats something that may be missing', inputs(['^(a?){50}$', 'logs']), 'inputs'],
    ['a pattern with many repetitions', inputs(['^.*a.*b.*c.*d.*e', 'logs']), 'inputs'],
    ['rows that are read again', inputs(['otel-logs', 'logs']), 'logs.topic.name'],
    ['rows that a pattern reads again', inputs(['^otel-tr.*', 'traces']), 'traces.topic.name'],
    ['dead letters that are read again', inputs(['^otelrows-.*', 'traces']), 'dead_letter.topic.name'],
    [
      'compaction of topics that are created',
      { 'output_topics.config': { 'cleanup.policy': 'compact,delete' } },
      'output_topics.config',
    ],
    [
      'compaction of one of them',
      { 'logs.topic.config': { 'cleanup.policy': 'compact' } },
      'logs.topic.config',
    ],
    ['two kinds of rows in one topic', { 'logs.topic.name': 'otel-traces' }, 'logs.topic.name'],
    [
      'two kinds of metrics in one topic',
      { 'metrics.gauge.enabled': true, 'metrics.gauge.topic.name': 'otel-metrics-sum' },
      'metrics.gauge.topic.name',
    ],
    ['rows among dead letters', { 'dead_letter.topic.name': 'otel-logs' }, 'dead_letter.topic.name'],
    ['times that glassflow does not have', { row_format: 'glassflow', time_format: 'text' }, 'time_format'],
    [
      'metric times that glassflow does not have',
      { row_format: 'glassflow', metric_time: 'nanoseconds' },
      'metric_time',
    ],
    ['one id for many rows', { row_id: 'header', 'logs.encoding': 'json_lines' }, 'row_id'],
    ['one id for a block of rows', { row_id: 'header', 'logs.encoding': 'native' }, 'row_id'],
    ['times that blocks do not have', { ...blocks, time_format: 'text' }, 'time_format'],
    ['two kinds of blocks in one topic', { ...blocks, 'logs.topic.name': 'otel-traces' }, 'logs.topic.name'],
    [
      'lines that no message may hold',
      { 'json_lines.max_bytes': 2_000_000, 'logs.encoding': 'json_lines' },
      'json_lines.max_bytes',
    ],
    [
      'blocks that no message may hold',
      { 'native.max_bytes': 2_000_000, 'logs.encoding': 'native' },
      'native.max_bytes',
    ],
    ['nothing switched on', allOff, 'inputs'],
    ['nothing switched on for the inputs', { 'traces.enabled': false, ...inputs(['a', 'traces']) }, 'inputs'],
  ])('%s', (_, changes, path) => {
    expect(contradictionsOf(changes)).toEqual([path]);
  });

  it('looks at files only where they are needed', () => {
    expect(check({ 'kafka.tls.enabled': true, 'kafka.tls.ca_file': '/no/such' }, false)).toEqual([]);
  });

  it('shows no secret', () => {
    const all = [
      ...check({ ...login('OAUTHBEARER') }),
      ...check({ ...oauth, 'kafka.auth.sasl.mechanism': null }),
    ];
    expect(all.length).toBeGreaterThan(1);
    expect(JSON.stringify(all)).not.toContain('471147');
  });
});

describe('properties of librdkafka', () => {
  it.each(['consumer', 'producer'] as const)(
    'that are refused for the %s are named where it is documented',
    side => {
      const { doc } = settings.kafka.custom[side];
      const { always, exactlyOnce } = refusedProperties(side);
      const named = [...(/Refused.*/.exec(doc)?.[0] ?? '').matchAll(/`([a-z]+(?:\.[a-z]+)+|acks)`/g)].map(
        ([, name]) => name,
      );
      expect(named).toEqual([...always, ...exactlyOnce]);
      for (const delivery of ['exactly_once', 'at_least_once']) {
        const refused = [...always, ...(delivery === 'exactly_once' ? exactlyOnce : [])];
        const changes = {
          delivery,
          [`kafka.custom.${side}`]: Object.fromEntries(named.map(name => [name, 'x'])),
        };
        expect(check(changes).map(({ problem }) => /must not hold ([\w.]+)/.exec(problem)?.[1])).toEqual(
          refused,
        );
      }
    },
  );

  it.each([
    'bootstrap.servers',
    'metadata.broker.list',
    'group.id',
    'group.instance.id',
    'group.protocol',
    'partition.assignment.strategy',
    'auto.offset.reset',
    'enable.auto.commit',
    'auto.commit.enable',
    'enable.auto.offset.store',
    'offset.store.method',
    'isolation.level',
    'rebalance_cb',
    'offset_commit_cb',
  ])('refuses %s for the consumer', name => {
    expect(check({ 'kafka.custom.consumer': { [name]: 'x' } })).toEqual([
      {
        paths: ['kafka.custom.consumer'],
        problem: expect.stringMatching(
          new RegExp(`^kafka\\.custom\\.consumer must not hold ${name}[ :].{20}`),
        ),
      },
    ]);
  });

  it.each([
    'bootstrap.servers',
    'metadata.broker.list',
    'transactional.id',
    'transaction.timeout.ms',
    'message.timeout.ms',
    'delivery.timeout.ms',
    'acks',
    'request.required.acks',
    'enable.idempotence',
    'queuing.strategy',
    'delivery.report.only.error',
    'dr_cb',
    'dr_msg_cb',
  ])('refuses %s for the producer', name => {
    expect(check({ 'kafka.custom.producer': { [name]: 'x' } })).toEqual([
      {
        paths: ['kafka.custom.producer'],
        problem: expect.stringMatching(
          new RegExp(`^kafka\\.custom\\.producer must not hold ${name}[ :].{20}`),
        ),
      },
    ]);
  });
});

it('tells once of a topic that is of many kinds of rows, and once that an input reads it', () => {
  const kinds = ['sum', 'gauge', 'histogram', 'exponential_histogram', 'summary'];
  const changes: Changes = { 'traces.topic.name': 'otel', 'logs.topic.name': 'otel' };
  for (const kind of kinds) {
    changes[`metrics.${kind}.enabled`] = true;
    changes[`metrics.${kind}.topic.name`] = 'otel';
  }
  const problems = check({ ...changes, ...inputs(['otel', 'traces'], ['l', 'logs'], ['m', 'metrics']) });
  expect(problems.map(({ problem }) => problem)).toEqual([
    expect.stringMatching(
      /^traces\.topic\.name, logs\.topic\.name, .* are "otel", which inputs\[0\] \(otel\) reads/,
    ),
    expect.stringMatching(
      /^traces\.topic\.name, .* and metrics\.summary\.topic\.name are all "otel": each kind/,
    ),
  ]);
});
