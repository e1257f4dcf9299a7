import type { Random } from '../../../src/demo/telemetry/random.js';
import type { Pipeline } from '../pipeline.js';
import type { Scenario, ScenarioRun } from '../scenario.js';
import { START_TIMEOUT_MS, until } from '../until.js';
import { STOP_POINTS, type StopPoint } from '../worker.js';

const WORKERS = 2;
const PARTITIONS = 6;
/** Side by side, because they mostly wait. */
const PIPELINES_PER_POINT_MAX = 2;
const SESSION_TIMEOUT_MS = 3_000;
const TRANSACTION_TIMEOUT_MS = 5_000;
const ARM_TIMEOUT_MS = 90_000;
const TAKE_OVER_TIMEOUT_MS = 90_000;

/** A worker stands still at a named point until others have its partitions and have committed in them, and goes on. */
export const stop: Scenario = {
  name: 'stop',
  title: `SIGSTOP past the session time-out, then SIGCONT, at ${STOP_POINTS.join(', ')} (each so many times)`,
  counts: { published: 50, short: 1 },
  unit: 'times',
  run: async run => {
    const perPoint = Math.min(PIPELINES_PER_POINT_MAX, run.count);
    const parts = STOP_POINTS.flatMap(point => {
      const shares = Array.from({ length: perPoint }, (_, index) =>
        Math.floor(run.count / perPoint + (index < run.count % perPoint ? 1 : 0)),
      );
      return shares.map((times, index) => ({ point, times, name: `${point}-${index + 1}` }));
    });
    await Promise.all(parts.map(part => stopAtPoint(run, part)));
  },
};

async function stopAtPoint(
  run: ScenarioRun,
  { point, times, name }: { point: StopPoint; times: number; name: string },
): Promise<void> {
  const pipeline = await run.open({
    name,
    partitions: PARTITIONS,
    settings: {
      consumer: {
        session_timeout_ms: SESSION_TIMEOUT_MS,
        heartbeat_interval_ms: 500,
        max_poll_interval_ms: 60_000,
      },
      batch: { max_records: 5 },
      producer: { transaction_timeout_ms: TRANSACTION_TIMEOUT_MS },
    },
    load: { recordsPerSecondMax: 60, backlogMax: 300 },
  });
  const { fleet, random } = pipeline;
  for (let slot = 0; slot < WORKERS; slot += 1) fleet.start(slot);
  const shared = () => fleet.workers.every(({ owned }) => owned > 0) && fleet.ownedCount() === PARTITIONS;
  for (let done = 0; done < times; ) {
    if (!(await until(shared, START_TIMEOUT_MS))) {
      return run.problem(
        `${name}: the workers did not share the partitions ${START_TIMEOUT_MS / 1000} s after stop ${done}`,
      );
    }
    if (!(await stopOnce(run, pipeline, point, random))) return;
    done += 1;
  }
}

/** @returns false when going on is pointless. */
async function stopOnce(
  run: ScenarioRun,
  pipeline: Pipeline,
  point: StopPoint,
  random: Random,
): Promise<boolean> {
  const { fleet, name } = pipeline;
  const slot = random.integer(0, WORKERS - 1);
  const sleeper = fleet.workers[slot];
  const other = fleet.workers[1 - slot];
  if (!sleeper || !other) return false;

  const order = {
    point,
    call: random.integer(1, point === 'mid-send' ? 40 : 4),
    spinMs: random.integer(0, 3),
  };
  const giveUp = setTimeout(() => sleeper.disarm(), ARM_TIMEOUT_MS);
  const stopped = await sleeper.stopAt(order);
  clearTimeout(giveUp);
  if (!stopped) {
    run.problem(`${name}: the worker did not come to the point ${point}`);
    return false;
  }
  run.fault('stop', { worker: slot, ...order }, pipeline);
  const takenOver = await until(() => other.owned === PARTITIONS, TAKE_OVER_TIMEOUT_MS);
  // In every partition, so also in those of the worker that sleeps.
  const committed = takenOver && (await pipeline.untilEachPartitionMoved(TAKE_OVER_TIMEOUT_MS));
  if (!takenOver) run.problem(`${name}: the partitions of the stopped worker were not given to the other`);
  else if (!committed) run.problem(`${name}: the other worker did not commit in all partitions`);
  const woken = performance.now();
  sleeper.signal('SIGCONT');
  // It owns partitions again only when it has seen that it lost those it had.
  const back = await until(() => other.owned < PARTITIONS && sleeper.owned > 0, START_TIMEOUT_MS);
  if (back) run.measure('SIGCONT to owning partitions again', performance.now() - woken);
  else run.problem(`${name}: the worker that was stopped was given no partitions again`);
  return takenOver && committed && back;
}
