import { Fatal } from '../../errors.js';
import type { Kafka } from '../../kafka/ports.js';
import { BROKER_KINDS, type BrokerKind } from './broker-kind.js';
import { containerKafkaIsReady, startContainerKafka } from './container-kafka.js';
import { startJavaKafka } from './java-kafka.js';
import { findJavaKafka, KAFKA_IMAGE, KAFKA_VERSION } from './kafka-release.js';

/** The mock forgets the oldest records of a partition beyond 5 MiB, read or not. So many spans and their rows fit. */
const MOCK_SPANS_MAX = 5_000;

export interface DemoBroker {
  kind: BrokerKind | 'given';
  /** `host:port`, joined by commas. */
  brokers: string;
  /** What it is, for people. */
  title: string;
  /** Set where only so much telemetry can be sent. */
  spansMax?: number;
  /** Set where topics cannot be created in the usual way. */
  createTopic?(topic: string): Promise<void>;
  stop(): Promise<void>;
}

export interface BrokerWish {
  /** Addresses of brokers to use, `host:port` joined by commas. */
  brokers?: string;
  /** Only this kind; otherwise the best that works. */
  kind?: BrokerKind;
  signal: AbortSignal;
  /** Has the mock cluster. */
  kafka: Pick<Kafka, 'startMockCluster'>;
}

/**
 * The best broker at hand: given ones, real Kafka by Java, as a container, else the client's mock cluster.
 *
 * @param passedOver is told why a better one could not be had.
 * @throws Fatal when the kind that was asked for cannot be had.
 */
export async function startBestBroker(
  { brokers, kind, signal, kafka }: BrokerWish,
  passedOver: (reason: string) => void,
): Promise<DemoBroker> {
  if (brokers !== undefined)
    return { kind: 'given', brokers, title: 'the brokers you gave', stop: async () => {} };
  for (const candidate of kind ? [kind] : BROKER_KINDS) {
    try {
      return await STARTERS[candidate](signal, kafka);
    } catch (error) {
      signal.throwIfAborted();
      const reason = `${NAMES[candidate]}: ${(error as Error).message}`;
      if (kind) throw new Fatal(reason);
      passedOver(reason);
    }
  }
  throw new Fatal('No broker could be started.');
}

const NAMES: Record<BrokerKind, string> = {
  java: 'Kafka by Java',
  container: 'Kafka as a container',
  mock: 'mock cluster',
};

type Starter = (signal: AbortSignal, kafka: BrokerWish['kafka']) => Promise<DemoBroker>;

const STARTERS: Record<BrokerKind, Starter> = {
  java: async signal => {
    const found = findJavaKafka();
    if ('missing' in found) throw new Error(found.missing);
    return {
      kind: 'java',
      title: `Apache Kafka ${KAFKA_VERSION}, run by Java`,
      ...(await startJavaKafka({ signal })),
    };
  },
  container: async signal => {
    if (!(await containerKafkaIsReady())) throw new Error(`no Docker engine that has ${KAFKA_IMAGE}`);
    return {
      kind: 'container',
      title: `Apache Kafka ${KAFKA_VERSION}, as a container`,
      ...(await startContainerKafka(signal)),
    };
  },
  mock: async (_signal, kafka) => ({
    kind: 'mock',
    title: "the Kafka client's mock cluster",
    spansMax: MOCK_SPANS_MAX,
    ...(await kafka.startMockCluster()),
  }),
};
