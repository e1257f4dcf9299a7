import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { MetricDefinition } from './metric-list.js';

/** A value and its labels. */
export interface Sample {
  value: number;
  labels?: Record<string, string>;
}

/** Adds a counter or gauge whose values are asked for when the metrics are: keeping them costs nothing in between. */
export function addPulled(
  registry: Registry,
  name: string,
  { type, help, labels = [], aggregator }: MetricDefinition,
  pull: () => readonly Sample[],
): void {
  const options = {
    name,
    help: plain(help),
    labelNames: [...labels],
    registers: [registry],
    ...(aggregator ? { aggregator } : {}),
  };
  if (type === 'counter') {
    new Counter({
      ...options,
      collect() {
        this.reset();
        for (const { value, labels = {} } of pull()) this.inc(labels, value);
      },
    });
  } else {
    new Gauge({
      ...options,
      collect() {
        // Also what keeps a series from staying when its partition has gone.
        this.reset();
        for (const { value, labels = {} } of pull()) this.set(labels, value);
      },
    });
  }
}

export function addHistogram(
  registry: Registry,
  name: string,
  { help, buckets = [] }: MetricDefinition,
): Histogram {
  return new Histogram({ name, help: plain(help), buckets: [...buckets], registers: [registry] });
}

function plain(markdown: string): string {
  return markdown.replaceAll('`', '');
}
