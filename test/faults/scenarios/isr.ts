import { setTimeout as sleep } from 'node:timers/promises';
import { BROKER_COUNT, BROKER_IDS } from '../cluster.js';
import type { Scenario } from '../scenario.js';
import { startWorkers } from './start-workers.js';

const WORKERS = 3;
const MOVE_TIMEOUT_MS = 180_000;

/** The output topics want all three replicas, and one broker is away: no row can be written until it is back. */
export const belowMinIsr: Scenario = {
  name: 'below-min-isr',
  title: 'in-sync replicas of the output below the minimum',
  // Both are longer than the others take to notice: see `awayMs`.
  counts: { published: 120, short: 15 },
  unit: 'seconds',
  run: async ({ open, cluster, random, count, fault, problem }) => {
    const pipeline = await open({ outputConfig: { 'min.insync.replicas': String(BROKER_COUNT) } });
    await startWorkers(pipeline, WORKERS, problem);
    const node = random.pick(BROKER_IDS);
    fault('broker away', { node });
    await cluster.kafka.kill(node);
    await sleep(count * 1000);
    await cluster.kafka.start(node);
    if (!(await pipeline.untilMoved(MOVE_TIMEOUT_MS)))
      problem('nothing was committed after the broker was back');
  },
};
