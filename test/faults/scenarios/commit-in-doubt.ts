import { setTimeout as sleep } from 'node:timers/promises';
import { heldWithin } from '../proxy/held-within.js';
import type { Scenario } from '../scenario.js';
import { awayMs } from './away.js';
import { startWorkers } from './start-workers.js';

const WORKERS = 3;
const HELD_TIMEOUT_MS = 90_000;
const IN_SYNC_TIMEOUT_MS = 120_000;
const MOVE_TIMEOUT_MS = 180_000;
const TRANSACTION_TIMEOUT_MS = 5_000;

/**
 * A transaction coordinator is killed while the answer to a commit is on its way, or the commit itself: the worker cannot
 * know what became of its transaction, and neither can who comes after it, until another coordinator has taken over.
 */
export const commitInDoubt: Scenario = {
  name: 'commit-in-doubt',
  title: 'transaction coordinator killed while a commit is on its way to it, or the answer on its way back',
  counts: { published: 20, short: 1 },
  unit: 'times',
  run: async run => {
    const { open, cluster, random, count, fault, problem } = run;
    const pipeline = await open({
      signals: ['traces', 'logs', 'metrics'],
      // Shorter than the brokers take to notice one that died, so that the next coordinator finds it overdue.
      settings: { producer: { transaction_timeout_ms: TRANSACTION_TIMEOUT_MS } },
    });
    await startWorkers(pipeline, WORKERS, problem);

    for (let done = 0; done < count; done += 1) {
      const transactionalId = pipeline.transactionalId(random.integer(0, WORKERS - 1));
      const direction = random.pick(['request', 'response'] as const);
      const downMs = awayMs(run);
      const node = await cluster.transactionCoordinator(transactionalId);
      const endTxn = {
        api: 'endTxn',
        direction,
        containing: transactionalId,
        holdMs: downMs + 1_000,
      } as const;
      const held = await heldWithin(cluster.proxy, endTxn, HELD_TIMEOUT_MS);
      if (!held) return problem(`no commit of ${transactionalId} came by within ${HELD_TIMEOUT_MS / 1000} s`);
      fault(`coordinator killed, commit ${direction} on its way`, { node });
      await cluster.kafka.kill(node);
      await sleep(downMs);
      await cluster.kafka.start(node);
      await cluster.untilInSync([...pipeline.inputs, ...pipeline.outputs], IN_SYNC_TIMEOUT_MS);
      if (!(await pipeline.untilMoved(MOVE_TIMEOUT_MS)))
        problem(`nothing was committed after broker ${node} had been killed`);
    }
  },
};
