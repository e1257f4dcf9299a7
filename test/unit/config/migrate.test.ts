import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { putValue } from '../../../src/config/config-path.js';
import { loadConfig } from '../../../src/config/load.js';
import {
  type DocumentedKey,
  GLASSFLOW_KEYS,
  KAFKA_KEYS,
  ROTEL_KEYS,
} from '../../../src/config/migrate/documented-keys.js';
import type { ForeignConfig } from '../../../src/config/migrate/foreign-config.js';
import { type Migrated, migrate } from '../../../src/config/migrate/migrate.js';
import { readCollector } from '../../../src/config/migrate/read-collector.js';
import { readRotel } from '../../../src/config/migrate/read-rotel.js';
import { withMigrateTables } from '../../../src/docs/migrate-tables.js';
import { ConfigInvalid, InputInvalid } from '../../../src/errors.js';
import { temporaryFiles } from '../../support/temporary-files.js';

const write = temporaryFiles();

const SECRETS = {
  OTELROWS_KAFKA_AUTH_SASL_PASSWORD: 'given elsewhere',
  OTELROWS_KAFKA_TLS_KEY_PASSWORD: 'given elsewhere',
};

/** Every config that is made has to load, once its secrets are given. */
function migrated(foreign: ForeignConfig, env: Record<string, string> = {}): Migrated & { made: unknown } {
  const result = migrate(foreign, ['Made of a test.']);
  const named = Object.entries(SECRETS).filter(([name]) => result.untranslated.join().includes(name));
  loadConfig({
    file: write('made.yaml', result.yaml),
    env: { ...Object.fromEntries(named), ...env },
    filesMustExist: false,
  });
  return { ...result, made: parse(result.yaml) };
}

const SIGNALS_OF_COLLECTOR = [
  { topic: 'otlp_spans', signal: 'traces' },
  { topic: 'otlp_logs', signal: 'logs' },
  { topic: 'otlp_metrics', signal: 'metrics' },
];
const SIGNALS_OF_ROTEL = [
  { topic: 'otlp_traces', signal: 'traces' },
  { topic: 'otlp_logs', signal: 'logs' },
  { topic: 'otlp_metrics', signal: 'metrics' },
];

const glassflow = (section: string) => migrated(readCollector(`brokers: [k:9092]\n${section}\n`, 'o.yaml'));
const rotel = (text: string) => migrated(readRotel(`${text}\n`, 'rotel.env'));

function treeOf(keys: readonly DocumentedKey[]): Record<string, unknown> {
  const tree = {};
  for (const { key, value } of keys) putValue(tree, key, value);
  return tree;
}

const OFF = '{ enabled: false, topic: { name: "" } }';
const COLLECTOR = `receivers: { otlp: {} }
exporters:
  debug: {}
  glassflow:
    sending_queue: { enabled: true, queue_size: 5120 }
    retry_on_failure: { enabled: true, initial_interval: 1s, max_elapsed_time: 5m }
    brokers: ["kafka-1:9092", "kafka-2:9092"]
    protocol_version: "2.8.0"
    tls: { insecure: true }
    auth:
      sasl: { mechanism: PLAIN, username: user, password: hunter2471147, version: 0 }
    producer: { compression: gzip, required_acks: -1, flush_bytes: 1048576, max_message_bytes: 1000000 }
    traces:
      enabled: true
      encoding: json
      topic: { name: spans, create: true, num_partitions: 1, replication_factor: 1 }
    metrics:
      sum: { enabled: true, topic: { name: sums } }
      gauge: ${OFF}
    logs: { enabled: false }
service:
  pipelines:
    traces: { receivers: [otlp], exporters: [debug, glassflow] }
    metrics/all: { receivers: [otlp], exporters: [glassflow] }
    logs: { receivers: [otlp], exporters: [debug] }
`;

describe('a config of the collector with glassflowexporter', () => {
  it('becomes a config that loads, and lines about what it does not say here', () => {
    const { made, untranslated, yaml } = migrated(readCollector(COLLECTOR, 'otelcol.yaml'));
    expect(made).toEqual({
      kafka: {
        brokers: ['kafka-1:9092', 'kafka-2:9092'],
        protocol_version: '2.8.0',
        tls: { enabled: false },
        auth: { sasl: { mechanism: 'PLAIN', username: 'user' } },
      },
      inputs: [
        { topic: 'otlp_spans', signal: 'traces' },
        { topic: 'otlp_metrics', signal: 'metrics' },
      ],
      producer: { compression: 'gzip', required_acks: -1, batch_size: 1048576, max_message_bytes: 1000000 },
      retry: { initial_interval_ms: 1000, max_elapsed_ms: 300000 },
      row_format: 'glassflow',
      traces: {
        enabled: true,
        encoding: 'json',
        topic: { name: 'spans', create: true, num_partitions: 1, replication_factor: 1 },
      },
      metrics: { sum: { enabled: true, topic: { name: 'sums' } }, gauge: { enabled: false } },
      logs: { enabled: false },
    });
    expect(untranslated).toEqual([
      'otelcol.yaml:5:20: sending_queue is not translated: Kafka is the queue, since offsets that are not committed are read again; memory.budget_bytes bounds what is held',
      'otelcol.yaml:11:59: auth.sasl.password is not translated: it is a secret: set OTELROWS_KAFKA_AUTH_SASL_PASSWORD, or OTELROWS_KAFKA_AUTH_SASL_PASSWORD_FILE to the name of a file that holds it',
      'otelcol.yaml:11:83: auth.sasl.version is not translated: the Kafka client finds out which version the brokers speak',
    ]);
    for (const line of untranslated) expect(yaml).toContain(`# - ${line}\n`);
    expect(yaml).not.toContain('471147');
  });

  it('of all keys that are documented at once: each is known, and the config loads', () => {
    const { untranslated } = migrated(readCollector(JSON.stringify(treeOf(GLASSFLOW_KEYS)), 'o.json'));
    expect(untranslated.join('\n')).not.toContain('does not know');
  });

  it.each<[string, string, unknown]>([
    ['a time with units', 'retry_on_failure: { max_interval: 1m30s }', { retry: { max_interval_ms: 90000 } }],
    ['a switch that is on', 'debug: true', { log: { level: 'debug' } }],
    ['a switch that is off', 'partition_logs_by_trace_id: false', {}],
    ['what otelrows does anyway', 'retry_on_failure: { enabled: true }', {}],
    ['0 for no bound', 'producer: { flush_max_messages: 0 }', {}],
    ['a bound', 'producer: { flush_max_messages: 7 }', { producer: { flush_max_messages: 7 } }],
    [
      'a property of the client',
      'producer: { compression_params: { level: 6 } }',
      { kafka: { custom: { producer: { 'compression.level': 6 } } } },
    ],
    [
      'a section tls',
      'tls: { ca_file: a.pem, insecure: true }',
      { kafka: { tls: { enabled: true, ca_file: 'a.pem' } } },
    ],
    ['a section without a value', 'auth:', {}],
  ])('translates %s', (_, section, settings) => {
    const { made, untranslated } = glassflow(section);
    expect(untranslated).toEqual([]);
    expect(made).toEqual({
      row_format: 'glassflow',
      inputs: SIGNALS_OF_COLLECTOR,
      ...(settings as object),
      kafka: { brokers: ['k:9092'], ...(settings as { kafka?: object }).kafka },
    });
  });

  it.each([
    [
      'a key that is not known',
      'colour: red',
      'o.yaml:2:9: colour is not translated: otelrows does not know this key; look up what it does',
    ],
    [
      'a switch that is none',
      'debug: maybe',
      'o.yaml:2:8: debug is not translated: it must be true or false',
    ],
    [
      'what may be a piece of a password without showing it',
      'auth: { sasl: { hunter2: c } }',
      'o.yaml:2:26: auth.sasl.… is not translated: otelrows does not know this key; look up what it does',
    ],
    [
      'a switch in a position that there is not',
      'retry_on_failure: { enabled: false }',
      'o.yaml:2:30: retry_on_failure.enabled is not translated: a batch that failed is tried again, or its rows would be lost',
    ],
    [
      'a value that is not allowed',
      'producer: { compression: brotli }',
      'o.yaml:2:26: producer.compression is not translated: here it is producer.compression is "brotli": must be one of none, gzip, snappy, lz4, zstd',
    ],
    [
      'a time that cannot be read',
      'timeout: soon',
      /^o\.yaml:2:10: timeout is not translated: here it is producer\.message_timeout_ms is "soon": must be /,
    ],
    [
      'a value where keys belong',
      'traces: { topic: spans }',
      'o.yaml:2:18: traces.topic is not translated: here it is traces.topic, which holds settings of its own',
    ],
    [
      'what exactly_once forbids',
      'producer: { required_acks: 1 }',
      /^o\.yaml:2:28: producer\.required_acks is not translated: .* needs all \(-1\)/,
    ],
    [
      'what is filled in',
      `client_id: \${env:NAME}`,
      'o.yaml:2:12: client_id is not translated: its value is filled in from elsewhere, which otelrows does not do: set OTELROWS_KAFKA_CLIENT_ID to it',
    ],
    [
      'two keys for one setting',
      'producer: { linger: 5ms, flush_frequency: 6ms }',
      'o.yaml:2:43: producer.flush_frequency is not translated: o.yaml:2:21: producer.linger has set producer.linger_ms otherwise',
    ],
    [
      'what has to be done by hand',
      'tls: { ca_pem: PEM }',
      'o.yaml:2:16: tls.ca_pem is not translated: here it is kafka.tls.ca_file: the name of a file',
    ],
    [
      'rows to a topic that is read',
      'traces: { topic: { name: otlp_spans } }',
      /traces\.topic\.name is not translated: .*the worker would read what it writes/,
    ],
  ])('tells of %s', (_, section, line) => {
    const { made, untranslated } = glassflow(section);
    expect(untranslated).toEqual([typeof line === 'string' ? line : expect.stringMatching(line)]);
    const { row_format, inputs, kafka } = made as Record<string, unknown>;
    expect({ row_format, inputs }).toEqual({ row_format: 'glassflow', inputs: SIGNALS_OF_COLLECTOR });
    expect(kafka).toMatchObject({ brokers: ['k:9092'] });
  });

  it('reads the exporter that is chosen, and through anchors and merged sections', () => {
    const text = `x: &kafka { brokers: [a:1] }
exporters:
  glassflow/eu: { <<: *kafka, client_id: eu }
  glassflow/us: { <<: *kafka, client_id: us }
`;
    const { made, untranslated } = migrated(readCollector(text, 'o.yaml', 'glassflow/us'));
    expect(made).toMatchObject({ kafka: { brokers: ['a:1'], client_id: 'us' } });
    expect(untranslated).toEqual([]);
    expect(() => readCollector(text, 'o.yaml')).toThrow(
      new InputInvalid(
        'o.yaml has several exporters: glassflow/eu, glassflow/us. Choose one with --exporter',
      ),
    );
    expect(() => readCollector(text, 'o.yaml', 'glassflow')).toThrow(
      'o.yaml has no exporter glassflow, only glassflow/eu, glassflow/us',
    );
  });

  it('takes an exporter that is named and no more for one with its defaults', () => {
    const { made } = migrated(readCollector('exporters:\n  glassflow:\n', 'o.yaml'));
    expect(made).toEqual({ inputs: SIGNALS_OF_COLLECTOR, row_format: 'glassflow' });
  });

  it.each([
    ['nothing', ''],
    ['a text', 'hello'],
    ['a list', '- glassflow'],
    ['a config of otelrows', 'kafka: { brokers: [a:1] }'],
    ['another exporter', 'exporters: { otlp: {} }'],
  ])('refuses %s', (_, text) => {
    expect(() => readCollector(text, 'o.yaml')).toThrow(/^o\.yaml has no exporter glassflow or kafka/);
  });

  it('refuses what is no YAML without showing it', () => {
    expect(() => readCollector('exporters: {\n  hunter2: "', 'o.yaml')).toThrow(ConfigInvalid);
    expect(() => readCollector('glassflow: { brokers: *hunter2 }', 'o.yaml')).toThrow(/^(?!.*hunter2)/);
    expect(() => readCollector('exporters: { glassflow: [a] }', 'o.yaml')).toThrow(
      'o.yaml: exporters.glassflow must hold keys and values',
    );
  });
});

describe("a config of the collector's Kafka exporter", () => {
  const kafka = (section: string, rest = '') =>
    migrated(readCollector(`exporters:\n  kafka: ${section}\n${rest}`, 'o.yaml'));

  it('has the topics that it writes as inputs', () => {
    const { made, untranslated } = kafka(
      '{ brokers: [k:1], traces: { topic: t, encoding: otlp_json }, logs: { encoding: otlp_proto }, partition_traces_by_id: true }',
    );
    expect(made).toEqual({
      kafka: { brokers: ['k:1'] },
      inputs: [
        { topic: 't', signal: 'traces', encoding: 'otlp_json' },
        { topic: 'otlp_logs', signal: 'logs', encoding: 'otlp_proto' },
        { topic: 'otlp_metrics', signal: 'metrics' },
      ],
      traces: { key: 'trace_id' },
    });
    expect(untranslated).toEqual([]);
  });

  it('of all keys that are documented at once: each is known, and the config loads', () => {
    const shared = GLASSFLOW_KEYS.filter(({ key }) => !/^(traces|logs|metrics)\./.test(key));
    const exporters = { kafka: treeOf([...shared, ...KAFKA_KEYS]) };
    const { untranslated } = migrated(readCollector(JSON.stringify({ exporters }), 'o.json'));
    expect(untranslated.join('\n')).not.toContain('does not know');
  });

  it.each([
    ['{ sticky_key: { hasher: sarama_compat } }', { producer: { partitioner: 'fnv1a-random' } }, []],
    ['{ sticky_key: { hasher: murmur2 } }', { producer: { partitioner: 'murmur2-random' } }, []],
    ['{ round_robin: }', {}, [expect.stringContaining('round_robin is none of producer.partitioner')]],
  ])('chooses the partitioner of %s', (partitioner, settings, told) => {
    const { made, untranslated } = kafka(`{ record_partitioner: ${partitioner} }`);
    expect({ made, untranslated }).toEqual({
      made: { inputs: SIGNALS_OF_COLLECTOR, ...settings },
      untranslated: told,
    });
  });

  it('has one input for a topic that signals share', () => {
    const { made } = kafka('{ topic: all, encoding: otlp_proto, signal_header: true }');
    expect(made).toEqual({ inputs: [{ topic: 'all', signal: 'auto', encoding: 'otlp_proto' }] });
  });

  it('has inputs for the signals of its pipelines, and tells of what it cannot read', () => {
    const { made, untranslated } = kafka(
      `{ logs: { topic: "\${env:TOPIC}", encoding: raw, topic_from_metadata_key: a }, profiles: { topic: p } }`,
      'service: { pipelines: { logs/x: { exporters: [kafka] } } }',
    );
    expect(made).toEqual({ inputs: [{ topic: 'otlp_logs', signal: 'logs' }] });
    expect(untranslated).toEqual([
      expect.stringContaining(
        'logs.topic_from_metadata_key is not translated: each kind of row has one topic',
      ),
      expect.stringContaining('profiles is not translated: rows are made of'),
      expect.stringContaining('logs.topic is not translated: its value is filled in from elsewhere'),
      expect.stringContaining('logs.encoding is not translated: otelrows reads otlp_proto and otlp_json'),
    ]);
  });
});

describe('what Rotel is started with', () => {
  const EXPECTED = {
    kafka: { brokers: ['a:1', 'b:2'], client_id: 'me too' },
    inputs: SIGNALS_OF_ROTEL,
    producer: { compression: 'zstd' },
  };

  it.each([
    [
      'a file of variables',
      "ROTEL_KAFKA_EXPORTER_BROKERS=a:1,b:2\nexport ROTEL_KAFKA_EXPORTER_CLIENT_ID='me too'\n# ROTEL_KAFKA_EXPORTER_ACKS=none\nROTEL_KAFKA_EXPORTER_COMPRESSION=zstd",
    ],
    [
      'a script',
      'rotel start --exporter kafka \\\n  --kafka-exporter-brokers "a:1,b:2" \\\n  --kafka-exporter-client-id="me too" --kafka-exporter-compression zstd &',
    ],
    [
      'a compose file',
      'services:\n  rotel:\n    environment:\n      ROTEL_KAFKA_EXPORTER_BROKERS: a:1,b:2\n      ROTEL_KAFKA_EXPORTER_CLIENT_ID: "me too"\n    command: ["--kafka-exporter-compression", "zstd"]',
    ],
    [
      'a list of variables',
      'environment:\n  - ROTEL_KAFKA_EXPORTER_BROKERS=a:1,b:2\n  - "ROTEL_KAFKA_EXPORTER_COMPRESSION=zstd"\ncommand:\n  - --kafka-exporter-client-id\n  - "me too"',
    ],
    [
      'a manifest',
      'env:\n  - name: ROTEL_KAFKA_EXPORTER_BROKERS\n    value: "a:1,b:2"\n  - name: ROTEL_KAFKA_EXPORTER_CLIENT_ID\n    value: me too\nargs: ["--kafka-exporter-client-id=me too", --kafka-exporter-compression=zstd]'
        .replace('value: me too', 'value: "me too"')
        .replace('"--kafka-exporter-client-id=me too", ', ''),
    ],
    [
      'a unit',
      '[Service]\nEnvironment="ROTEL_KAFKA_EXPORTER_BROKERS=a:1,b:2"\nExecStart=/bin/rotel start --kafka-exporter-client-id "me too" --kafka-exporter-compression zstd',
    ],
    [
      'an exporter with a name',
      'ROTEL_EXPORTERS=ch:clickhouse,out:kafka\nROTEL_EXPORTER_OUT_BROKERS=a:1,b:2\nROTEL_EXPORTER_OUT_CLIENT_ID="me too"\nROTEL_EXPORTER_OUT_COMPRESSION=zstd\nROTEL_EXPORTER_CH_COMPRESSION=lz4',
    ],
  ])('is read in %s', (_, text) => {
    const { made, untranslated } = rotel(text);
    expect({ made, untranslated }).toEqual({ made: EXPECTED, untranslated: [] });
  });

  it('of a receiver: its topics, in its group', () => {
    const { made, untranslated } = rotel(`ROTEL_KAFKA_RECEIVER_TRACES=true
ROTEL_KAFKA_RECEIVER_TRACES_TOPIC=spans
ROTEL_KAFKA_RECEIVER_FORMAT=json
ROTEL_KAFKA_RECEIVER_BROKERS=a:1
ROTEL_KAFKA_EXPORTER_BROKERS=b:1
ROTEL_KAFKA_EXPORTER_TRACES_TOPIC=out`);
    expect(made).toEqual({
      kafka: { brokers: ['a:1'] },
      inputs: [{ topic: 'spans', signal: 'traces', encoding: 'otlp_json' }],
      consumer: { group_id: 'rotel-consumer' },
    });
    expect(untranslated).toEqual([
      'rotel.env:5:1: kafka_exporter_brokers is not translated: rotel.env:4:1: kafka_receiver_brokers has set kafka.brokers otherwise',
      'rotel.env:6:1: kafka_exporter_traces_topic is not translated: inputs are what the Kafka receiver reads',
    ]);
  });

  it('of all flags that are documented at once: each is known, and the config loads', () => {
    const text = ROTEL_KEYS.map(({ key, value }) => `--${key} '${value}' \\`).join('\n');
    const { made, untranslated, yaml } = rotel(`rotel start \\\n${text}`);
    expect(untranslated.join('\n')).not.toContain('does not know');
    expect(made).toMatchObject({
      consumer: { group_id: 'rotel-consumer', auto_offset_reset: 'latest' },
      kafka: { tls: { enabled: true }, auth: { sasl: { username: 'me' } } },
    });
    expect(yaml).not.toMatch(/: secret$/m);
  });

  it.each<[string, string, string, unknown]>([
    ['an own word', 'ACKS=all', 'producer', { required_acks: -1 }],
    ['a time', 'REQUEST_TIMEOUT=30s', 'producer', { request_timeout_ms: 30000 }],
    ['a switch', 'PARTITION_LOGS_BY_RESOURCE_ATTRIBUTES=true', 'logs', { key: 'resource_hash' }],
    ['a mechanism', 'SECURITY_PROTOCOL=SASL_SSL', 'kafka', { tls: { enabled: true } }],
    [
      'properties',
      'CUSTOM_CONFIG="a.b=1, c=x=y"',
      'kafka',
      { custom: { producer: { 'a.b': '1', c: 'x=y' } } },
    ],
  ])('translates %s', (_, text, section, settings) => {
    const { made, untranslated } = rotel(`ROTEL_KAFKA_EXPORTER_${text}`);
    expect(untranslated).toEqual([]);
    expect(made).toEqual({ inputs: SIGNALS_OF_ROTEL, [section]: settings });
  });

  it.each([
    ['ACKS=one', /required_acks is 1, but delivery: exactly_once needs all/],
    ['FORMAT=avro', /kafka_exporter_format is not translated: otelrows reads json and protobuf/],
    ['LOGS_TOPIC="a b"', /kafka_exporter_logs_topic is not translated: a topic of inputs must be/],
    ['LOGS_TOPIC=$T', /kafka_exporter_logs_topic is not translated: its value is filled in from elsewhere/],
    ['CUSTOM_CONFIG=acks=1', /acks may not be set: set producer\.required_acks instead/],
    ['CUSTOM_CONFIG=sasl.password=hunter2', /sasl\.password is a secret and is left out/],
    ['CUSTOM_CONFIG=hunter2', /something in it is no name=value/],
    ['SASL_MECHANISM=GSSAPI', /here it is kafka\.auth\.sasl\.mechanism is "GSSAPI": must be one of/],
    ['COLOUR=red', /kafka_exporter_colour is not translated: otelrows does not know this key/],
  ])('tells of %s', (text, line) => {
    const { made, untranslated, yaml } = rotel(`ROTEL_KAFKA_EXPORTER_${text}`);
    expect(untranslated).toEqual([expect.stringMatching(line)]);
    expect(made).toEqual({ inputs: SIGNALS_OF_ROTEL });
    expect(yaml).not.toContain('hunter2');
  });

  it('takes what a manifest keeps in a secret for something to be given', () => {
    const { made, untranslated } = migrated(
      readRotel(
        `- name: ROTEL_KAFKA_EXPORTER_SASL_MECHANISM
  value: plain
- name: ROTEL_KAFKA_EXPORTER_SASL_USERNAME
  value: me
- name: ROTEL_KAFKA_EXPORTER_SASL_PASSWORD
  valueFrom: { secretKeyRef: { name: kafka, key: password } }
`,
        'pod.yaml',
      ),
    );
    expect(made).toEqual({
      kafka: { auth: { sasl: { mechanism: 'PLAIN', username: 'me' } } },
      inputs: SIGNALS_OF_ROTEL,
    });
    expect(untranslated).toEqual([
      expect.stringMatching(/sasl_password .*: set OTELROWS_KAFKA_AUTH_SASL_PASSWORD to it$/),
    ]);
  });

  it('reads a topic that is called like one of rows, and writes rows elsewhere', () => {
    const { made, untranslated } = rotel('ROTEL_KAFKA_EXPORTER_TRACES_TOPIC=otel-traces');
    expect(made).toMatchObject({ traces: { topic: { name: 'otel-traces-rows' } } });
    expect(untranslated).toEqual([
      'rows go to otel-traces-rows (traces.topic.name), since otel-traces is an input',
    ]);
  });

  it('reads a topic that signals share once', () => {
    const { made } = rotel('ROTEL_KAFKA_EXPORTER_TRACES_TOPIC=all\nROTEL_KAFKA_EXPORTER_LOGS_TOPIC=all');
    expect(made).toEqual({
      inputs: [
        { topic: 'all', signal: 'auto' },
        { topic: 'otlp_metrics', signal: 'metrics' },
      ],
    });
  });

  it('leaves out topics that otelrows would read in another way', () => {
    const { made, untranslated } = rotel('ROTEL_KAFKA_EXPORTER_TRACES_TOPIC=^(a+)+$\n');
    expect(untranslated).toEqual([
      expect.stringMatching(/traces_topic is not translated: inputs\[0\]\.topic/),
    ]);
    expect(made).toEqual({});
  });

  it('is refused where there is nothing of it', () => {
    expect(() => readRotel('brokers: [a:1]', 'x.yaml')).toThrow(
      /^x\.yaml has no setting of Rotel's Kafka exporter or receiver/,
    );
  });
});

describe('docs/migrate.md', () => {
  const page = readFileSync('docs/migrate.md', 'utf8');

  it('has the tables that "npm run docs" makes', () => {
    expect(page).toBe(withMigrateTables(page));
  });

  it('is refused when it has no place for a table', () => {
    expect(() => withMigrateTables('# Coming\n')).toThrow('no place for the table of glassflow');
  });
});
