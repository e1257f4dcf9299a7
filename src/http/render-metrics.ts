import { AggregatorRegistry, Registry } from 'prom-client';
import { addPulled, type Sample } from '../observe/create-metric.js';
import { RUN_METRICS } from '../observe/metric-list.js';
import type { MetricValues } from '../observe/worker-metrics.js';
import type { WorkerHealth } from './health.js';
import type { RunMetrics } from './status.js';

/**
 * The metrics of all workers of a run as Prometheus' text: those of the workers added up, each as its aggregator says,
 * and those about them. What cannot be added up is that of the first process.
 */
export async function renderMetrics(
  workers: readonly WorkerHealth[],
  { others, workers: ofWorkers }: RunMetrics,
  version: string,
): Promise<string> {
  const about = new Registry();
  const pulls: Record<keyof typeof RUN_METRICS, () => Sample[]> = {
    otelrows_build_info: () => [{ value: 1, labels: { version, node_version: process.version } }],
    otelrows_workers: () => [{ value: workers.length }],
    otelrows_worker_up: () => workers.map(worker => of(worker, worker.pid !== null)),
    otelrows_worker_healthy: () => workers.map(worker => of(worker, worker.healthy)),
    otelrows_worker_ready: () => workers.map(worker => of(worker, worker.ready)),
    otelrows_worker_restarts_total: () => workers.map(worker => of(worker, worker.restarts)),
  };
  for (const [name, pull] of Object.entries(pulls))
    addPulled(about, name, RUN_METRICS[name as keyof typeof RUN_METRICS], pull);
  return AggregatorRegistry.aggregate([
    await about.getMetricsAsJSON(),
    ...[...others, ...ofWorkers].map(firstInsteadOfNone),
  ]).metrics();
}

function of({ worker }: WorkerHealth, value: number | boolean): Sample {
  return { value: Number(value), labels: { worker: String(worker) } };
}

/** prom-client leaves out what cannot be added up, such as the start time of the process. */
function firstInsteadOfNone(values: MetricValues): MetricValues {
  return values.map(metric => (metric.aggregator === 'omit' ? { ...metric, aggregator: 'first' } : metric));
}
