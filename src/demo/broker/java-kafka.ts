import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ExtraListener,
  type Properties,
  propertiesText,
  smallClusterProperties,
} from './broker-properties.js';
import { freePorts } from './free-port.js';
import { type GuardedOptions, type GuardedProcess, spawnGuarded } from './guarded-process.js';
import { findJavaKafka, type JavaKafkaFound } from './kafka-release.js';
import { startAndAwaitServing } from './until-serving.js';

const HOST = '127.0.0.1';
const START_ATTEMPTS_MAX = 3;
const STOP_GRACE_MS = 15_000;

export interface JavaKafkaOptions {
  /** Each broker is a process and a controller too. Default 1. */
  brokers?: 1 | 3;
  /** Port of the first broker's plain listener. Default: a free one. */
  port?: number;
  /** Kept at the end, and used again when it holds a broker's data. Default: a temporary folder, removed at the end. */
  dataDir?: string;
  /** Lines of `server.properties`, applied last, for every broker. */
  properties?: Properties;
  /** Listeners beside the plain one, on ports of their own; how clients authenticate there is said in `properties`. */
  listeners?: ExtraListener[];
  /** Users for SASL/SCRAM. */
  scramUsers?: { mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512'; name: string; password: string }[];
  heapMbMax?: number;
  /**
   * For a broker that is measured, or lives for hours. Others are compiled in a hurry and less well, which halves the CPU
   * time until they serve (2.1 s instead of 3.9): a machine with two cores starts three of them at once, many times.
   */
  compiledWell?: boolean;
  /** Ends a start that is no longer wanted. */
  signal?: AbortSignal;
}

export interface JavaKafka {
  /** Bootstrap addresses of the plain listeners, `host:port` joined by commas. */
  brokers: string;
  /** The same of each extra listener, by its name: where it listens, whatever it advertises. */
  listeners: Record<string, string>;
  /** What each broker logs, by node id from 1. */
  logFile(nodeId: number): string;
  /** For example SIGSTOP and SIGCONT. */
  signal(nodeId: number, signal: NodeJS.Signals): void;
  /** `kill -9`, and waits until the process is gone. Its data stays. */
  kill(nodeId: number): Promise<void>;
  /** A clean shutdown, which hands over what the broker led, and waits until the process is gone. */
  shutDown(nodeId: number): Promise<void>;
  /** Starts a broker that was ended again on its ports and data, and waits until it serves. */
  start(nodeId: number): Promise<void>;
  /** Ends every broker; a temporary data folder is removed. */
  stop(): Promise<void>;
}

/** What one broker process is made of. */
interface KafkaNode {
  id: number;
  dir: string;
  configFile: string;
  logFile: string;
  properties: Properties;
}

/**
 * Starts real Apache Kafka (KRaft, no Docker) on loopback ports and resolves when it serves requests.
 * The brokers end with this process, even when it is killed.
 *
 * @throws Error when Java or the jars are missing, or a broker ends instead of serving; the message ends with its log.
 */
export async function startJavaKafka(options: JavaKafkaOptions = {}): Promise<JavaKafka> {
  const found = findJavaKafka();
  if ('missing' in found) throw new Error(`Kafka cannot be run by Java here: ${found.missing}`);
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(found, options);
    } catch (error) {
      // Another process took a port between our look and the broker's start.
      const portTaken = /Address already in use|BindException/.test(String(error));
      if (!portTaken || options.port !== undefined || attempt === START_ATTEMPTS_MAX) throw error;
    }
  }
}

async function startOnce(found: JavaKafkaFound, options: JavaKafkaOptions): Promise<JavaKafka> {
  const dir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'otelrows-kafka-')));
  const scratchDir = options.dataDir === undefined ? dir : undefined;
  const processes = new Map<number, GuardedProcess>();
  const cluster = await layOutCluster(dir, options);
  const { nodes } = cluster;

  const nodeOf = (id: number): KafkaNode => {
    const node = nodes.find(candidate => candidate.id === id);
    if (!node) throw new Error(`No broker ${id}: there are 1 to ${nodes.length}`);
    return node;
  };
  const guardedBy = ({ logFile }: KafkaNode) => ({
    logFile,
    ...(scratchDir === undefined ? {} : { scratchDir }),
  });
  const start = async (id: number) => {
    const node = nodeOf(id);
    const command = javaCommand(found, options, node.dir, ['kafka.Kafka', node.configFile]);
    processes.set(
      id,
      await startAndAwaitServing(() => spawnGuarded(command, guardedBy(node)), node.logFile, options.signal),
    );
  };
  const end = async (id: number, signal: NodeJS.Signals) => {
    await processes.get(nodeOf(id).id)?.end(signal, STOP_GRACE_MS);
  };
  const stop = async () => {
    // Data that is thrown away needs no clean shutdown, which takes seconds.
    const signal = scratchDir === undefined ? 'SIGTERM' : 'SIGKILL';
    await Promise.all([...processes.values()].map(child => child.end(signal, STOP_GRACE_MS)));
    if (scratchDir !== undefined) await rm(scratchDir, { recursive: true, force: true, maxRetries: 5 });
  };

  try {
    const clusterId = (await knownClusterId(nodes)) ?? newClusterId();
    await Promise.all(nodes.map(node => formatStorage(found, options, node, clusterId, guardedBy(node))));
    const started = await Promise.allSettled(nodes.map(node => start(node.id)));
    for (const outcome of started) if (outcome.status === 'rejected') throw outcome.reason;
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    brokers: cluster.brokers,
    listeners: cluster.listeners,
    logFile: id => nodeOf(id).logFile,
    signal: (id, signal) => processes.get(nodeOf(id).id)?.signal(signal),
    kill: id => end(id, 'SIGKILL'),
    shutDown: id => end(id, 'SIGTERM'),
    start,
    stop,
  };
}

/** Gives each node its ports, folder and `server.properties`. */
async function layOutCluster(dir: string, options: JavaKafkaOptions) {
  const count = options.brokers ?? 1;
  const extras = options.listeners ?? [];
  const names = ['PLAINTEXT', 'CONTROLLER', ...extras.map(extra => extra.name)];
  const ports = await freePorts(count * names.length);
  if (options.port !== undefined) ports[0] = options.port;
  const address = (nodeIndex: number, name: string) =>
    `${HOST}:${ports[nodeIndex * names.length + names.indexOf(name)]}`;
  const indexes = Array.from({ length: count }, (_, index) => index);
  const bootstrap = (name: string) => indexes.map(index => address(index, name)).join(',');
  const listeners = (index: number) => names.map(name => `${name}://${address(index, name)}`);
  const advertised = (index: number) => [
    `PLAINTEXT://${address(index, 'PLAINTEXT')}`,
    ...extras.map(({ name, advertisedPorts }) => {
      const port = advertisedPorts?.[index];
      return `${name}://${port === undefined ? address(index, name) : `${HOST}:${port}`}`;
    }),
  ];

  const nodes = await Promise.all(
    indexes.map(async index => {
      const id = index + 1;
      const nodeDir = join(dir, `broker-${id}`);
      await mkdir(nodeDir, { recursive: true });
      const node: KafkaNode = {
        id,
        dir: nodeDir,
        configFile: join(nodeDir, 'server.properties'),
        logFile: join(nodeDir, 'broker.log'),
        properties: {
          'process.roles': 'broker,controller',
          'node.id': id,
          'controller.quorum.voters': indexes.map(i => `${i + 1}@${address(i, 'CONTROLLER')}`).join(','),
          'controller.listener.names': 'CONTROLLER',
          'inter.broker.listener.name': 'PLAINTEXT',
          listeners: listeners(index).join(','),
          'advertised.listeners': advertised(index).join(','),
          'listener.security.protocol.map': [
            'PLAINTEXT:PLAINTEXT',
            'CONTROLLER:PLAINTEXT',
            ...extras.map(extra => `${extra.name}:${extra.protocol ?? extra.name}`),
          ].join(','),
          'log.dirs': join(nodeDir, 'data'),
          ...smallClusterProperties(count),
          ...options.properties,
        },
      };
      await writeFile(node.configFile, propertiesText(node.properties));
      await writeFile(join(nodeDir, 'log4j2.properties'), LOG_CONFIG);
      return node;
    }),
  );
  return {
    nodes,
    brokers: bootstrap('PLAINTEXT'),
    listeners: Object.fromEntries(extras.map(extra => [extra.name, bootstrap(extra.name)])),
  };
}

/** That of a data folder from before: the storage tool refuses any other, also with `--ignore-formatted`. */
async function knownClusterId(nodes: readonly KafkaNode[]): Promise<string | undefined> {
  for (const { dir } of nodes) {
    const written = await readFile(join(dir, 'data', 'meta.properties'), 'utf8').catch(() => '');
    const found = /^cluster\.id=(.+)$/m.exec(written)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** 16 bytes as Kafka writes ids. One that began with a hyphen would be taken for an option by the storage tool. */
function newClusterId(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0);
  return bytes.toString('base64url');
}

/** Writes the cluster id and the SCRAM users into the data folder. A folder that has them already is left as it is. */
async function formatStorage(
  found: JavaKafkaFound,
  options: JavaKafkaOptions,
  node: KafkaNode,
  clusterId: string,
  guarded: GuardedOptions,
) {
  const users = (options.scramUsers ?? []).flatMap(user => [
    '--add-scram',
    `${user.mechanism}=[name=${user.name},password=${user.password}]`,
  ]);
  const args = ['format', '--ignore-formatted', '-t', clusterId, '-c', node.configFile, ...users];
  const tool = spawnGuarded(
    javaCommand(found, options, node.dir, ['kafka.tools.StorageTool', ...args]),
    guarded,
  );
  if ((await tool.ended) !== 0) {
    throw new Error(`Kafka could not format its data folder:\n${await readFile(guarded.logFile, 'utf8')}`);
  }
  options.signal?.throwIfAborted();
}

function javaCommand(
  found: JavaKafkaFound,
  options: JavaKafkaOptions,
  dir: string,
  main: string[],
): string[] {
  return [
    found.java,
    `-Xmx${options.heapMbMax ?? 512}m`,
    '-XX:+UseSerialGC',
    ...(options.compiledWell ? [] : ['-XX:TieredStopAtLevel=1']),
    `-Dlog4j2.configurationFile=${join(dir, 'log4j2.properties')}`,
    '-cp',
    join(found.jarsDir, '*'),
    ...main,
  ];
}

/**
 * The markers of a transaction that a partition refuses are sent again without a pause. With a line and a stack trace for each,
 * brokers wrote a gigabyte of log a minute, so those two are silent.
 */
const LOG_CONFIG = `
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss.SSS} %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
logger.transactions.name = kafka.coordinator.transaction
logger.transactions.level = info
logger.markers.name = kafka.coordinator.transaction.TransactionMarkerRequestCompletionHandler
logger.markers.level = warn
logger.replicas.name = kafka.server.ReplicaManager
logger.replicas.level = fatal
`;
