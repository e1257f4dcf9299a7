import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startJavaKafka } from '../../../src/demo/broker/java-kafka.js';
import type { KafkaBenchCommand } from './command-line.js';
import { type Cores, moveTo } from './cores.js';

export interface BenchBroker {
  brokers: string;
  /** Bytes that the topics take in the broker's log, or null where that cannot be seen. */
  logBytes(topics: readonly string[]): number | null;
  stop(): Promise<void>;
}

const HEAP_MB = 1500;

/** Retention looks every 5 minutes by default, in which a long run would fill the disk. */
const PROPERTIES = { 'log.retention.check.interval.ms': 10_000, 'message.max.bytes': 10_485_760 };

/** Brokers that were given, or real Kafka by Java on all cores but the worker's. */
export async function startBenchBroker(
  { brokers, dataDir }: Pick<KafkaBenchCommand, 'brokers' | 'dataDir'>,
  cores: Cores,
): Promise<BenchBroker> {
  if (brokers !== null) return { brokers, logBytes: () => null, stop: async () => {} };
  moveTo(cores.others); // What is started begins where this process is.
  const kafka = await startJavaKafka({
    compiledWell: true,
    heapMbMax: HEAP_MB,
    properties: PROPERTIES,
    ...(dataDir === null ? {} : { dataDir }),
  });
  moveTo(cores.all);
  const logDir = join(dirname(kafka.logFile(1)), 'data');
  return {
    brokers: kafka.brokers,
    logBytes: topics => topics.reduce((sum, topic) => sum + topicBytes(logDir, topic), 0),
    stop: () => kafka.stop(),
  };
}

/** The segments of all partitions, without their indexes. */
function topicBytes(logDir: string, topic: string): number {
  const partitions = readdirSync(logDir).filter(
    name => name.startsWith(`${topic}-`) && /^\d+$/.test(name.slice(topic.length + 1)),
  );
  return partitions
    .flatMap(name => readdirSync(join(logDir, name)).map(file => join(logDir, name, file)))
    .filter(file => file.endsWith('.log'))
    .reduce((sum, file) => sum + statSync(file).size, 0);
}
