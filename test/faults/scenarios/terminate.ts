import { stopProblems } from '../fleet.js';
import type { Scenario } from '../scenario.js';
import { until } from '../until.js';

const WORKERS = 4;
const START_TIMEOUT_MS = 60_000;
/** Of the workers here, which leave the defaults as they are. A worker that had not left would hold its partitions so long. */
const SESSION_TIMEOUT_MS = 10_000;

/** A deployment: one worker after the other is asked to stop, the others take over, and it is started again. */
export const terminate: Scenario = {
  name: 'terminate',
  title: 'SIGTERM and restart, rolling through 4 workers',
  counts: { published: 50, short: 4 },
  unit: 'times',
  run: async ({ open, count, fault, measure, problem }) => {
    const pipeline = await open({ signals: ['traces', 'logs'] });
    const { fleet, inputs, partitions } = pipeline;
    const allOwned = () => fleet.ownedCount() === inputs.length * partitions;
    for (let slot = 0; slot < WORKERS; slot += 1) fleet.start(slot);
    if (!(await until(allOwned, START_TIMEOUT_MS))) problem('the workers did not share all partitions');

    for (let done = 0; done < count; done += 1) {
      const slot = done % WORKERS;
      fault('terminate', { worker: slot }, pipeline);
      const { ended, tookMs } = await fleet.terminate(slot);
      for (const wrong of stopProblems(`${slot + 1}`, ended, tookMs)) problem(wrong);
      measure('SIGTERM to exit', tookMs);

      const left = performance.now();
      const takenOver = await until(allOwned, SESSION_TIMEOUT_MS);
      if (!takenOver)
        problem(`the partitions of worker ${slot + 1} were not taken over before its session time-out`);
      measure('exit to partitions taken over', performance.now() - left);

      const worker = fleet.start(slot);
      const working = await until(() => worker.firstCommitAt !== null, START_TIMEOUT_MS);
      if (!working) problem(`worker ${slot + 1} committed nothing after its restart`);
      else measure('restart to first commit', (worker.firstCommitAt ?? 0) - worker.startedAt);
    }
  },
};
