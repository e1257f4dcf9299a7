import { describe, expect, it, vi } from 'vitest';
import { type ConfigSources, loadConfig } from '../../../src/config/load.js';
import { ConfigInvalid } from '../../../src/errors.js';
import { temporaryFiles } from '../../support/temporary-files.js';

const write = temporaryFiles();

/** The problems of a config, with the folder of its file cut off. */
function problemsOf(sources: ConfigSources): string[] {
  try {
    loadConfig(sources);
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    return error.problems.map(problem => problem.replaceAll(/\/\S*\/(?=\w+\.yaml)/g, ''));
  }
  return [];
}

const problemsIn = (text: string) => problemsOf({ file: write('c.yaml', text) });

describe('a config that cannot be used', () => {
  it('has all its problems told at once, each with its place', () => {
    const file = write(
      'c.yaml',
      [
        'producer:',
        '  compresion: lz4',
        '  required_acks: 1',
        'inputs:',
        '  - topic: spans',
        '    signal: trace',
        'dead_letter: 5',
      ].join('\n'),
    );
    const env = { OTELROWS_BATCH_MAX_RECORDS: 'many', OTELROWS_PRODUCR_RETRIES: '5' };
    const flags = new Map([['row_format', 'click-house']]);
    expect(problemsOf({ file, env, flags })).toEqual([
      'c.yaml:2:3: producer.compresion is not a known key. Did you mean producer.compression?',
      'c.yaml:7:14: dead_letter must hold settings of its own: topic, header_styles',
      'environment: OTELROWS_PRODUCR_RETRIES is not a known environment variable. Did you mean OTELROWS_PRODUCER_RETRIES?',
      'c.yaml:6:13: inputs[0].signal is "trace": must be one of auto, traces, logs, metrics. Did you mean traces?',
      'OTELROWS_BATCH_MAX_RECORDS: batch.max_records is "many": must be an integer from 1 to 1000000 (records)',
      '--row-format: row_format is "click-house": must be one of clickhouse, glassflow. Did you mean clickhouse?',
      'c.yaml:3:18: producer.required_acks is 1, but delivery: exactly_once needs all (-1): rows that only some replicas have can be lost although their transaction was committed. Set it to all, or choose delivery: at_least_once',
    ]);
  });

  it.each([
    [
      'a fraction',
      'batch: { max_records: 1.5 }',
      'c.yaml:1:23: batch.max_records is 1.5: must be an integer from 1 to 1000000 (records)',
    ],
    [
      'a number beyond its bounds',
      'limits: { max_nesting: 0 }',
      'c.yaml:1:24: limits.max_nesting is 0: must be an integer from 1 to 500 (levels)',
    ],
    [
      'nothing',
      'producer:\n  linger_ms:\n',
      'c.yaml:2:13: producer.linger_ms is empty: must be an integer from 0 to 900000 (milliseconds; also 500ms, 10s, 2m, 1h)',
    ],
    [
      'a number for text',
      'kafka: { client_id: 5 }',
      'c.yaml:1:21: kafka.client_id is 5: must be text (put it in quotes)',
    ],
    [
      'a map for text',
      'kafka: { client_id: { a: 1 } }',
      'c.yaml:1:21: kafka.client_id is a map: must be text',
    ],
    [
      'an address with a scheme',
      'kafka: { brokers: [kafka://a:1] }',
      'c.yaml:1:20: kafka.brokers[0] is "kafka://a:1": must be host:port without a scheme, such as kafka-1:9092 or [::1]:9092',
    ],
    [
      'a port beyond those that there are',
      'kafka: { brokers: [a:65536] }',
      'c.yaml:1:20: kafka.brokers[0] is "a:65536": must have a port from 1 to 65535',
    ],
    [
      'port 0',
      'kafka: { brokers: ["[::1]:0"] }',
      'c.yaml:1:20: kafka.brokers[0] is "[::1]:0": must have a port from 1 to 65535',
    ],
    [
      'a host without the port that its colon announces',
      'kafka: { brokers: ["a:"] }',
      'c.yaml:1:20: kafka.brokers[0] is "a:": must be host:port without a scheme, such as kafka-1:9092 or [::1]:9092',
    ],
    [
      'an IPv6 address without brackets',
      'kafka: { brokers: ["::1:9092"] }',
      'c.yaml:1:20: kafka.brokers[0] is "::1:9092": must be host:port without a scheme, such as kafka-1:9092 or [::1]:9092',
    ],
    [
      'brackets around something else',
      'kafka: { brokers: ["[a]:9092"] }',
      'c.yaml:1:20: kafka.brokers[0] is "[a]:9092": must have an IPv6 address between its brackets',
    ],
    [
      'a port in a host to listen on',
      'http: { host: "localhost:9464" }',
      'c.yaml:1:15: http.host is "localhost:9464": must be a host name or an IP address, without brackets and port or null',
    ],
    [
      'a port of a URL beyond those that there are',
      'kafka: { auth: { sasl: { oauthbearer: { token_endpoint_url: "https://a:65536/" } } } }',
      'c.yaml:1:61: kafka.auth.sasl.oauthbearer.token_endpoint_url is "https://a:65536/": must be an http:// or https:// address or null',
    ],
    [
      'a broker twice',
      'kafka: { brokers: [a:1, a:1] }',
      'c.yaml:1:25: kafka.brokers[1] is "a:1": must not be listed twice',
    ],
    ['a word for a flag', 'dry_run: maybe', 'c.yaml:1:10: dry_run is "maybe": must be true or false'],
    [
      'a duration without a unit that there is',
      'producer: { linger_ms: 10 sec }',
      'c.yaml:1:24: producer.linger_ms is "10 sec": must be an integer from 0 to 900000 (milliseconds; also 500ms, 10s, 2m, 1h)',
    ],
    [
      'a duration that is too long',
      'producer: { linger_ms: 1d }',
      'c.yaml:1:24: producer.linger_ms is 86400000: must be an integer from 0 to 900000 (milliseconds; also 500ms, 10s, 2m, 1h)',
    ],
    [
      'less than a byte',
      'producer: { batch_size: 1.5B }',
      'c.yaml:1:25: producer.batch_size is 1.5: must be an integer from 1 to 2147483647 (bytes; also 64KiB, 1MB)',
    ],
    [
      'a word for acknowledgements that is mistyped',
      'producer: { required_acks: al }',
      'c.yaml:1:28: producer.required_acks is "al": must be one of all (-1), leader (1), none (0). Did you mean all?',
    ],
    ['a number for a flag', 'dry_run: 2', 'c.yaml:1:10: dry_run is 2: must be true or false'],
    [
      'an integer that is none of the allowed',
      'producer: { required_acks: 2 }',
      'c.yaml:1:28: producer.required_acks is 2: must be one of all (-1), leader (1), none (0)',
    ],
    [
      'a key that points do not have',
      'metrics: { key: trace_id }',
      'c.yaml:1:17: metrics.key is "trace_id": must be one of service_name, resource_hash, none (data points have no trace id)',
    ],
    [
      'an illegal topic name',
      'traces: { topic: { name: a/b } }',
      'c.yaml:1:26: traces.topic.name is "a/b": must be a topic name: up to 249 letters, digits, ., _ and -',
    ],
    [
      'a list for a property',
      'kafka: { custom: { consumer: { debug: [a] } } }',
      'c.yaml:1:39: kafka.custom.consumer.debug is "********": must be text, a number, true or false',
    ],
    [
      'no inputs',
      'inputs: []',
      'c.yaml:1:9: inputs is []: must be a list of maps with topic, signal, encoding, framing',
    ],
    [
      'an input without a signal',
      'inputs: [{ topic: a }]',
      'c.yaml:1:10: inputs[0].signal must be given: auto, traces, logs, metrics',
    ],
    [
      'a typo within an input',
      'inputs: [{ topic: a, signal: logs, encodin: auto }]',
      'c.yaml:1:45: inputs[0].encodin is not a known key. Did you mean encoding?',
    ],
    [
      'a key in the wrong section',
      'linger_ms: 5',
      'c.yaml:1:1: linger_ms is not a known key. Did you mean producer.linger_ms?',
    ],
    [
      'a path instead of nested keys',
      'producer.linger_ms: 5',
      'c.yaml:1:1: producer.linger_ms must be nested: write producer: linger_ms: …, each on a line of its own',
    ],
    ['a key like nothing we know', 'zookeeper: 5', 'c.yaml:1:1: zookeeper is not a known key'],
    ['a prototype key', '__proto__: { x: 1 }', 'c.yaml:1:1: __proto__ is not a known key'],
    ['a key twice', 'dry_run: true\ndry_run: false', 'c.yaml:2:1: dry_run is written twice'],
    ['a key twice in JSON', '{"dry_run": true, "dry_run": true}', 'c.yaml:1:19: dry_run is written twice'],
    [
      'a list of lists',
      'kafka: { brokers: [[a:1]] }',
      'c.yaml:1:20: kafka.brokers[0] is a list: must be host:port without a scheme, such as kafka-1:9092 or [::1]:9092',
    ],
    [
      'a list as a file',
      '- a',
      'c.yaml:1:1: a config file must hold keys and values, such as delivery: exactly_once',
    ],
    [
      'a line that is not YAML',
      'kafka:\n  tls: {',
      'c.yaml:2:9: not valid YAML: Flow map in block collection must be sufficiently indented and end with a }',
    ],
  ])('refuses %s', (_, text, problem) => {
    expect(problemsIn(text)).toEqual([problem]);
  });

  it('tells of each syntax error by line and column', () => {
    expect(problemsIn('kafka:\n  brokers: [a:1\nbatch: {}\n')[0]).toMatch(
      /^c\.yaml:\d+:\d+: not valid YAML: /,
    );
  });

  it('says when the config file cannot be read', () => {
    expect(problemsOf({ file: 'no-such.yaml' })).toEqual(['no-such.yaml: the config file does not exist']);
    expect(problemsOf({ file: '.' })).toEqual(['.: the config file is a directory']);
  });

  it('refuses a secret that is given twice, or whose file is missing', () => {
    const variable = 'OTELROWS_KAFKA_TLS_KEY_PASSWORD';
    expect(problemsOf({ env: { [variable]: 'a', [`${variable}_FILE`]: 'b' } })).toContain(
      `${variable}_FILE: ${variable} is set too; keep one of them`,
    );
    expect(problemsOf({ env: { [`${variable}_FILE`]: '/no/such' } })).toEqual([
      `${variable}_FILE: the file that it names cannot be read (ENOENT)`,
    ]);
  });

  it('checks combinations with the values that are good only', () => {
    // The password is given for a mechanism; that its name is mistyped is the one thing to tell.
    expect(problemsIn('kafka: { auth: { sasl: { mechanism: PLAN, username: me, password: pw } } }')).toEqual([
      'c.yaml:1:37: kafka.auth.sasl.mechanism is "PLAN": must be one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER, AWS_MSK_IAM_OAUTHBEARER or null. Did you mean PLAIN?',
    ]);
  });

  // How keys are told that may be a piece of a secret.
  it.each([
    [
      'a comma in a value between braces',
      'kafka: { auth: { sasl: { mechanism: PLAIN, username: me, password: a,471147 } } }',
      'c.yaml:1:70: kafka.auth.sasl has something here that is not a known key. If it is a piece of a value, put that value in quotes',
    ],
    [
      'a missing blank between braces',
      'kafka: { auth: { sasl: { password:471147 } } }',
      'c.yaml:1:26: kafka.auth.sasl has something here that is not a known key. If it is a piece of a value, put that value in quotes',
    ],
    [
      'a mistyped key between braces',
      'kafka: { auth: { sasl: { pasword: 471147 } } }',
      'c.yaml:1:26: kafka.auth.sasl.pasword is not a known key. Did you mean kafka.auth.sasl.password?',
    ],
    [
      'a mistyped key on a line of its own',
      'kafka:\n  auth:\n    sasl:\n      pasword: 471147\n',
      'c.yaml:4:7: kafka.auth.sasl.pasword is not a known key. Did you mean kafka.auth.sasl.password?',
    ],
    [
      'a mistyped key of JSON',
      '{ "kafka": { "borkers": ["a:1"] } }',
      'c.yaml:1:14: kafka.borkers is not a known key. Did you mean kafka.brokers?',
    ],
    [
      'a mistyped key behind one that is no secret',
      'kafka: { client_id: me, broker: [a:1] }',
      'c.yaml:1:25: kafka.broker is not a known key. Did you mean kafka.brokers?',
    ],
    [
      'a mistyped key behind a secret',
      'kafka: { custom: { consumer: {} }, broker: [a:1] }',
      'c.yaml:1:36: kafka has something here that is not a known key. Did you mean kafka.brokers?',
    ],
    [
      'a mistyped key behind a secret that lacks its comma',
      'kafka: { client_id: me password=a, broker: [a:1] }',
      'c.yaml:1:36: kafka has something here that is not a known key. Did you mean kafka.brokers?',
    ],
    [
      'a comma in the value of a property',
      'kafka: { custom: { consumer: { sasl.password: a,471147 } } }',
      'c.yaml:1:30: kafka.custom.consumer has something here that is no property with text, a number, true or false. If it is a piece of a value, put that value in quotes',
    ],
    [
      'a missing comma',
      'kafka: { auth: { sasl: { mechanism: PLAIN password=471147 } } }',
      'c.yaml:1:37: kafka.auth.sasl.mechanism is "PLAIN…": must be one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER, AWS_MSK_IAM_OAUTHBEARER or null',
    ],
    [
      'a line that is indented too far',
      'kafka:\n  tls:\n    enabled: true\n    ca_file: no-such.pem\n      key_password:471147\n',
      `c.yaml:4:14: kafka.tls.ca_file is "no-such.pem…", which does not exist (seen from ${process.cwd()})`,
    ],
    [
      'a section that is indented too far',
      'dry_run:\n  kafka: { auth: { sasl: { password: 471147 } } }\n',
      'c.yaml:2:3: dry_run is a map: must be true or false',
    ],
  ])('tells of %s', (_, text, problem) => {
    expect(problemsIn(text)).toEqual([problem]);
  });

  it.each([
    ['a number', 'kafka: { auth: { sasl: { password: 471147 } } }'],
    ['a mistyped key', 'kafka: { auth: { sasl: { pasword: 471147 } } }'],
    ['a map', 'kafka: { tls: { key_password: { a: 471147 } } }'],
    ['an alias', 'kafka: { auth: { sasl: { password: *471147 } } }'],
    ['a tag', 'kafka: { auth: { sasl: { password: !471147 } } }'],
    ['a list', 'kafka: { custom: { consumer: [{ sasl.password: 471147 }] } }'],
    ['text', 'kafka: { custom: { consumer: sasl.password=471147 } }'],
    ['a list of a property', 'kafka: { custom: { consumer: { sasl.password: [471147] } } }'],
    ['part of an address', 'kafka: { brokers: ["me:471147@a:9092"] }'],
    [
      'part of a URL',
      'kafka: { auth: { sasl: { oauthbearer: { token_endpoint_url: "ftp://me:471147@a/" } } } }',
    ],
    ['part of broken YAML', 'kafka: { auth: { sasl: { password: "471147 } } }'],
    ['after a bracket', 'kafka: { auth: { sasl: { password: ]471147 } } }'],
    ['after a bracket, on a line', 'kafka:\n  auth:\n    sasl:\n      password: ]471147\n'],
    ['in the first line of a block', 'kafka:\n  auth:\n    sasl:\n      password: |471147\n'],
    ['after an ampersand', 'kafka:\n  auth:\n    sasl:\n      password: &a &471147 b\n'],
    ['after a percent sign', '%471147\nkafka: {}\n'],
    ['after a backslash', 'kafka: { auth: { sasl: { password: "\\u471147" } } }'],
    ['after an exclamation mark', 'kafka: { auth: { sasl: { password: !!map 471147 } } }'],
    ['after a comma, with a colon', 'kafka: { auth: { sasl: { password: a,471147: 5 } } }'],
    ['after a comma, with a word and a colon', 'kafka: { auth: { sasl: { password: a,b471147: 5 } } }'],
    ['after a comma of a mistyped key', 'kafka: { auth: { sasl: { pasword: a, b471147: 5 } } }'],
    ['after a brace', 'kafka: { auth: { sasl: { password: a}, b471147: { c: 5 } } }'],
    [
      'after a comma, between braces',
      'kafka: { auth: { sasl: { password: a, oauthbearer: { b471147: 5 } } } }',
    ],
    ['twice after commas', 'kafka: { auth: { sasl: { password: a,471147,471147 } } }'],
    ['a map as a key', 'kafka: { auth: { sasl: { { password: 471147 }: 1 } } }'],
    [
      'a map where a name is missing',
      'kafka:\n  auth:\n    sasl:\n      username:\n        password: 471147\n',
    ],
    [
      'behind a comma without a blank',
      'kafka:\n  auth:\n    sasl:\n      mechanism: PLAIN,password:471147\n',
    ],
    ['behind a semicolon', 'kafka:\n  auth:\n    sasl:\n      mechanism: PLAIN;password:471147\n'],
    ['in a list of a map', 'kafka: { custom: { producer: ["471147"] } }'],
    ['a name of a property', 'kafka: { custom: { consumer: { sasl.password:471147 } } }'],
    ['a key where its file is meant', 'kafka: { tls: { enabled: true, key_file: "-----BEGIN 471147" } }'],
  ])('shows no secret that is %s', (_, text) => {
    const problems = problemsIn(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n')).not.toContain('471147');
  });

  it('shows no secret that the YAML library would warn of', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    problemsIn('kafka: { auth: { sasl: { password: {{471147}} } } }');
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});
