import { routedTopics } from './rules/routes.js';
import type { Config } from './schema.js';

/** A topic that otelrows writes to, how it is created, and where that is configured. */
export interface OutputTopic {
  /** The config section of the topic, such as `metrics.gauge.topic`; null for one that only rules name. */
  section: string | null;
  /** The settings that name it. */
  namedBy: string;
  name: string;
  /** What its rows are made of; `null` for dead letters, which are of any input. */
  signal: Signal | null;
  create: boolean;
  /** -1 = the brokers' default, `null` = as many as the input. */
  num_partitions: number | null;
  /** -1 = the brokers' default. */
  replication_factor: number;
  /** Topic configs by their names in Kafka. */
  config: Readonly<Record<string, string>>;
  /** Which setting decides: that of this topic, or the one for all. */
  decidedBy: Readonly<Record<'create' | 'num_partitions' | 'replication_factor', string>>;
}

type Signal = Exclude<Config['inputs'][number]['signal'], 'auto'>;

/** The sections of `metrics` that are a kind of row. */
export const METRIC_SECTIONS = [
  'sum',
  'gauge',
  'histogram',
  'exponential_histogram',
  'summary',
] as const satisfies readonly (keyof Config['metrics'])[];

/** What brokers take for one batch unless they or the topic are told otherwise (`message.max.bytes`). */
const BATCH_BYTES_DEFAULT = 1_048_588;
/** Room for headers and framing, which brokers count and `producer.max_message_bytes` does not: what its default leaves. */
const FRAMING_BYTES = 48_588;

/**
 * The topics that will be written to: those of the row kinds that are switched on and that some input can make, and the
 * one for dead letters.
 */
export function outputTopics(config: Config): OutputTopic[] {
  const read = new Set(config.inputs.map(({ signal }) => signal));
  return [
    ...enabledKinds(config)
      .filter(({ signal }) => read.has(signal) || read.has('auto'))
      .map(({ section, signal, topic }) => toOutput(config, `${section}.topic`, signal, topic)),
    ...routedOutputs(config).filter(({ signal }) => read.has(signal) || read.has('auto')),
    toOutput(config, 'dead_letter.topic', null, config.dead_letter.topic),
  ];
}

/** The topics to which rules send rows, each once. They are created as `output_topics` says. */
function routedOutputs(config: Config): (OutputTopic & { signal: Signal })[] {
  const { create, num_partitions, replication_factor, config: own } = config.output_topics;
  const enabled = new Set(enabledKinds(config).map(({ kind }) => kind));
  const byName = new Map(
    routedTopics(config)
      .filter(({ kind }) => enabled.has(kind))
      .map(({ path, topic, kind }) => [
        topic,
        {
          section: null,
          namedBy: path,
          name: topic,
          signal: kind === 'traces' || kind === 'logs' ? kind : ('metrics' as const),
          create,
          num_partitions,
          replication_factor,
          config: topicConfig(config.producer.max_message_bytes, own),
          decidedBy: {
            create: 'output_topics.create',
            num_partitions: 'output_topics.num_partitions',
            replication_factor: 'output_topics.replication_factor',
          },
        },
      ]),
  );
  return [...byName.values()];
}

/** The encodings of the kinds of rows that are switched on. */
export function enabledEncodings(
  config: Pick<Config, 'traces' | 'logs' | 'metrics'>,
): Set<Config['traces']['encoding']> {
  return new Set(enabledKinds(config).map(({ encoding }) => encoding));
}

function enabledKinds({ traces, logs, metrics }: Pick<Config, 'traces' | 'logs' | 'metrics'>) {
  const kinds = [
    { kind: 'traces' as const, section: 'traces', signal: 'traces' as const, ...traces },
    { kind: 'logs' as const, section: 'logs', signal: 'logs' as const, ...logs },
    ...METRIC_SECTIONS.map(kind => ({
      kind,
      section: `metrics.${kind}`,
      signal: 'metrics' as const,
      ...metrics[kind],
    })),
  ];
  return kinds.filter(({ enabled }) => enabled);
}

function toOutput(
  { output_topics, producer }: Config,
  section: string,
  signal: Signal | null,
  own: Config['dead_letter']['topic'],
): OutputTopic {
  const decidedBy = (key: 'create' | 'num_partitions' | 'replication_factor') =>
    own[key] === null ? `output_topics.${key}` : `${section}.${key}`;
  return {
    section,
    namedBy: `${section}.name`,
    name: own.name,
    signal,
    create: own.create ?? output_topics.create,
    num_partitions: own.num_partitions ?? output_topics.num_partitions,
    replication_factor: own.replication_factor ?? output_topics.replication_factor,
    config: topicConfig(producer.max_message_bytes, { ...output_topics.config, ...own.config }),
    decidedBy: {
      create: decidedBy('create'),
      num_partitions: decidedBy('num_partitions'),
      replication_factor: decidedBy('replication_factor'),
    },
  };
}

/**
 * Brokers may compact by default, and of the rows of one key only the last would be left. A topic that takes less than the
 * producer sends would make dead letters of large rows.
 */
function topicConfig(messageBytesMax: number, written: Record<string, unknown>): Record<string, string> {
  const batchBytes = messageBytesMax + FRAMING_BYTES;
  return {
    'cleanup.policy': 'delete',
    ...(batchBytes > BATCH_BYTES_DEFAULT ? { 'max.message.bytes': String(batchBytes) } : {}),
    ...Object.fromEntries(Object.entries(written).map(([name, value]) => [name, String(value)])),
  };
}
