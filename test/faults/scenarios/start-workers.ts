import type { Pipeline } from '../pipeline.js';
import type { ScenarioRun } from '../scenario.js';
import { START_TIMEOUT_MS, until } from '../until.js';

/**
 * Starts so many workers. @returns whether each has started in that time, and one of them has committed something; if not, that
 * is a problem of the run.
 */
export async function startWorkers(
  pipeline: Pipeline,
  count: number,
  problem: ScenarioRun['problem'],
  timeoutMs = START_TIMEOUT_MS,
): Promise<boolean> {
  for (let slot = 0; slot < count; slot += 1) pipeline.fleet.start(slot);
  const { workers } = pipeline.fleet;
  const started =
    (await pipeline.untilMoved(timeoutMs)) &&
    (await until(() => workers.slice(0, count).every(worker => Boolean(worker?.instance)), timeoutMs));
  if (!started) problem(`${pipeline.name}: the workers did not start`);
  return started;
}
