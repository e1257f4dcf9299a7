import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readEnvironment } from '../../../src/config/read-environment.js';

const PASSWORD = 'OTELROWS_KAFKA_AUTH_SASL_PASSWORD';

function secretFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'otelrows-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'secret');
  writeFileSync(file, text);
  return file;
}

/** The names of the variables that are told of. */
const told = (env: NodeJS.ProcessEnv) =>
  readEnvironment(env).problems.map(problem => /OTELROWS_\w+/.exec(problem)?.[0]);

describe('readEnvironment', () => {
  it('tells the text of each setting, and which variable set it', () => {
    const file = secretFile('pw\n');
    const env = { OTELROWS_KAFKA_CLIENT_ID: 'me', [`${PASSWORD}_FILE`]: file, PATH: '/bin' };
    expect(readEnvironment(env)).toEqual({
      texts: { OTELROWS_KAFKA_CLIENT_ID: 'me', [PASSWORD]: 'pw' },
      variables: new Map([
        ['kafka.client_id', 'OTELROWS_KAFKA_CLIENT_ID'],
        ['kafka.auth.sasl.password', `${PASSWORD}_FILE`],
      ]),
      problems: [],
    });
  });

  it('takes what is empty for not set', () => {
    const env = { OTELROWS_KAFKA_CLIENT_ID: '', [PASSWORD]: '', [`${PASSWORD}_FILE`]: '' };
    expect(readEnvironment(env)).toEqual({ texts: {}, variables: new Map(), problems: [] });
  });

  it('keeps the first of two that set one secret, and says so', () => {
    const env = { [PASSWORD]: 'pw', [`${PASSWORD}_FILE`]: secretFile('other') };
    expect(readEnvironment(env)).toEqual({
      texts: { [PASSWORD]: 'pw' },
      variables: new Map([['kafka.auth.sasl.password', PASSWORD]]),
      problems: [`${PASSWORD}_FILE: ${PASSWORD} is set too; keep one of them`],
    });
  });

  it.each([
    'OTELROWS_CONFIG',
    'OTELROWS_CACHE',
    'OTELROWS_TEST_BROKERS',
    'OTEL_SERVICE_NAME',
    'MY_OTELROWS_SETTING',
  ])('leaves alone what is no setting: %s', name => {
    expect(readEnvironment({ [name]: 'a' })).toEqual({ texts: {}, variables: new Map(), problems: [] });
  });

  it.each([
    'OTELROWS_CACHES',
    'OTELROWS_TESTS',
    'OTELROWS_MY_CACHE',
    'OTELROWS_OTELROWS_TEST_A',
    'OTELROWS_KAFKA_CLIENT_ID_FILE',
  ])('tells of a name that is none of its own: %s', name => {
    expect(readEnvironment({ [name]: 'a' }).problems).toEqual([
      expect.stringMatching(`^environment: ${name} is not a known environment variable`),
    ]);
  });

  it('names the variable that may be meant, those that name files among them', () => {
    expect(readEnvironment({ OTELROWS_KAFKA_CLIENTID: 'a' }).problems).toEqual([
      'environment: OTELROWS_KAFKA_CLIENTID is not a known environment variable. Did you mean OTELROWS_KAFKA_CLIENT_ID?',
    ]);
    expect(readEnvironment({ [`${PASSWORD}_FIEL`]: 'a' }).problems[0]).toContain(
      `Did you mean ${PASSWORD}_FILE?`,
    );
    expect(readEnvironment({ OTELROWS_CONFIGG: 'a' }).problems[0]).toContain('Did you mean OTELROWS_CONFIG?');
  });

  // Kubernetes, documentation of "Discovering services", and Docker's links, which it follows.
  it.each([
    ['SERVICE_PORT', '80'],
    ['SERVICE_PORT_HTTP', '80'],
    ['PORT', 'tcp://10.0.0.1:80'],
    ['PORT', 'udp://10.0.0.1:80'],
    ['PORT', 'sctp://10.0.0.1:80'],
    ['PORT_8080_TCP', 'tcp://10.0.0.1:8080'],
    ['PORT_8080_UDP', 'udp://10.0.0.1:8080'],
    ['PORT_8080_SCTP', 'sctp://10.0.0.1:8080'],
    ['PORT_8080_TCP_PROTO', 'tcp'],
    ['PORT_8080_TCP_PORT', '8080'],
    ['PORT_8080_TCP_ADDR', '10.0.0.1'],
  ])('takes %s=%s for what is said of a service, when its host is there', (part, value) => {
    const link = { [`OTELROWS_X_${part}`]: value };
    expect(told({ OTELROWS_X_SERVICE_HOST: '10.0.0.1', ...link })).toEqual([]);
    expect(told(link)).toEqual([`OTELROWS_X_${part}`]);
  });

  it.each([
    ['PORT', '8080'],
    ['PORT', ''],
    ['PORT', 'http+tcp://10.0.0.1'],
    ['SERVICE_HOSTS', 'a'],
    ['SERVICE_PORTS', 'a'],
    ['SERVICE_PORT_', 'a'],
    ['PORT_TCP', 'a'],
    ['PORT_80', 'a'],
    ['PORT_80_XTP', 'a'],
    ['PORT_80A_TCP', 'a'],
    ['PORT_80_TCPS', 'a'],
    ['PORT_80_TCP_NAME', 'a'],
    ['PORT_80_TCP_', 'a'],
    ['PORT_80_TCP_ADDR_', 'a'],
  ])('takes %s=%s for a setting that is not known, though there is a service of that name', (part, value) => {
    const name = `OTELROWS_X_${part}`;
    expect(told({ OTELROWS_X_SERVICE_HOST: '10.0.0.1', [name]: value })).toEqual([name]);
  });

  it('takes the shortest name of a service that fits', () => {
    const env = {
      OTELROWS_A_SERVICE_HOST: '10.0.0.1',
      OTELROWS_A_SERVICE_PORT_B_SERVICE_PORT: '80',
    };
    expect(told(env)).toEqual([]);
  });
});
