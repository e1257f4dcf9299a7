import type { Config } from '../config/schema.js';
import type { RowKind } from '../tables/columns.js';
import { KEYS, type KeyOf } from './key.js';

/** Where the rows of one kind go. */
export interface Route {
  /** Whether rows of this kind are made at all. */
  readonly enabled: boolean;
  readonly topic: string;
  /** How its rows are written. */
  readonly encoding: Config['traces']['encoding'];
  readonly keyOf: KeyOf;
}

type Output = Pick<Config['traces'], 'enabled' | 'encoding'> & { topic: { name: string } };

/** The routes that `traces`, `logs` and `metrics` of the config describe. */
export function routesOf(settings: Pick<Config, 'traces' | 'logs' | 'metrics'>): Record<RowKind, Route> {
  const { traces, logs, metrics } = settings;
  const route = (output: Output, key: keyof typeof KEYS): Route => ({
    enabled: output.enabled,
    topic: output.topic.name,
    encoding: output.encoding,
    keyOf: KEYS[key],
  });
  return {
    traces: route(traces, traces.key),
    logs: route(logs, logs.key),
    gauge: route(metrics.gauge, metrics.key),
    sum: route(metrics.sum, metrics.key),
    histogram: route(metrics.histogram, metrics.key),
    exponential_histogram: route(metrics.exponential_histogram, metrics.key),
    summary: route(metrics.summary, metrics.key),
  };
}
