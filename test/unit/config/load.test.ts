import { describe, expect, it } from 'vitest';
import { getValue } from '../../../src/config/config-path.js';
import { type ConfigSources, loadConfig } from '../../../src/config/load.js';
import { defaultConfig, listedSettings } from '../../../src/config/schema.js';
import { temporaryFiles } from '../../support/temporary-files.js';

const write = temporaryFiles();

describe('loadConfig', () => {
  it('gives the defaults to someone who sets nothing', () => {
    expect(loadConfig({})).toEqual({ config: defaultConfig(), file: null, origins: new Map() });
  });

  it('lets flags win over the environment, and that over the file', () => {
    const file = write('precedence.yaml', 'producer:\n  linger_ms: 1\n  retries: 2\n  batch_size: 3\n');
    const env = { OTELROWS_PRODUCER_RETRIES: '20', OTELROWS_PRODUCER_BATCH_SIZE: '30' };
    const flags = new Map([['producer.batch_size', '300']]);
    const { config, origins } = loadConfig({ file, env, flags });
    expect(config.producer).toMatchObject({ linger_ms: 1, retries: 20, batch_size: 300 });
    expect(Object.fromEntries(origins)).toEqual({
      'producer.linger_ms': { kind: 'file', file, line: 2, column: 14 },
      'producer.retries': { kind: 'environment', variable: 'OTELROWS_PRODUCER_RETRIES' },
      'producer.batch_size': { kind: 'flag', flag: '--producer-batch-size' },
    });
  });

  it('takes the config file from the environment, unless one is given', () => {
    const named = write('named.yaml', 'dry_run: true\n');
    const given = write('given.yaml', 'kafka:\n  client_id: given\n');
    expect(loadConfig({ env: { OTELROWS_CONFIG: named } })).toMatchObject({
      file: named,
      config: { dry_run: true },
    });
    expect(loadConfig({ file: given, env: { OTELROWS_CONFIG: named } })).toMatchObject({
      file: given,
      config: { dry_run: false, kafka: { client_id: 'given' } },
    });
  });

  it('takes settings of a program in the place of a file, checked as those of one', () => {
    const settings = {
      kafka: { brokers: ['a:1'], client_id: undefined },
      inputs: [{ topic: 'in', signal: 'traces' as const }],
      traces: { topic: { name: 'out' } },
    };
    const env = { OTELROWS_TRACES_TOPIC_NAME: 'other', OTELROWS_CONFIG: 'not-read.yaml' };
    const file = write('same.json', JSON.stringify(settings));
    const { config, origins, ...rest } = loadConfig({ settings, env });
    expect(config).toEqual(loadConfig({ file, env }).config);
    expect(rest).toEqual({ file: null });
    expect(origins.get('kafka.brokers')).toEqual({ kind: 'settings' });

    const wrong = { kafka: { brokres: ['a:1'] }, producer: { linger_ms: -1 } } as object;
    expect(() => loadConfig({ settings: wrong })).toThrow(
      'settings: kafka.brokres is not a known key. Did you mean kafka.brokers?\nsettings: producer.linger_ms is -1: must be',
    );
    expect(() => loadConfig({ settings: [] as object })).toThrow('settings: must be an object of settings');
    expect(() => loadConfig({ settings, file })).toThrow('file and settings are in place of each other');
  });

  it('reads JSON as it reads YAML', () => {
    const file = write('config.json', '{\n\t"kafka": {"brokers": ["a:1", "b:2"]},\n\t"dry_run": true\n}\n');
    expect(loadConfig({ file }).config).toMatchObject({ kafka: { brokers: ['a:1', 'b:2'] }, dry_run: true });
  });

  it.each([
    ['an empty file', ''],
    ['comments only', '# nothing yet\n'],
    [
      'sections whose settings are all commented out',
      'kafka:\n  # client_id: x\nmetrics:\n  sum:\nproducer: ~\n',
    ],
    ['empty maps', 'kafka:\n  custom:\n    consumer:\n    producer: {}\n'],
  ])('takes %s for the defaults', (_, text) => {
    expect(loadConfig({ file: write('empty.yaml', text) }).config).toEqual(defaultConfig());
  });

  it('follows anchors', () => {
    const file = write(
      'anchors.yaml',
      'traces:\n  topic: &small { create: true, num_partitions: 3 }\nlogs:\n  topic: *small\n',
    );
    const { config } = loadConfig({ file });
    expect(config.logs.topic).toEqual({ ...config.traces.topic, name: 'otel-logs' });
    expect(config.logs.topic.num_partitions).toBe(3);
  });

  it('fills in what an input leaves out', () => {
    const file = write('inputs.yaml', 'inputs:\n  - topic: ^tenant-.*\n    signal: logs\n');
    expect(loadConfig({ file }).config.inputs).toEqual([
      { topic: '^tenant-.*', signal: 'logs', encoding: 'auto', framing: 'auto' },
    ]);
  });

  it.each<[string, string, string, unknown]>([
    ['a list of brokers', 'OTELROWS_KAFKA_BROKERS', 'a:1, b:2', ['a:1', 'b:2']],
    ['an IPv6 address', 'OTELROWS_KAFKA_BROKERS', '[::1]:9092', ['[::1]:9092']],
    [
      'IPv6 addresses',
      'OTELROWS_KAFKA_BROKERS',
      '[::1]:9092, [fe80::1%eth0]:9093,[2001:db8::1]',
      ['[::1]:9092', '[fe80::1%eth0]:9093', '[2001:db8::1]'],
    ],
    ['a host without a port', 'OTELROWS_KAFKA_BROKERS', 'kafka-1', ['kafka-1']],
    ['an IPv6 address as JSON', 'OTELROWS_KAFKA_BROKERS', ' ["[::1]:9092"]', ['[::1]:9092']],
    ['an address to listen on', 'OTELROWS_HTTP_HOST', '::1', '::1'],
    ['a list as JSON', 'OTELROWS_KAFKA_BROKERS', '["a:1","b:2"]', ['a:1', 'b:2']],
    [
      'inputs as JSON',
      'OTELROWS_INPUTS',
      '[{"topic":"t","signal":"logs"}]',
      [{ topic: 't', signal: 'logs', encoding: 'auto', framing: 'auto' }],
    ],
    [
      'properties with dots as JSON',
      'OTELROWS_KAFKA_CUSTOM_PRODUCER',
      '{"socket.keepalive.enable":true,"debug":"msg"}',
      { 'socket.keepalive.enable': true, debug: 'msg' },
    ],
    ['a word for true', 'OTELROWS_DRY_RUN', 'yes', true],
    ['a word for false', 'OTELROWS_TRACES_TOPIC_CREATE', 'off', false],
    ['an integer', 'OTELROWS_BATCH_MAX_AGE_MS', '0', 0],
    ['null', 'OTELROWS_PRODUCER_MESSAGE_TIMEOUT_MS', 'null', null],
    ['text that looks like a number', 'OTELROWS_KAFKA_CLIENT_ID', '007', '007'],
    ['an empty variable as not set', 'OTELROWS_KAFKA_CLIENT_ID', '', 'otelrows'],
  ])('reads %s from the environment', (_, variable, text, value) => {
    const { config } = loadConfig({ env: { [variable]: text } });
    const path = listedSettings.find(({ env }) => env === variable)?.path ?? '';
    expect(getValue(config, path)).toEqual(value);
  });

  it.each([
    ['a line end', 'with a line end\n', 'with a line end'],
    ['a line end of Windows', 'secret\r\n', 'secret'],
    ['none', 'secret', 'secret'],
    ['blanks around it, which belong to it', ' \tsecret \n', ' \tsecret '],
    ['line ends that belong to it', '\nsecret\n\n', '\nsecret\n'],
  ])('reads a secret from the file that a variable names, with %s', (_, written, password) => {
    const env = {
      OTELROWS_KAFKA_AUTH_SASL_MECHANISM: 'PLAIN',
      OTELROWS_KAFKA_AUTH_SASL_USERNAME: 'me',
      OTELROWS_KAFKA_AUTH_SASL_PASSWORD_FILE: write('secret', written),
    };
    expect(loadConfig({ env }).config.kafka.auth.sasl.password).toBe(password);
  });

  it('lets the layers above replace lists and maps as a whole', () => {
    const file = write(
      'replace.yaml',
      'kafka:\n  custom:\n    consumer: { debug: cgrp, check.crcs: true }\n  brokers: [a:1, b:2]\n',
    );
    const sources: ConfigSources = {
      file,
      env: { OTELROWS_KAFKA_CUSTOM_CONSUMER: '{"debug":"all"}' },
      flags: new Map([['kafka.brokers', 'c:3']]),
    };
    expect(loadConfig(sources).config.kafka).toMatchObject({
      custom: { consumer: { debug: 'all' } },
      brokers: ['c:3'],
    });
    expect(loadConfig(sources).config.kafka.custom.consumer).toEqual({ debug: 'all' });
  });

  it('ignores the environment of tests and of other programs', () => {
    expect(loadConfig({ env: { OTELROWS_TEST_BROKERS: 'a:1', PATH: '/bin' } }).config).toEqual(
      defaultConfig(),
    );
  });

  it('ignores what Kubernetes says about services whose name begins like its own', () => {
    const links = {
      OTELROWS_SERVICE_HOST: '10.0.0.1',
      OTELROWS_SERVICE_PORT: '9464',
      OTELROWS_SERVICE_PORT_METRICS: '9464',
      OTELROWS_PORT: 'tcp://10.0.0.1:9464',
      OTELROWS_PORT_9464_TCP: 'tcp://10.0.0.1:9464',
      OTELROWS_PORT_9464_TCP_PROTO: 'tcp',
      OTELROWS_PORT_9464_TCP_PORT: '9464',
      OTELROWS_PORT_9464_TCP_ADDR: '10.0.0.1',
      OTELROWS_HTTP_SERVICE_HOST: '10.0.0.2',
      OTELROWS_HTTP_PORT: 'tcp://10.0.0.2:9464',
    };
    expect(loadConfig({ env: links }).config).toEqual(defaultConfig());
    // A pod's own variables are there as well, and win over those of services.
    expect(loadConfig({ env: { ...links, OTELROWS_HTTP_PORT: '8080' } }).config.http.port).toBe(8080);
    expect(() => loadConfig({ env: { OTELROWS_PORT: 'tcp://10.0.0.1:9464' } })).toThrow(/OTELROWS_PORT/);
  });
});
