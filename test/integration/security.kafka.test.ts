import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { freePorts } from '../../src/demo/broker/free-port.js';
import { type JavaKafka, startJavaKafka } from '../../src/demo/broker/java-kafka.js';
import { createTopic, produce, readAll } from '../support/kafka-client.js';
import { spansRequest } from '../support/requests.js';
import { type Settings, spansPipeline, startWorker, untilConsumed, untilTrue } from '../support/worker.js';

const STORE_PASSWORD = 'store-password';
const USER = { username: 'otelrows', password: 'right horse' };
const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
const clientFile = (name: string) => fileURLToPath(new URL(`./client-certificate/${name}`, import.meta.url));
/** Signed by itself, for a hundred years. */
const CLIENT = { cert_file: clientFile('client.pem'), key_file: clientFile('client.key') };
const KEY_PASSWORD = 'key-password';
const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';

let kafka: JavaKafka;
let certificateFile: string;

beforeAll(async () => {
  const { keystoreFile, truststoreFile, certificate } = makeCertificate();
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
      { name: 'MUTUAL', protocol: 'SSL' },
      { name: 'TOKENS', protocol: 'SASL_PLAINTEXT' },
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
      'listener.name.mutual.ssl.client.auth': 'required',
      'listener.name.mutual.ssl.truststore.location': truststoreFile,
      'listener.name.mutual.ssl.truststore.password': STORE_PASSWORD,
      'listener.name.tokens.sasl.enabled.mechanisms': 'OAUTHBEARER',
      // A connection whose token has ended is closed unless its client has logged in again by another one.
      'listener.name.tokens.oauthbearer.connections.max.reauth.ms': '60000',
      // Takes tokens that nobody has signed: what is tested is how they get here.
      'listener.name.tokens.oauthbearer.sasl.jaas.config':
        'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";',
    },
  });
});

afterAll(() => kafka?.stop());

/**
 * A certificate for localhost that signs itself, as a Java key store and as the PEM file that clients trust, and a store
 * with the certificate that clients show.
 */
function makeCertificate(): { keystoreFile: string; truststoreFile: string; certificate: string } {
  const dir = mkdtempSync(join(tmpdir(), 'otelrows-tls-'));
  const keystoreFile = join(dir, 'broker.p12');
  const truststoreFile = join(dir, 'clients.p12');
  const keytool = (keystore: string, ...args: string[]) =>
    execFileSync(
      'keytool',
      [...args, '-keystore', keystore, '-storetype', 'PKCS12', '-storepass', STORE_PASSWORD, '-alias', 'any'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
  keytool(
    keystoreFile,
    '-genkeypair',
    '-keyalg',
    'RSA',
    '-dname',
    'CN=localhost',
    '-ext',
    'SAN=IP:127.0.0.1',
  );
  const certificate = join(dir, 'ca.pem');
  writeFileSync(certificate, keytool(keystoreFile, '-exportcert', '-rfc'));
  keytool(truststoreFile, '-importcert', '-noprompt', '-file', CLIENT.cert_file);
  return { keystoreFile, truststoreFile, certificate };
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

// All at once, because each waits for seconds until its client gives up.
test('check tells apart why no connection comes about, and says what to do', async () => {
  const [closed = 0] = await freePorts(1);
  const web = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
  onTestFinished(() => void web.close());
  await once(web, 'listening');
  const tls = { enabled: true, ca_file: certificateFile };
  const auth = { sasl: { mechanism: 'PLAIN', ...USER } };
  const listener = (name: string) => kafka.listeners[name] ?? '';
  const cases: [what: string, broker: string, security: Settings, finding: RegExp][] = [
    ['unknown name', 'no-such-host.invalid:9092', {}, /✗ brokers .*Failed to resolve.*name service/],
    ['closed port', `127.0.0.1:${closed}`, {}, /✗ brokers .*Connection refused.*Nothing listens there/],
    ['TLS to plaintext', kafka.brokers, { tls }, /✗ brokers .*not speak TLS: set kafka\.tls\.enabled: false/],
    ['plaintext to TLS', listener('TLS'), {}, /✗ brokers .*expects TLS does: set kafka\.tls\.enabled: true/],
    [
      'a login without TLS to a login with it',
      listener('BOTH'),
      { auth },
      /✗ brokers .*expects TLS does: set kafka\.tls\.enabled: true/,
    ],
    [
      'a login where there is none',
      kafka.brokers,
      { auth },
      /✗ login .*takes no login: leave kafka\.auth\.sasl out/,
    ],
    [
      'no login where one is expected',
      listener('SASL'),
      {},
      /✗ login .*needs a login: set kafka\.auth\.sasl/,
    ],
    ['the same with TLS', listener('BOTH'), { tls }, /✗ login .*needs a login: set kafka\.auth\.sasl/],
    [
      'another mechanism',
      listener('TOKENS'),
      { auth },
      /✗ login .*OAUTHBEARER.*Set kafka\.auth\.sasl\.mechanism to one that/,
    ],
    [
      'a certificate that nobody knows',
      listener('TLS'),
      { tls: { enabled: true } },
      /✗ brokers .*verify failed.*Set kafka\.tls\.ca_file/,
    ],
    [
      'no client certificate',
      listener('MUTUAL'),
      { tls },
      /✗ brokers .*wants a client certificate.*cert_file/,
    ],
    ['a web server', `127.0.0.1:${(web.address() as AddressInfo).port}`, {}, /✗ brokers .*speaks HTTP/],
  ];
  await Promise.all(
    cases.map(async ([what, broker, security, finding]) => {
      const { settings } = spansPipeline(kafka.brokers);
      const command = startWorker({ ...settings, kafka: { brokers: [broker], ...security } }, 'check');
      expect(await command.ended, what).toBe(1);
      expect(
        command.logs.map(({ msg }) => msg),
        what,
      ).toContainEqual(expect.stringMatching(finding));
      expect(command.stderr(), what).toMatch(/^error: \d+ problems? found\.\n$/);
    }),
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

describe('a client certificate', () => {
  const tls = () => ({ enabled: true, ca_file: certificateFile, ...CLIENT });

  test('with a key that a password protects', () =>
    expectRowThrough('MUTUAL', { tls: { ...tls(), key_password: KEY_PASSWORD } }));

  test('with a wrong password for its key: said at once, and the password is not printed', async () => {
    const { settings } = spansPipeline(kafka.brokers);
    const security = { tls: { ...tls(), key_password: 'wrong horse' } };
    const worker = startWorker(through('MUTUAL', security, settings));
    expect(await worker.ended).toBe(1);
    expect(worker.stderr()).toMatch(/The Kafka client refuses its settings: .*kafka\.tls/);
    expect(worker.stderr()).not.toContain('wrong horse');
  });
});

describe('OAUTHBEARER', () => {
  const CLIENT_SECRET = 'right cow';

  /** Gives tokens to who knows the secret, as an OpenID provider does. */
  async function startTokenEndpoint(): Promise<string> {
    const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const server = createServer((request, response) => {
      const login = Buffer.from(request.headers.authorization?.split(' ')[1] ?? '', 'base64').toString();
      const seconds = Math.floor(Date.now() / 1000);
      const claims = { sub: 'otelrows', iat: seconds, exp: seconds + 3600 };
      const granted = login === `otelrows:${CLIENT_SECRET}`;
      response.writeHead(granted ? 200 : 401, { 'content-type': 'application/json' });
      const token = `${encoded({ alg: 'none' })}.${encoded(claims)}.`;
      response.end(
        JSON.stringify(
          granted
            ? { access_token: token, token_type: 'Bearer', expires_in: 3600 }
            : { error: 'invalid_client' },
        ),
      );
    });
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  }

  const tokens = (token_endpoint_url: string, client_secret = CLIENT_SECRET) => ({
    auth: {
      sasl: {
        mechanism: 'OAUTHBEARER',
        oauthbearer: { token_endpoint_url, client_id: 'otelrows', client_secret },
      },
    },
  });

  test('with a token of the endpoint', async () => {
    await expectRowThrough('TOKENS', tokens(await startTokenEndpoint()));
  });

  test('with a wrong secret: the reason is told, and the secret is not printed', async () => {
    const { settings } = spansPipeline(kafka.brokers);
    const security = tokens(await startTokenEndpoint(), 'wrong cow');
    const worker = startWorker(through('TOKENS', security, settings));
    expect((await worker.event('brokers_away')).msg).toMatch(/token|OIDC|OAUTH/i);
    expect(worker.stderr() + JSON.stringify(worker.logs)).not.toContain('wrong cow');
  });
});

describe('AWS_MSK_IAM_OAUTHBEARER', () => {
  const TOKEN_SECONDS = 5;
  const login = {
    auth: { sasl: { mechanism: 'AWS_MSK_IAM_OAUTHBEARER', aws_msk: { region: 'eu-west-1' } } },
  };

  /** What commands started in this test find in the place of AWS's signer. */
  function withSigner(body: string): void {
    const folder = mkdtempSync(join(tmpdir(), 'otelrows-signer-'));
    const signer = join(folder, 'aws-msk-iam-sasl-signer-js');
    mkdirSync(signer);
    writeFileSync(join(signer, 'index.js'), `exports.generateAuthToken = async ({ region }) => { ${body} };`);
    const before = process.env['NODE_PATH'];
    process.env['NODE_PATH'] = folder;
    onTestFinished(() => {
      if (before === undefined) delete process.env['NODE_PATH'];
      else process.env['NODE_PATH'] = before;
    });
  }

  test('with tokens of the signer, renewed before they end', async () => {
    const calls = join(mkdtempSync(join(tmpdir(), 'otelrows-signer-')), 'calls');
    writeFileSync(calls, '');
    // A token that this broker takes, where the signer makes one that only Amazon's does.
    withSigner(`
      require('node:fs').appendFileSync(${JSON.stringify(calls)}, region + '\\n');
      const encoded = part => Buffer.from(JSON.stringify(part)).toString('base64url');
      const now = Date.now() / 1000;
      const claims = { sub: 'otelrows', iat: now, exp: now + ${TOKEN_SECONDS} };
      return { token: encoded({ alg: 'none' }) + '.' + encoded(claims) + '.', expiryTime: 1000 * claims.exp };
    `);
    const pipeline = spansPipeline(kafka.brokers);
    await createTopic(kafka.brokers, pipeline.input);
    const send = (first: number) =>
      produce(kafka.brokers, [{ topic: pipeline.input, value: spansRequest(first, 1) }]);
    await send(0);
    const worker = startWorker(through('TOKENS', login, pipeline.settings));
    await untilConsumed(pipeline);
    const made = () => readFileSync(calls, 'utf8').trim().split('\n');
    const first = made();
    expect(new Set(first)).toEqual(new Set(['eu-west-1']));
    // Each client of the worker makes its own.
    await untilTrue(() => made().length >= 2 * first.length);
    await send(1);
    await untilConsumed(pipeline);
    expect(await worker.stop()).toBe(0);
    expect(await readAll(kafka.brokers, pipeline.output)).toHaveLength(2);
    expect(worker.logs.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
  });

  test('without credentials: the reason is told, and the worker waits', async () => {
    withSigner("throw new Error('Could not load credentials from any providers');");
    const worker = startWorker(through('TOKENS', login, spansPipeline(kafka.brokers).settings));
    const away = await worker.event('brokers_away', ({ msg }) => /credentials/.test(msg));
    expect(away.msg).toMatch(/Could not load credentials from any providers/);
    expect(await worker.stop()).toBe(0);
    const check = startWorker(through('TOKENS', login, spansPipeline(kafka.brokers).settings), 'check');
    expect(await check.ended).toBe(1);
    expect(check.stderr() + JSON.stringify(check.logs)).toMatch(
      /no token to log in with: Could not load credentials from any providers\. Check kafka\.auth\.sasl/,
    );
  });

  test('without the signer: one line says which package to install', async () => {
    const worker = startWorker(through('TOKENS', login, spansPipeline(kafka.brokers).settings));
    expect(await worker.ended).toBe(1);
    expect(worker.stderr()).toMatch(
      /^error: kafka\.auth\.sasl\.mechanism: AWS_MSK_IAM_OAUTHBEARER needs the package aws-msk-iam-sasl-signer-js.*npm install/m,
    );
    expect(worker.stderr()).not.toMatch(/^\s+at /m);
  });
});
