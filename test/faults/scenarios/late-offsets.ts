import { setTimeout as sleep } from 'node:timers/promises';
import type { Pipeline } from '../pipeline.js';
import { heldWithin } from '../proxy/held-within.js';
import type { Scenario, ScenarioRun } from '../scenario.js';
import { until } from '../until.js';
import { inPipelines } from './in-pipelines.js';

const WORKERS = 2;
const HELD_TIMEOUT_MS = 90_000;
/** Longer than the client waits before it asks again on another connection, with time for transactions in between. */
const DELAY_MS_MIN = 8_000;
const DELAY_MS_MAX = 20_000;
const BRIEF_DELAY_MS_MAX = 11_000;
/** Less than what the worker itself takes for long: the transaction shall be open, not in doubt. */
const OPEN_MS = 2_000;
const MOVE_TIMEOUT_MS = 180_000;
/** Not retriable, and no reason for another producer: the client asks for an abort. */
const ILLEGAL_GENERATION = 22;

/**
 * The offsets of a transaction are late, the client asks again and is refused, so the batch is aborted and done again. The
 * first request then arrives while a later transaction has its offsets already and is about to be committed: it would put
 * them back. The worker is killed before it can commit others, so that its successor reads from those that are committed.
 */
export const lateOffsets: Scenario = {
  name: 'late-offsets',
  title: 'offsets of an aborted batch delayed 8 to 20 s, into the end of a later transaction, then `kill -9`',
  counts: { published: 20, short: 2 },
  unit: 'times',
  run: run =>
    inPipelines(run, {
      workers: WORKERS,
      settings: { producer: { transaction_timeout_ms: 10_000 } },
      once: (run, pipeline) => delayOnce(run, pipeline),
    }),
};

/** On a busy machine a client may take longer to ask again than its request is held, and then nothing has come of it. */
const TRIES_MAX = 4;

async function delayOnce(run: ScenarioRun, pipeline: Pipeline, tries = 1): Promise<void> {
  const { random, fleet } = pipeline;
  const { proxy } = run.cluster;
  const slot = random.integer(0, WORKERS - 1);
  const holdMs = random.integer(DELAY_MS_MIN, run.brief ? BRIEF_DELAY_MS_MAX : DELAY_MS_MAX);
  const containing = pipeline.transactionalId(slot);
  const offsets = { api: 'txnOffsetCommit', containing } as const;
  const name = `${pipeline.name}: worker ${slot + 1}`;
  if (!(await heldWithin(proxy, { ...offsets, direction: 'request', holdMs }, HELD_TIMEOUT_MS)))
    return run.problem(`${name} added no offsets within ${HELD_TIMEOUT_MS / 1000} s`);
  const arrives = performance.now() + holdMs;
  run.fault('offsets held', { worker: slot, holdMs }, pipeline);
  const refused = proxy.refuseNext({ ...offsets, errorCode: ILLEGAL_GENERATION });
  if (!(await within(refused, holdMs))) {
    if (tries < TRIES_MAX) return delayOnce(run, pipeline, tries + 1);
    return run.problem(`${name} did not ask for its offsets again, ${tries} times`);
  }
  run.fault('offsets refused', { worker: slot }, pipeline);
  await sleep(arrives - performance.now() - OPEN_MS / 2);
  const end = { api: 'endTxn', containing, direction: 'request', holdMs: OPEN_MS } as const;
  // A worker that has nothing to do just then has no transaction for the late request to meet.
  const met = await heldWithin(proxy, end, OPEN_MS);
  const ends = performance.now() + OPEN_MS;
  run.measure('met an open transaction', met ? 1 : 0);
  // The commit arrives all the same. A later one would put the offsets right again, and a successor would end this one.
  await sleep(Math.max(0, arrives - performance.now()) + OPEN_MS / 4);
  run.fault('kill', { worker: slot, met }, pipeline);
  await fleet.kill(slot);
  await sleep(Math.max(0, ends - performance.now()) + OPEN_MS / 4);
  const successor = fleet.start(slot);
  if (!(await until(() => successor.firstCommitAt !== null, MOVE_TIMEOUT_MS)))
    run.problem(`${name} committed nothing after it was started again`);
  if (!(await pipeline.untilEachPartitionMoved(MOVE_TIMEOUT_MS))) {
    run.problem(`${pipeline.name}: some partition had no commit in ${MOVE_TIMEOUT_MS / 1000} s`);
  }
}

async function within({ held, cancel }: { held: Promise<boolean>; cancel(): void }, ms: number) {
  const patience = setTimeout(cancel, ms);
  const came = await held;
  clearTimeout(patience);
  return came;
}
