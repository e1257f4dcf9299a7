import type { Config } from './schema.js';

/** A topic that otelrows writes to, and where it is configured. */
export interface OutputTopic {
  /** The config section of the topic, such as `metrics.gauge.topic`. */
  section: string;
  name: string;
  create: boolean;
  /** -1 = the broker's default. */
  num_partitions: number;
  /** -1 = the broker's default. */
  replication_factor: number;
}

/** The sections of `metrics` that are a kind of row. */
export const METRIC_SECTIONS = [
  'sum',
  'gauge',
  'histogram',
  'exponential_histogram',
  'summary',
] as const satisfies readonly (keyof Config['metrics'])[];

/** The topics that will be written to: those of the row kinds that are switched on, and the one for dead letters. */
export function outputTopics(config: Config): OutputTopic[] {
  return [
    ...enabledKinds(config).map(({ section, topic }) => ({ section: `${section}.topic`, ...topic })),
    { section: 'dead_letter.topic', ...config.dead_letter.topic },
  ];
}

/** The topics whose messages hold several rows. */
export function lineTopics(config: RowSections): Set<string> {
  return new Set(
    enabledKinds(config).flatMap(({ encoding, topic }) => (encoding === 'json_lines' ? [topic.name] : [])),
  );
}

type RowSections = Pick<Config, 'traces' | 'logs' | 'metrics'>;

function enabledKinds({ traces, logs, metrics }: RowSections) {
  const kinds = [
    { section: 'traces', ...traces },
    { section: 'logs', ...logs },
    ...METRIC_SECTIONS.map(kind => ({ section: `metrics.${kind}`, ...metrics[kind] })),
  ];
  return kinds.filter(({ enabled }) => enabled);
}
