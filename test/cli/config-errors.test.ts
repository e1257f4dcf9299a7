import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { otelrows } from '../support/otelrows.js';
import { temporaryFiles } from '../support/temporary-files.js';

const write = temporaryFiles();

it.each(['run', 'check', 'settings'])(
  '%s tells of every problem in the config, and goes no further',
  command => {
    const file = write('typo.yaml', 'consumer:\n  group: x\nbatch:\n  max_records: 0\n');
    expect(otelrows([command, '--config', file, '--log-level', 'loud'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: [
        'error: 3 problems in the configuration:',
        `  ${file}:2:3: consumer.group is not a known key. Did you mean consumer.group_id?`,
        `  ${file}:4:16: batch.max_records is 0: must be an integer from 1 to 1000000 (records)`,
        '  --log-level: log.level is "loud": must be one of trace, debug, info, warn, error',
        '',
      ].join('\n'),
    });
  },
);

it('takes a flag without a value for true', () => {
  expect(otelrows(['settings', 'dry_run', '--dry-run']).stdout).toMatch(
    /^dry_run = true {3}\(from --dry-run\)/,
  );
});

it('says in one line that the config file does not exist', () => {
  expect(otelrows(['run', '-c', 'no-such.yaml'])).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'error: no-such.yaml: the config file does not exist\n',
  });
});

const UNUSABLE = 'a:1,me:pw@b:70000';
it.each([
  ['--brokers', ['demo', '--brokers', UNUSABLE], {}],
  ['--brokers', ['schema', 'clickhouse', '--brokers', UNUSABLE], {}],
  ['OTELROWS_KAFKA_BROKERS', ['demo'], { OTELROWS_KAFKA_BROKERS: UNUSABLE }],
])('names a broker that cannot be one, without the password in front of it: %s of %j', (given, args, env) => {
  expect(otelrows(args, { env })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: `error: ${given}: kafka.brokers[1] is "me:********@b:70000": must be host:port without a scheme, such as kafka-1:9092 or [::1]:9092\n`,
  });
});

it('takes a broker with an IPv6 address as text', () => {
  expect(otelrows(['settings', 'kafka.brokers', '--kafka-brokers', '[::1]:9092']).stdout).toMatch(
    /^kafka\.brokers = \["\[::1\]:9092"\]/,
  );
});

it('names a variable that is mistyped', () => {
  expect(otelrows(['run'], { env: { OTELROWS_KAFKA_BROKER: 'a:1' } })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'error: environment: OTELROWS_KAFKA_BROKER is not a known environment variable. Did you mean OTELROWS_KAFKA_BROKERS?\n',
  });
});

it.each(['run', 'check'])('%s: a certificate file that holds none is no broker that is away', command => {
  const file = write('ca.pem', 'not a certificate\n');
  const { exitCode, stderr, stdout } = otelrows([
    ...[command, '--kafka-brokers', '127.0.0.1:1', '--http-enabled=false'],
    ...['--kafka-tls-enabled', '--kafka-tls-ca-file', file],
  ]);
  expect(exitCode).toBe(1);
  expect(stdout + stderr).toMatch(
    /The Kafka client refuses its settings: .*certificate.* Look at kafka\.custom/,
  );
  expect(stdout).not.toContain('no broker answers');
});

it('finds ./otelrows.yaml by itself, and says so', () => {
  const cwd = dirname(write('otelrows.yaml', 'workers: 3\n'));
  expect(otelrows(['settings', 'workers'], { cwd })).toEqual({
    exitCode: 0,
    stdout: expect.stringMatching(/^workers = 3 {3}\(from otelrows\.yaml:1:10\)/),
    stderr: 'config: ./otelrows.yaml\n',
  });
  const other = write('other.yaml', 'workers: 2\n');
  for (const given of [{ args: ['-c', other] }, { args: [], env: { OTELROWS_CONFIG: other } }]) {
    const { stdout, stderr } = otelrows(['settings', 'workers', ...given.args], {
      cwd,
      env: given.env ?? {},
    });
    expect(stdout).toMatch(/^workers = 2/);
    expect(stderr).toBe('');
  }
});

it.each(['--traces-topic-create', '--consumer-static-membership'])(
  'takes %s without a value for true',
  flag => {
    expect(otelrows(['settings', flag, '--changed']).stdout).toMatch(
      new RegExp(` = true {3}\\(from ${flag}\\)`),
    );
  },
);

it.each([
  ['{"batch.size":-16}', /"batch\.size".*\. Look at producer\.batch_size and kafka\.custom\.$/m],
  ['{"linger.ms":-5}', /"queue\.buffering\.max\.ms".*\. Look at producer\.linger_ms and kafka\.custom\.$/m],
  ['{"no.such.property":1}', /"no\.such\.property"\. Look at kafka\.custom\.$/m],
])('names what decides the property that the Kafka client refuses: %s', (properties, message) => {
  const args = ['check', '--kafka-brokers', '127.0.0.1:1', '--kafka-custom-producer', properties];
  const { exitCode, stdout, stderr } = otelrows(args);
  expect(exitCode).toBe(1);
  expect(stdout + stderr).toMatch(message);
});
