import { stopProblems } from '../fleet.js';
import type { Scenario } from '../scenario.js';
import { START_TIMEOUT_MS, until } from '../until.js';

const WORKERS = 4;
/** Long, so that a worker which has not left the group at once is told from one that has. */
const SESSION_TIMEOUT_MS = 45_000;

/** A deployment: one worker after the other is asked to stop, the others take over, and it is started again. */
export const terminate: Scenario = {
  name: 'terminate',
  title: 'SIGTERM and restart, rolling through 4 workers',
  counts: { published: 50, short: 2 },
  unit: 'times',
  run: async ({ open, count, fault, measure, problem }) => {
    const pipeline = await open({
      signals: ['traces', 'logs'],
      settings: { consumer: { session_timeout_ms: SESSION_TIMEOUT_MS } },
    });
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
      const takenOver = await until(allOwned, SESSION_TIMEOUT_MS / 2);
      if (!takenOver) problem(`the partitions of worker ${slot + 1} were not taken over at once`);
      measure('exit to partitions taken over', performance.now() - left);

      const worker = fleet.start(slot);
      const working = await until(() => worker.firstCommitAt !== null, START_TIMEOUT_MS);
      if (!working) problem(`worker ${slot + 1} committed nothing after its restart`);
      else measure('restart to first commit', (worker.firstCommitAt ?? 0) - worker.startedAt);
    }
  },
};
