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
export function outputTopics({ traces, logs, metrics, dead_letter }: Config): OutputTopic[] {
  const kinds = [
    { section: 'traces', ...traces },
    { section: 'logs', ...logs },
    ...METRIC_SECTIONS.map(kind => ({ section: `metrics.${kind}`, ...metrics[kind] })),
  ];
  return [
    ...kinds
      .filter(({ enabled }) => enabled)
      .map(({ section, topic }) => ({ section: `${section}.topic`, ...topic })),
    { section: 'dead_letter.topic', ...dead_letter.topic },
  ];
}
