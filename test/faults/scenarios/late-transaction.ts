import type { Pipeline } from '../pipeline.js';
import type { ApiName } from '../proxy/frames.js';
import { heldWithin } from '../proxy/held-within.js';
import type { Scenario, ScenarioRun } from '../scenario.js';
import { inPipelines } from './in-pipelines.js';

const WORKERS = 2;
const TRANSACTION_TIMEOUT_MS = 5_000;
const HELD_TIMEOUT_MS = 90_000;
const MOVE_TIMEOUT_MS = 180_000;
/** Steps of a transaction; each answer can be the one that is late. */
const STEPS: readonly [ApiName, ...ApiName[]] = [
  'produce',
  'addPartitionsToTxn',
  'addOffsetsToTxn',
  'txnOffsetCommit',
  'endTxn',
];

/** A transaction stays open for one and a half times its time-out, so the coordinator aborts it under the worker. */
export const lateTransaction: Scenario = {
  name: 'late-transaction',
  title: 'transaction held past its time-out, at each of its steps',
  counts: { published: 20, short: 2 },
  unit: 'times',
  run: run =>
    inPipelines(run, {
      workers: WORKERS,
      settings: { producer: { transaction_timeout_ms: TRANSACTION_TIMEOUT_MS } },
      once: holdOnce,
    }),
};

async function holdOnce(run: ScenarioRun, pipeline: Pipeline): Promise<void> {
  const { random } = pipeline;
  const slot = random.integer(0, WORKERS - 1);
  const api = random.pick(STEPS);
  const holdMs = 1.5 * TRANSACTION_TIMEOUT_MS;
  const step = {
    api,
    direction: random.pick(['request', 'response'] as const),
    containing: pipeline.transactionalId(slot),
    holdMs,
  };
  const held = await heldWithin(run.cluster.proxy, step, HELD_TIMEOUT_MS);
  if (!held) return run.problem(`${pipeline.name}: no ${api} of worker ${slot + 1} came by`);
  run.fault(`${api} held`, { worker: slot, holdMs }, pipeline);
  if (!(await pipeline.untilEachPartitionMoved(MOVE_TIMEOUT_MS))) {
    run.problem(
      `${pipeline.name}: some partition had no commit in ${MOVE_TIMEOUT_MS / 1000} s after a held ${api}`,
    );
  }
}
