import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Config } from '../../src/config/schema.js';
import type {
  InputRecord,
  KafkaAdmin,
  NextOffset,
  TopicPartition,
  TopicReader,
} from '../../src/kafka/ports.js';
import type { Signal } from '../../src/transform/decode/otlp.js';
import type { VerifyReport } from '../../src/verify/report.js';
import { type Build, loadBuild, type VerifyBuild } from './build.js';
import { type Encoding, makeInput } from './inputs.js';

const SIGNALS = ['traces', 'logs', 'metrics'] as const;
const INPUT = 'input';

/**
 * Measures the comparison of `otelrows verify` alone: records and their rows come from memory, and nothing of the Kafka
 * client is in the figures.
 */
export async function benchVerify(args: string[]): Promise<void> {
  const { values: options } = parseArgs({
    args,
    options: {
      signal: { type: 'string', multiple: true, default: [...SIGNALS] },
      encoding: { type: 'string', default: 'otlp_proto' },
      items: { type: 'string', default: '200000' },
      rounds: { type: 'string', default: '3' },
      against: { type: 'string' },
    },
  });
  const builds = [{ name: 'this', build: await loadBuild(resolve('dist')) }];
  if (options.against !== undefined) {
    builds.push({ name: 'against', build: await loadBuild(resolve(options.against)) });
  }
  const itemCount = Number(options.items);
  for (const signal of options.signal as Signal[]) {
    const micros = builds.map((): number[] => []);
    const topics = fill(builds[0]?.build as Build, signal, options.encoding as Encoding, itemCount);
    for (let round = 0; round < Number(options.rounds); round += 1) {
      for (const [index, { build }] of builds.entries()) {
        micros[index]?.push((await cpuMicros(build, signal, topics)) / itemCount);
      }
    }
    for (const [index, { name }] of builds.entries()) {
      const sorted = (micros[index] ?? []).toSorted((a, b) => a - b);
      const median = sorted[sorted.length >> 1] ?? 0;
      const perSecond = Math.round(1_000_000 / median).toLocaleString('en-US');
      process.stdout.write(
        `${signal.padEnd(8)} ${name.padEnd(8)} ${median.toFixed(2)} µs of CPU time per item, ${perSecond} items per CPU second\n`,
      );
    }
  }
}

type Topics = ReadonlyMap<string, readonly InputRecord[]>;

function configOf(build: Build, signal: Signal): Config {
  const config = build.defaultConfig();
  config.inputs = [{ topic: INPUT, signal, encoding: 'auto', framing: 'auto' }];
  const { gauge, sum, histogram, exponential_histogram, summary } = config.metrics;
  for (const kind of [gauge, sum, histogram, exponential_histogram, summary]) kind.enabled = true;
  return config;
}

/** The records, and in the output topics what they become. */
function fill(build: Build, signal: Signal, encoding: Encoding, itemCount: number): Topics {
  const { records } = makeInput(build, signal, encoding, { itemCount, requestItems: 100, seed: 1 });
  const transform = build.createTransform(configOf(build, signal));
  const topics = new Map<string, InputRecord[]>([[INPUT, []]]);
  const add = (topic: string, key: Buffer | null, value: Buffer): void => {
    const all = topics.get(topic) ?? [];
    topics.set(topic, all);
    all.push({ topic, partition: 0, offset: all.length, key, value, headers: [], timestampMs: null });
  };
  for (const record of records) {
    add(INPUT, null, record);
    for (const { topic, key, value } of transform(signal, encoding, record).messages) add(topic, key, value);
  }
  return topics;
}

/** CPU time of the whole process, garbage collection included. @throws Error when the sides do not agree. */
async function cpuMicros(build: VerifyBuild, signal: Signal, topics: Topics): Promise<number> {
  const started = process.cpuUsage();
  const report: VerifyReport = await build.verify(
    {
      config: configOf(build, signal),
      ...inMemory(topics),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    },
    {
      inputs: [],
      outputs: [],
      identity: 'item',
      group: null,
      fromMs: null,
      examplesMax: 5,
      tempDir: tmpdir(),
    },
  );
  const { user, system } = process.cpuUsage(started);
  if (!report.balanced) throw new Error(`the rows of ${signal} do not agree: ${JSON.stringify(report)}`);
  return user + system;
}

function inMemory(topics: Topics): { admin: KafkaAdmin; reader: TopicReader } {
  const endOf = ({ topic }: TopicPartition) => topics.get(topic)?.length ?? 0;
  const admin: Pick<KafkaAdmin, 'topicNames' | 'describeTopic' | 'offsetsAt'> = {
    topicNames: async () => [...topics.keys()],
    describeTopic: async topic =>
      topics.has(topic)
        ? {
            topic,
            partitions: [{ partition: 0, leader: 1, replicas: 1, inSyncReplicas: 1 }],
            allowed: null,
          }
        : null,
    offsetsAt: async (place, partitions) =>
      partitions.map(at => ({ ...at, offset: place === 'end' || place === 'stable_end' ? endOf(at) : 0 })),
  };
  let reading: NextOffset[] = [];
  const reader: TopicReader = {
    assign: positions => {
      reading = positions.map(position => ({ ...position }));
    },
    poll: async recordsMax => {
      const [at] = reading;
      if (!at) return { records: [], ends: [] };
      const records = (topics.get(at.topic) ?? []).slice(at.offset, at.offset + recordsMax);
      at.offset += records.length;
      if (records.length > 0) return { records, ends: [] };
      reading.shift();
      return { records, ends: [at] };
    },
    release: partitions => {
      reading = reading.filter(({ topic }) => !partitions.some(released => released.topic === topic));
    },
    committed: async () => [],
    disconnect: async () => undefined,
  };
  return { admin: admin as KafkaAdmin, reader };
}
