// Runs workers on releases of Kafka, kills one of them, and has `otelrows verify` compare: npm run kafka-matrix [-- VERSION…]
//
// The brokers are real, from Maven Central, run by Java; before 3.3 with ZooKeeper, since then without. Their jars are kept
// beside those of the demo's Kafka, some 60 MB each.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// What it needs of this clone; the imports below find it there then.
const setUp = spawnSync(process.execPath, ['deploy/setup/setup.mjs', 'test'], { stdio: 'inherit' });
if (setUp.status !== 0) process.exit(setUp.status ?? 1);
const { CACHE } = await import('../../deploy/setup/paths.mjs');
const { smallClusterProperties, propertiesText } = await import(
  '../../dist/demo/broker/broker-properties.js'
);
const { freePorts } = await import('../../dist/demo/broker/free-port.js');
const { spawnGuarded } = await import('../../dist/demo/broker/guarded-process.js');
const { defaultConfig } = await import('../../dist/config/schema.js');
const { adminOptions, producerOptions, readerOptions } = await import('../../dist/kafka/client-options.js');
const { connectAdmin } = await import('../../dist/kafka/confluent/admin.js');
const { SILENT } = await import('../../dist/kafka/confluent/connect.js');
const { connectProducer } = await import('../../dist/kafka/confluent/producer.js');
const { connectReader } = await import('../../dist/kafka/confluent/reader.js');

const VERSIONS = ['2.5.1', '2.8.2', '3.0.2', '3.3.2', '3.9.1', '4.0.0', '4.1.0'];
const PARTITIONS = 4;
const REQUESTS = 4_000;
const SPANS = 25;
const SERVING_MS = 90_000;
const WORKING_MS = 120_000;

/** Whether a release runs without ZooKeeper: KRaft is for production since 3.3 (KIP-833). */
function hasKraft(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 3 || (major === 3 && minor >= 3);
}

/** @returns the folder with the jars of a broker. */
function fetchJars(version) {
  const folder = join(CACHE, `kafka-matrix-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const scratch = mkdtempSync(`${folder}.`);
  const dependency = (group, name, number) =>
    `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${number}</version></dependency>`;
  const log4j2 = Number(version.split('.')[0]) >= 4;
  writeFileSync(
    join(scratch, 'pom.xml'),
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>otelrows</groupId><artifactId>kafka-matrix</artifactId><version>1</version><dependencies>
${dependency('org.apache.kafka', 'kafka_2.13', version)}
${log4j2 ? dependency('org.apache.kafka', 'kafka-tools', version) : ''}
${log4j2 ? dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', '2.24.3') : dependency('org.slf4j', 'slf4j-reload4j', '1.7.36')}
</dependencies></project>`,
  );
  execFileSync(
    'mvn',
    [
      '-B',
      '-q',
      '-Dstyle.color=never',
      '-f',
      join(scratch, 'pom.xml'),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${scratch}`,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  renameSync(scratch, folder);
  return folder;
}

/** Starts a broker. What it is made of ends with this process, whatever happens to it. */
async function startBroker(version, folder) {
  const jars = fetchJars(version);
  const [port, otherPort] = await freePorts(2);
  const brokers = `127.0.0.1:${port}`;
  writeFileSync(
    join(folder, 'log4j.properties'),
    'log4j.rootLogger=WARN, out\nlog4j.appender.out=org.apache.log4j.ConsoleAppender\n' +
      'log4j.appender.out.layout=org.apache.log4j.PatternLayout\nlog4j.appender.out.layout.ConversionPattern=%p %c %m%n\n',
  );
  const logFile = join(folder, 'broker.log');
  const java = (...main) =>
    spawnGuarded(
      [
        process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java',
        '-Xmx512m',
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        `-Dlog4j.configuration=file:${join(folder, 'log4j.properties')}`,
        '-Dzookeeper.admin.enableServer=false',
        '-cp',
        join(jars, '*'),
        ...main,
      ],
      { logFile, scratchDir: folder },
    );
  const properties = join(folder, 'server.properties');
  const kraft = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${otherPort}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    listeners: `PLAINTEXT://${brokers},CONTROLLER://127.0.0.1:${otherPort}`,
  };
  const zookeeper = {
    'broker.id': 1,
    'zookeeper.connect': `127.0.0.1:${otherPort}`,
    'zookeeper.connection.timeout.ms': 60_000,
    listeners: `PLAINTEXT://${brokers}`,
  };
  writeFileSync(
    properties,
    propertiesText({
      ...(hasKraft(version) ? kraft : zookeeper),
      'advertised.listeners': `PLAINTEXT://${brokers}`,
      'log.dirs': join(folder, 'data'),
      ...smallClusterProperties(1),
    }),
  );
  const processes = [];
  if (hasKraft(version)) {
    const tool = java('kafka.tools.StorageTool', 'format', '-t', 'AAAAAAAAAAAAAAAAAAAAAQ', '-c', properties);
    if ((await tool.ended) !== 0) throw new Error(`no storage: ${endOf(logFile)}`);
  } else {
    const server = 'org.apache.zookeeper.server.ZooKeeperServerMain';
    processes.push(java(server, String(otherPort), join(folder, 'zookeeper')));
  }
  const broker = java('kafka.Kafka', properties);
  processes.push(broker);
  const stop = () => Promise.all(processes.map(child => child.end('SIGKILL', 0)));
  return { brokers, logFile, stop, hasEnded: () => broker.hasEnded() };
}

function endOf(logFile) {
  return readFileSync(logFile, 'utf8').trim().split('\n').slice(-3).join(' / ').slice(-400);
}

/** One of the requests, with spans that no other has. */
function request(number) {
  const hex = (value, digits) => value.toString(16).padStart(digits, '0');
  const spans = Array.from({ length: SPANS }, (_, index) => ({
    traceId: hex(number + 1, 32),
    spanId: hex(number * SPANS + index + 1, 16),
    name: `operation ${index}`,
    startTimeUnixNano: '1760003312123456789',
    endTimeUnixNano: '1760003312128456789',
  }));
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'checkout' } }] };
  return Buffer.from(JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }));
}

async function until(what, isSo, timeoutMs) {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(200))
    if (await isSo()) return;
  throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
}

const main = (configFile, command) =>
  spawn(process.execPath, ['dist/main.js', command, '--config', configFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** What a command says, and how it ends. */
async function ended(child) {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', chunk => {
      text += chunk;
    });
  const code = await new Promise(resolve => child.on('close', (status, signal) => resolve(status ?? signal)));
  return { code, text };
}

/** @returns what one line of the table says of a release. */
async function tryRelease(version) {
  const folder = mkdtempSync(join(tmpdir(), 'otelrows-matrix-'));
  const children = [];
  let broker;
  let admin;
  let reader;
  try {
    broker = await startBroker(version, folder);
    const written = {
      kafka: { brokers: [broker.brokers] },
      inputs: [{ topic: 'spans', signal: 'traces' }],
      // Small enough that the first worker is in the middle of it when it is killed.
      batch: { max_records: 50 },
      consumer: { instance_id: 'matrix' },
      http: { enabled: false },
      log: { format: 'json', level: 'debug' },
    };
    const configFile = join(folder, 'otelrows.json');
    writeFileSync(configFile, JSON.stringify(written));
    const config = defaultConfig();
    config.kafka.brokers = [broker.brokers];
    admin = connectAdmin(adminOptions(config));
    await until(
      'the broker serves',
      async () => {
        if (broker.hasEnded()) throw new Error(`the broker ended: ${endOf(broker.logFile)}`);
        const topic = { topic: 'spans', partitions: PARTITIONS, replicationFactor: 1, config: {} };
        return admin.createTopic(topic).then(
          () => true,
          () => false,
        );
      },
      SERVING_MS,
    );
    const producer = await connectProducer(
      producerOptions({ ...config, delivery: 'at_least_once' }, 'load'),
      {
        client: 'load',
        deliveryReports: true,
        events: SILENT,
      },
    );
    for (let number = 0; number < REQUESTS; number += 1)
      while (!producer.send('spans', Buffer.from(String(number)), request(number))) await producer.drain();
    await until('the load is written', () => producer.drain(), WORKING_MS);
    await producer.disconnect();

    const checked = await ended(main(configFile, 'check'));
    if (checked.code !== 0) throw new Error(`check: ${checked.text.replaceAll('\n', ' / ')}`);

    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: 'spans', partition }));
    reader = await connectReader(readerOptions(config), { client: 'reader', events: SILENT });
    const committed = async () => {
      const offsets = await reader.committed(partitions).catch(() => []);
      return offsets.reduce((sum, { offset }) => sum + (offset ?? 0), 0);
    };
    const first = main(configFile, 'run');
    children.push(first);
    const firstEnded = ended(first);
    await until('the first worker commits', async () => (await committed()) > 0, WORKING_MS);
    first.kill('SIGKILL');
    await firstEnded;
    const killedAt = await committed();

    const second = main(configFile, 'run');
    children.push(second);
    const secondEnded = ended(second);
    await until(
      'the second worker commits the rest',
      async () => (await committed()) >= REQUESTS,
      WORKING_MS,
    );
    second.kill('SIGTERM');
    const { code, text } = await secondEnded;
    if (code !== 0) throw new Error(`the second worker ended with ${code}: ${text.slice(-300)}`);

    const verified = await ended(main(configFile, 'verify'));
    if (verified.code !== 0) throw new Error(`verify: ${verified.text.replaceAll('\n', ' / ')}`);
    return { killedAt: `${killedAt} of ${REQUESTS}`, result: `${REQUESTS * SPANS} spans, each one row` };
  } catch (error) {
    return { killedAt: '', result: `**failed**: ${error.message}` };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    admin?.disconnect();
    await reader?.disconnect().catch(() => undefined);
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const wanted = process.argv.slice(2);
const rows = [];
for (const version of wanted.length > 0 ? wanted : VERSIONS) {
  process.stdout.write(`Kafka ${version} …\n`);
  const { killedAt, result } = await tryRelease(version);
  rows.push([version, hasKraft(version) ? 'KRaft' : 'ZooKeeper', killedAt, result]);
  process.stdout.write(`  ${rows.at(-1).join(', ')}\n`);
}
const columns = [
  'Kafka',
  'runs with',
  'records committed when the worker was killed',
  'after the second worker',
];
for (const row of [columns, columns.map(() => '---'), ...rows])
  process.stdout.write(`| ${row.join(' | ')} |\n`);
process.exit(rows.some(([, , , result]) => result.startsWith('**')) ? 1 : 0);
