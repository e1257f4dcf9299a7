import type { Pipeline } from '../pipeline.js';
import { heldWithin } from '../proxy/held-within.js';
import type { Scenario, ScenarioRun } from '../scenario.js';
import { inPipelines } from './in-pipelines.js';

const WORKERS = 2;
const HELD_TIMEOUT_MS = 90_000;
const DELAY_MS_MIN = 5_000;
const DELAY_MS_MAX = 60_000;
const BRIEF_DELAY_MS_MAX = 15_000;
const MOVE_TIMEOUT_MS = 180_000;

/**
 * The end of a transaction is late: the answer, so that the worker does not know what became of it, or the request, so
 * that it arrives when the worker has long given it up and runs the next transaction (the shape of KAFKA-17754).
 */
export const delayedCommit: Scenario = {
  name: 'delayed-commit',
  title: 'commit request or response delayed 5 to 60 s while the next transaction runs',
  counts: { published: 20, short: 2 },
  unit: 'times',
  run: run =>
    inPipelines(run, {
      workers: WORKERS,
      settings: { producer: { transaction_timeout_ms: 10_000 } },
      once: delayOnce,
    }),
};

async function delayOnce(run: ScenarioRun, pipeline: Pipeline): Promise<void> {
  const { random } = pipeline;
  const slot = random.integer(0, WORKERS - 1);
  const holdMs = random.integer(DELAY_MS_MIN, run.brief ? BRIEF_DELAY_MS_MAX : DELAY_MS_MAX);
  const direction = random.pick(['request', 'response'] as const);
  const containing = pipeline.transactionalId(slot);
  const endTxn = { api: 'endTxn', direction, containing, holdMs } as const;
  const held = await heldWithin(run.cluster.proxy, endTxn, HELD_TIMEOUT_MS);
  if (!held)
    return run.problem(
      `${pipeline.name}: no commit of worker ${slot + 1} came by within ${HELD_TIMEOUT_MS / 1000} s`,
    );
  run.fault(`commit ${direction} held`, { worker: slot, holdMs }, pipeline);
  const released = performance.now() + holdMs;
  // The next transactions, of this worker and of all others, while the old commit is still on its way.
  if (!(await pipeline.untilEachPartitionMoved(MOVE_TIMEOUT_MS))) {
    run.problem(
      `${pipeline.name}: some partition had no commit in ${MOVE_TIMEOUT_MS / 1000} s after a held commit`,
    );
  }
  await new Promise(resolve => setTimeout(resolve, Math.max(0, released - performance.now())));
}
