import { setTimeout as sleep } from 'node:timers/promises';
import { stopProblems } from '../fleet.js';
import { recordsPerSecond } from '../progress.js';
import type { Scenario } from '../scenario.js';
import { START_TIMEOUT_MS, until } from '../until.js';
import { startWorkers } from './start-workers.js';

const STEADY_WORKERS = 2;
const GUESTS = 2;
const EVERY_MS = 2_000;
const CALM_MS_MAX = 30_000;

/** How members agree on who owns what; each has its own way of moving partitions. */
const PROTOCOLS = {
  eager: { partition_assignment_strategy: 'range' },
  cooperative: { partition_assignment_strategy: 'cooperative-sticky' },
  consumer: { group_protocol: 'consumer' },
} as const;

/** A worker joins or leaves every 2 s, so that the group is hardly ever at rest. */
export const storms: readonly Scenario[] = (['eager', 'cooperative', 'consumer'] as const).map(protocol => ({
  name: `storm-${protocol}`,
  title: `join and leave every 2 s, ${protocol} protocol`,
  counts: { published: 300, short: 12 },
  unit: 'seconds',
  run: async ({ open, random, count, fault, measure, problem }) => {
    const pipeline = await open({
      settings: { consumer: PROTOCOLS[protocol] },
      // More than can be processed: throughput is what is compared.
      load: { recordsPerSecondMax: 20_000, backlogMax: 4_000, itemsPerRecordMax: 1, paddingBytesMax: 0 },
    });
    const { fleet, watch } = pipeline;
    await startWorkers(pipeline, STEADY_WORKERS, problem);
    await until(() => fleet.ownedCount() === pipeline.partitions, START_TIMEOUT_MS);
    const calmFrom = performance.now();
    await sleep(Math.min(CALM_MS_MAX, count * 500));
    const calm = recordsPerSecond(watch.samples, { from: calmFrom, to: performance.now() });

    const from = performance.now();
    const here = new Set<number>();
    while (performance.now() - from < count * 1000) {
      const began = performance.now();
      const slot = STEADY_WORKERS + random.integer(0, GUESTS - 1);
      const leaves = here.has(slot);
      fault(leaves ? 'leave' : 'join', { worker: slot }, pipeline);
      if (leaves) {
        here.delete(slot);
        const starting = fleet.workers[slot]?.instance === null;
        const { ended, tookMs } = await fleet.terminate(slot);
        // One that has only just been started may not listen to signals yet.
        const done = starting && ended === 'SIGTERM' ? 0 : ended;
        for (const wrong of stopProblems(`${slot + 1}`, done, tookMs)) problem(wrong);
      } else {
        here.add(slot);
        fleet.start(slot);
      }
      await sleep(Math.max(0, EVERY_MS - (performance.now() - began)));
    }
    const stormy = recordsPerSecond(watch.samples, { from, to: performance.now() });
    measure('calm records per second', calm);
    measure('records per second in the storm', stormy);
    measure('throughput in the storm, % of calm', (stormy / calm) * 100);
  },
}));
