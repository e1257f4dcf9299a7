import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../src/demo/telemetry/random.js';
import type { Cluster } from '../cluster.js';
import type { Pipeline } from '../pipeline.js';
import type { Scenario, ScenarioRun } from '../scenario.js';
import { awayMs } from './away.js';
import { startWorkers } from './start-workers.js';

const WORKERS = 3;
const IN_SYNC_TIMEOUT_MS = 120_000;
const MOVE_TIMEOUT_MS = 180_000;
const PAUSE_MS = 20_000;
/** Still longer than `broker.session.timeout.ms`, so that the others take over. */
const BRIEF_PAUSE_MS = 12_000;

const ROLES = ['leader', 'group coordinator', 'transaction coordinator'] as const;
const FAULTS = ['kill', 'bounce', 'pause'] as const;
export type BrokerFault = (typeof FAULTS)[number];
type Role = (typeof ROLES)[number];

/** A broker dies, is restarted in order, or stands still for 20 s: the one that matters to the workers right now. */
export const broker: Scenario = {
  name: 'broker',
  title:
    'broker kill -9, clean bounce, SIGSTOP 20 s; leader, group or transaction coordinator (each fault so many times)',
  counts: { published: 5, short: 1 },
  unit: 'times',
  run: async run => {
    const { open, cluster, random, count, fault, problem } = run;
    const pipeline = await open({ signals: ['traces', 'logs', 'metrics'] });
    await startWorkers(pipeline, WORKERS, problem);

    for (let done = 0; done < count * FAULTS.length; done += 1) {
      const kind = FAULTS[done % FAULTS.length] ?? 'kill';
      // Each fault meets each role, as far as the count goes.
      const role = ROLES[Math.floor(done / FAULTS.length + done) % ROLES.length] ?? 'leader';
      const node = await nodeOf(cluster, pipeline, role, random);
      fault(`broker ${kind}`, { node, role });
      await disturbBroker(run, node, kind);
      await cluster.untilInSync([...pipeline.inputs, ...pipeline.outputs], IN_SYNC_TIMEOUT_MS);
      if (!(await pipeline.untilMoved(MOVE_TIMEOUT_MS)))
        problem(`nothing was committed after broker ${kind} of the ${role}`);
    }
  },
};

async function nodeOf(cluster: Cluster, pipeline: Pipeline, role: Role, random: Random): Promise<number> {
  switch (role) {
    case 'leader':
      return cluster.leaderOf(pipeline.outputs[0] ?? '', random.integer(0, 3));
    case 'group coordinator':
      return cluster.groupCoordinator(pipeline.group);
    case 'transaction coordinator':
      return cluster.transactionCoordinator(pipeline.transactionalId(random.integer(0, WORKERS - 1)));
  }
}

/** Does the fault and undoes it. */
export async function disturbBroker(
  run: Pick<ScenarioRun, 'cluster' | 'random' | 'brief'>,
  node: number,
  kind: BrokerFault,
): Promise<void> {
  const { kafka } = run.cluster;
  switch (kind) {
    case 'kill':
      await kafka.kill(node);
      await sleep(awayMs(run));
      return kafka.start(node);
    case 'bounce':
      await kafka.shutDown(node);
      return kafka.start(node);
    case 'pause':
      kafka.signal(node, 'SIGSTOP');
      await sleep(run.brief ? BRIEF_PAUSE_MS : PAUSE_MS);
      kafka.signal(node, 'SIGCONT');
  }
}
