import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The Kafka that the demo and the tests run; `deploy/setup/kafka/pom.xml` and `docker-compose.yml` name the same. */
export const KAFKA_VERSION = '4.1.0';

export const KAFKA_IMAGE = `apache/kafka:${KAFKA_VERSION}`;

/** Kafka 4 brokers refuse to start on anything older. */
const JAVA_MAJOR_MIN = 17;

/** Where the broker's jars are kept between runs. `deploy/setup/setup.mjs` fills it and knows the same path. */
export function kafkaJarsDir(): string {
  const cache =
    process.env['OTELROWS_CACHE'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'otelrows');
  return join(cache, `kafka-${KAFKA_VERSION}`);
}

export interface JavaKafkaFound {
  java: string;
  jarsDir: string;
}

/** What a Kafka broker by Java needs on this machine, or one sentence on what is missing. */
export function findJavaKafka(): JavaKafkaFound | { missing: string } {
  const jarsDir = kafkaJarsDir();
  if (!existsSync(join(jarsDir, `kafka_2.13-${KAFKA_VERSION}.jar`))) {
    return { missing: `no Kafka ${KAFKA_VERSION} jars in ${jarsDir}` };
  }
  const java = process.env['JAVA_HOME'] ? join(process.env['JAVA_HOME'], 'bin', 'java') : 'java';
  const major = javaMajor(java);
  if (major === undefined) return { missing: 'no Java' };
  if (major < JAVA_MAJOR_MIN)
    return { missing: `Java ${major}, where Kafka needs ${JAVA_MAJOR_MIN} or newer` };
  return { java, jarsDir };
}

function javaMajor(java: string): number | undefined {
  try {
    const version = execFileSync(java, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number(/\d+/.exec(version)?.[0]);
  } catch {
    // Not installed, or Java 8, which does not know `--version`.
    return undefined;
  }
}
