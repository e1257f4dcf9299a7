import { randomBytes } from 'node:crypto';
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';
import { inject } from 'vitest';
import { containerEnvironment } from '../../src/demo/broker/container-environment.js';
import { freePorts } from '../../src/demo/broker/free-port.js';
import { startJavaKafka } from '../../src/demo/broker/java-kafka.js';
import { KAFKA_IMAGE } from '../../src/demo/broker/kafka-release.js';

export interface RunningBroker {
  kind: string;
  /** `host:port`, joined by commas. */
  brokers: string;
  stop(): Promise<void>;
}

/** Bootstrap address of the broker that this test run shares. Topics and groups on it need names of their own. */
export function testBroker(): string {
  return inject('kafkaBrokers');
}

/** A topic or group name that no other test has: `spans` becomes `spans-3f9a1c07`. */
export function uniqueName(stem: string): string {
  return `${stem}-${randomBytes(4).toString('hex')}`;
}

/**
 * Real Kafka, by the first way that works here: the brokers in `OTELROWS_TEST_BROKERS`, a container where a Docker
 * engine has the image or can get it, else Kafka run by Java.
 *
 * @throws Error that names what is missing when there is no way.
 */
export async function startBestBroker(): Promise<RunningBroker> {
  const given = process.env['OTELROWS_TEST_BROKERS'];
  if (given) return { kind: 'OTELROWS_TEST_BROKERS', brokers: given, stop: async () => {} };
  if (await dockerAnswers()) {
    try {
      return await startContainer();
    } catch (error) {
      process.stdout.write(`No ${KAFKA_IMAGE} container (${String(error)}); running Kafka by Java instead\n`);
    }
  }
  return { kind: 'Apache Kafka by Java', ...(await startJavaKafka()) };
}

async function dockerAnswers(): Promise<boolean> {
  try {
    await getContainerRuntimeClient();
    return true;
  } catch {
    return false;
  }
}

async function startContainer(): Promise<RunningBroker> {
  const [port = 0] = await freePorts(1);
  const container = await new GenericContainer(KAFKA_IMAGE)
    .withEnvironment(containerEnvironment(port))
    .withExposedPorts({ container: port, host: port })
    .withWaitStrategy(Wait.forLogMessage('Kafka Server started'))
    .start();
  return {
    kind: `container of ${KAFKA_IMAGE}`,
    brokers: `127.0.0.1:${port}`,
    stop: async () => void (await container.stop()),
  };
}
