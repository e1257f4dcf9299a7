import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from '../scenario.js';
import { until } from '../until.js';
import type { Worker } from '../worker.js';
import { startWorkers } from './start-workers.js';

const WORKERS = 4;
const FIRST_COMMIT_TIMEOUT_MS = 60_000;

/** A worker dies in whatever it is doing, and is started again at once under its name. */
export const kill: Scenario = {
  name: 'kill',
  title: 'kill -9 of one of 4 workers every 2 to 8 s',
  counts: { published: 100, short: 2 },
  unit: 'times',
  run: async ({ open, random, count, fault, measure, problem }) => {
    const pipeline = await open({ signals: ['traces', 'logs'] });
    const { fleet } = pipeline;
    await startWorkers(pipeline, WORKERS, problem, FIRST_COMMIT_TIMEOUT_MS);

    const restarted: Worker[] = [];
    for (let done = 0; done < count; done += 1) {
      await sleep(random.integer(2000, 8000));
      const slot = random.integer(0, WORKERS - 1);
      fault('kill', { worker: slot }, pipeline);
      await fleet.kill(slot);
      restarted.push(fleet.start(slot));
    }
    await until(() => restarted.at(-1)?.firstCommitAt !== null, FIRST_COMMIT_TIMEOUT_MS);
    for (const worker of restarted) {
      // One that was killed again before it got to it tells nothing.
      if (worker.firstCommitAt !== null)
        measure('restart to first commit', worker.firstCommitAt - worker.startedAt);
    }
  },
};
