import type { Pipeline } from '../pipeline.js';
import type { ScenarioRun } from '../scenario.js';
import { START_TIMEOUT_MS } from '../until.js';

/** Starts so many workers. @returns whether they have committed something in that time; if not, that is a problem of the run. */
export async function startWorkers(
  pipeline: Pipeline,
  count: number,
  problem: ScenarioRun['problem'],
  timeoutMs = START_TIMEOUT_MS,
): Promise<boolean> {
  for (let slot = 0; slot < count; slot += 1) pipeline.fleet.start(slot);
  const started = await pipeline.untilMoved(timeoutMs);
  if (!started) problem(`${pipeline.name}: the workers did not start`);
  return started;
}
