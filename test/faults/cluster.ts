import { freePorts } from '../../src/demo/broker/free-port.js';
import { type JavaKafka, type JavaKafkaOptions, startJavaKafka } from '../../src/demo/broker/java-kafka.js';
import { describePartitions, type PartitionState } from '../support/kafka-client.js';
import { coordinatingPartition } from './coordinating-partition.js';
import { type KafkaProxy, startKafkaProxy } from './proxy/kafka-proxy.js';
import { COSTLY_LOOK_INTERVAL_MS, until } from './until.js';

export const BROKER_COUNT = 3;
export const BROKER_IDS = [1, 2, 3] as const;
/** Few, so that a coordinator's fault hits many groups and transactional ids. */
const INTERNAL_PARTITIONS = 4;
const PROXIED = 'PROXIED';
const DESCRIBE_TIMEOUT_MS = 60_000;

/** Three brokers, each partition on all of them, and a proxy that stands between them and the workers. */
export interface Cluster {
  kafka: JavaKafka;
  /** Where the brokers' data is, when that was said at the start. */
  dataDir: string | null;
  /** Bootstrap addresses for the harness: not through the proxy. */
  brokers: string;
  /** Bootstrap addresses for the workers. */
  proxiedBrokers: string;
  proxy: KafkaProxy;
  leaderOf(topic: string, partition: number): Promise<number>;
  groupCoordinator(group: string): Promise<number>;
  transactionCoordinator(transactionalId: string): Promise<number>;
  /** Resolves when every replica of the topics and of the internal ones is in sync. @throws Error when it takes too long. */
  untilInSync(topics: readonly string[], timeoutMs: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * What the brokers' defaults would stretch a run by: they look for timed-out transactions every 10 s only, and refuse
 * sessions under 6 s (45 s for the `consumer` protocol).
 */
const PROPERTIES = {
  'min.insync.replicas': 2,
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1000,
  'group.min.session.timeout.ms': 1000,
  'group.consumer.min.session.timeout.ms': 1000,
  'group.consumer.session.timeout.ms': 6000,
  'group.consumer.min.heartbeat.interval.ms': 500,
  'group.consumer.heartbeat.interval.ms': 1000,
  'offsets.topic.num.partitions': INTERNAL_PARTITIONS,
  'transaction.state.log.num.partitions': INTERNAL_PARTITIONS,
};

export type ClusterOptions = Pick<JavaKafkaOptions, 'dataDir'>;

export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const listenPorts = await freePorts(BROKER_COUNT);
  const kafka = await startJavaKafka({
    ...options,
    brokers: BROKER_COUNT,
    properties: PROPERTIES,
    listeners: [{ name: PROXIED, protocol: 'PLAINTEXT', advertisedPorts: listenPorts }],
  });
  const targets = (kafka.listeners[PROXIED] ?? '').split(',').map(address => Number(address.split(':')[1]));
  const proxy = await startKafkaProxy(
    listenPorts.map((listenPort, index) => ({ listenPort, targetPort: targets[index] ?? 0 })),
  );

  const partitionsOf = async (topic: string): Promise<PartitionState[]> => {
    let found: PartitionState[] = [];
    const described = await until(
      async () => {
        found = await describePartitions(kafka.brokers, topic).catch(() => []);
        return found.length > 0;
      },
      DESCRIBE_TIMEOUT_MS,
      COSTLY_LOOK_INTERVAL_MS,
    );
    if (!described) throw new Error(`no broker describes ${topic}`);
    return found;
  };
  const leaderOf = async (topic: string, partition: number): Promise<number> => {
    let leader: number | null = null;
    await until(
      async () => {
        const found = await partitionsOf(topic);
        leader = found.find(candidate => candidate.partition === partition)?.leader ?? null;
        return leader !== null;
      },
      DESCRIBE_TIMEOUT_MS,
      COSTLY_LOOK_INTERVAL_MS,
    );
    if (leader === null) throw new Error(`${topic}-${partition} has no leader`);
    return leader;
  };
  return {
    kafka,
    dataDir: options.dataDir ?? null,
    brokers: kafka.brokers,
    proxiedBrokers: listenPorts.map(port => `127.0.0.1:${port}`).join(','),
    proxy,
    leaderOf,
    groupCoordinator: group =>
      leaderOf('__consumer_offsets', coordinatingPartition(group, INTERNAL_PARTITIONS)),
    transactionCoordinator: id =>
      leaderOf('__transaction_state', coordinatingPartition(id, INTERNAL_PARTITIONS)),
    untilInSync: async (topics, timeoutMs) => {
      const all = ['__consumer_offsets', '__transaction_state', ...topics];
      const inSync = await until(
        async () => {
          const states = (await Promise.all(all.map(partitionsOf))).flat();
          return states.every(({ inSyncCount, leader }) => inSyncCount === BROKER_COUNT && leader !== null);
        },
        timeoutMs,
        COSTLY_LOOK_INTERVAL_MS,
      );
      if (!inSync) throw new Error(`replicas were not in sync again after ${timeoutMs / 1000} s`);
    },
    stop: async () => {
      await proxy.close();
      await kafka.stop();
    },
  };
}
