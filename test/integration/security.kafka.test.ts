import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JavaKafka, startJavaKafka } from '../../src/demo/broker/java-kafka.js';
import { createTopic, produce, readAll } from '../support/kafka-client.js';
import { spansRequest } from '../support/requests.js';
import { type Settings, spansPipeline, startWorker, untilConsumed } from '../support/worker.js';

const STORE_PASSWORD = 'store-password';
const USER = { username: 'otelrows', password: 'right horse' };
const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';

let kafka: JavaKafka;
let certificateFile: string;

beforeAll(async () => {
  const { keystoreFile, certificate } = makeCertificate();
  certificateFile = certificate;
  const sasl = (listener: string) => ({
    [`listener.name.${listener}.sasl.enabled.mechanisms`]: 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    [`listener.name.${listener}.plain.sasl.jaas.config`]: `org.apache.kafka.common.security.plain.PlainLoginModule required user_${USER.username}="${USER.password}";`,
    [`listener.name.${listener}.scram-sha-256.sasl.jaas.config`]: SCRAM,
    [`listener.name.${listener}.scram-sha-512.sasl.jaas.config`]: SCRAM,
  });
  kafka = await startJavaKafka({
    listeners: [
      { name: 'SASL', protocol: 'SASL_PLAINTEXT' },
      { name: 'TLS', protocol: 'SSL' },
      { name: 'BOTH', protocol: 'SASL_SSL' },
    ],
    scramUsers: (['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).map(mechanism => ({
      mechanism,
      name: USER.username,
      password: USER.password,
    })),
    properties: {
      ...sasl('sasl'),
      ...sasl('both'),
      'ssl.keystore.location': keystoreFile,
      'ssl.keystore.password': STORE_PASSWORD,
    },
  });
});

afterAll(() => kafka?.stop());

/** A certificate for localhost that signs itself, as a Java key store and as the PEM file that clients trust. */
function makeCertificate(): { keystoreFile: string; certificate: string } {
  const dir = mkdtempSync(join(tmpdir(), 'otelrows-tls-'));
  const keystoreFile = join(dir, 'broker.p12');
  const keytool = (...args: string[]) =>
    execFileSync(
      'keytool',
      [...args, '-keystore', keystoreFile, '-storepass', STORE_PASSWORD, '-alias', 'broker'],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
  keytool(
    '-genkeypair',
    '-keyalg',
    'RSA',
    '-storetype',
    'PKCS12',
    '-dname',
    'CN=localhost',
    '-ext',
    'SAN=IP:127.0.0.1',
  );
  const certificate = join(dir, 'ca.pem');
  writeFileSync(certificate, keytool('-exportcert', '-rfc'));
  return { keystoreFile, certificate };
}

/** Runs one record through a worker that connects to that listener; setting up and looking use the plain one. */
async function expectRowThrough(listener: string, security: Settings): Promise<void> {
  const pipeline = spansPipeline(kafka.brokers);
  await createTopic(kafka.brokers, pipeline.input);
  await produce(kafka.brokers, [{ topic: pipeline.input, value: spansRequest(0, 1) }]);
  const worker = startWorker(through(listener, security, pipeline.settings));
  await worker.event('committed');
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);
  expect(await readAll(kafka.brokers, pipeline.output)).toHaveLength(1);
}

function through(listener: string, security: Settings, settings: Settings): Settings {
  return { ...settings, kafka: { brokers: [kafka.listeners[listener]], ...security } };
}

describe.each(MECHANISMS)('SASL %s', mechanism => {
  test('without TLS', () => expectRowThrough('SASL', { auth: { sasl: { mechanism, ...USER } } }));

  test('with TLS', () =>
    expectRowThrough('BOTH', {
      auth: { sasl: { mechanism, ...USER } },
      tls: { enabled: true, ca_file: certificateFile },
    }));
});

// All at once, because each waits for seconds until its client gives up.
test('a wrong password ends run and check with one clear line, and is not printed', async () => {
  const expectRefused = async (mechanism: string, command: string) => {
    const auth = { sasl: { mechanism, ...USER, password: 'wrong horse' } };
    const worker = startWorker(through('SASL', { auth }, spansPipeline(kafka.brokers).settings), command);
    expect(await worker.ended, `${command} with ${mechanism}`).toBe(1);
    const printed = worker.stderr() + JSON.stringify(worker.logs);
    expect(printed).toMatch(/brokers refused the credentials/);
    expect(printed).toContain('kafka.auth.sasl.password');
    expect(printed).not.toContain('wrong horse');
    expect(worker.stderr()).not.toMatch(/^\s+at /m);
  };
  await Promise.all(
    MECHANISMS.flatMap(mechanism => ['run', 'check'].map(command => expectRefused(mechanism, command))),
  );
});

describe('TLS', () => {
  test('with the CA file', () =>
    expectRowThrough('TLS', { tls: { enabled: true, ca_file: certificateFile } }));

  test('without checking the certificate', () =>
    expectRowThrough('TLS', { tls: { enabled: true, insecure_skip_verify: true } }));

  test('a certificate that is not trusted is named as the reason why no broker answers', async () => {
    const worker = startWorker(
      through('TLS', { tls: { enabled: true } }, spansPipeline(kafka.brokers).settings),
    );
    expect((await worker.event('brokers_away')).msg).toMatch(/certificate verify failed/);
  });

  test('a listener that expects TLS, spoken to without it: the settings to look at are named', async () => {
    const worker = startWorker(through('TLS', {}, spansPipeline(kafka.brokers).settings));
    expect((await worker.event('brokers_away')).msg).toContain('kafka.tls.enabled');
  });
});
