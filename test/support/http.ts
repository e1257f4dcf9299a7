import type { WorkerHealth } from '../../src/http/health.js';
import type { Status } from '../../src/http/status.js';
import { type MetricSample, parseMetrics } from './metrics-text.js';

/** What `/healthz` or `/readyz` of a run answers. */
export async function ask(
  url: string,
  path: '/healthz' | '/readyz',
): Promise<{ status: number; body: { status: string; workers: WorkerHealth[] } }> {
  const response = await fetch(`${url}${path}`);
  return {
    status: response.status,
    body: (await response.json()) as { status: string; workers: WorkerHealth[] },
  };
}

export async function scrape(url: string): Promise<MetricSample[]> {
  return parseMetrics(await (await fetch(`${url}/metrics`)).text());
}

/** What `/status` of a run answers. */
export async function readStatus(url: string): Promise<Status> {
  return (await (await fetch(`${url}/status`)).json()) as Status;
}
