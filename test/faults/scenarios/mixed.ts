import { setTimeout as sleep } from 'node:timers/promises';
import { BROKER_IDS } from '../cluster.js';
import { stopProblems } from '../fleet.js';
import type { Pipeline } from '../pipeline.js';
import { heldWithin } from '../proxy/held-within.js';
import type { Scenario, ScenarioRun } from '../scenario.js';
import { START_TIMEOUT_MS, until } from '../until.js';
import { STOP_POINTS } from '../worker.js';
import { disturbBroker } from './broker.js';
import { resettingNetwork, slowNetwork } from './network.js';
import { startWorkers } from './start-workers.js';

const WORKERS = 4;
const EVERY_MS = 15_000;
const HELD_TIMEOUT_MS = 5_000;

type MixedFault = (run: ScenarioRun, pipeline: Pipeline, slot: number) => Promise<void>;

const killWorker: MixedFault = async ({ fault }, pipeline, slot) => {
  fault('kill', { worker: slot });
  await pipeline.fleet.kill(slot);
  pipeline.fleet.start(slot);
};

const terminateWorker: MixedFault = async ({ fault, problem }, pipeline, slot) => {
  fault('terminate', { worker: slot });
  const { ended, tookMs } = await pipeline.fleet.terminate(slot);
  // Unlike in a calm cluster, it may have to give its batch up, but it says so itself, and in time.
  for (const wrong of stopProblems(`${slot + 1}`, ended === 137 ? 0 : ended, tookMs)) problem(wrong);
  pipeline.fleet.start(slot);
};

const stopWorker: MixedFault = async ({ fault, random }, { fleet }, slot) => {
  const worker = fleet.workers[slot];
  if (!worker) return;
  const order = {
    point: random.pick(STOP_POINTS),
    call: random.integer(1, 20),
    spinMs: random.integer(0, 3),
  };
  const giveUp = setTimeout(worker.disarm, HELD_TIMEOUT_MS);
  const stopped = await worker.stopAt(order);
  clearTimeout(giveUp);
  if (!stopped) return;
  fault('stop', { worker: slot, ...order });
  await sleep(random.integer(1_000, 14_000));
  worker.signal('SIGCONT');
};

const brokerFault =
  (kind: 'kill' | 'bounce' | 'pause'): MixedFault =>
  async run => {
    const node = run.random.pick(BROKER_IDS);
    run.fault(`broker ${kind}`, { node });
    await disturbBroker(run, node, kind);
  };

const holdCommit: MixedFault = async ({ cluster, fault, random }, pipeline, slot) => {
  const worker = pipeline.fleet.workers[slot];
  if (!worker?.instance) return;
  const holdMs = random.integer(5_000, 14_000);
  const direction = random.pick(['request', 'response'] as const);
  const containing = pipeline.transactionalId(slot);
  const endTxn = { api: 'endTxn', direction, containing, holdMs } as const;
  const held = await heldWithin(cluster.proxy, endTxn, HELD_TIMEOUT_MS);
  if (held) fault(`commit ${direction} held`, { worker: slot, holdMs });
};

const badNetwork =
  (make: typeof slowNetwork, durationMs: number): MixedFault =>
  ({ cluster, fault, random }) =>
    make(cluster.proxy, random, durationMs, what => fault(what));

const FAULTS: readonly [MixedFault, ...MixedFault[]] = [
  killWorker,
  killWorker,
  terminateWorker,
  stopWorker,
  stopWorker,
  brokerFault('kill'),
  brokerFault('bounce'),
  brokerFault('pause'),
  holdCommit,
  badNetwork(slowNetwork, 8_000),
  badNetwork(resettingNetwork, 8_000),
];

/** One fault after the other, of all kinds; those of brokers may still be felt when the next one comes. */
export const mixed: Scenario = {
  name: 'mixed',
  title: 'a fault of any kind every 15 s',
  counts: { published: 300, short: 30 },
  unit: 'seconds',
  run: async run => {
    const { open, random, count, cluster, problem } = run;
    const pipeline = await open({ signals: ['traces', 'logs', 'metrics'] });
    const { fleet, inputs, outputs } = pipeline;
    await startWorkers(pipeline, WORKERS, problem);

    for (const end = performance.now() + count * 1000; performance.now() < end; ) {
      const began = performance.now();
      await random.pick(FAULTS)(run, pipeline, random.integer(0, WORKERS - 1));
      await sleep(Math.max(0, EVERY_MS - (performance.now() - began)));
    }
    await cluster.untilInSync([...inputs, ...outputs], START_TIMEOUT_MS);
    await until(() => fleet.workers.every(worker => worker.over || worker.owned > 0), START_TIMEOUT_MS);
  },
};
