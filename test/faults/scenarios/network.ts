import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../src/demo/telemetry/random.js';
import type { KafkaProxy } from '../proxy/kafka-proxy.js';
import type { Scenario } from '../scenario.js';
import { startWorkers } from './start-workers.js';

const WORKERS = 3;
const BYTES_PER_SECOND = 100_000;
const LATENCY_MS_MAX = 2_000;

/** A network that is bad for some time. @returns once it has been so for `durationMs`; the network is well again. */
type BadNetwork = (
  proxy: KafkaProxy,
  random: Random,
  durationMs: number,
  fault: (what: string) => void,
) => Promise<void>;

export const slowNetwork: BadNetwork = async (proxy, random, durationMs, fault) => {
  // One value for some time: were it drawn anew for each frame, the slowest would soon hold up all others.
  let latency = 0;
  proxy.setConditions({ latencyMs: () => latency });
  for (const end = performance.now() + durationMs; performance.now() < end; ) {
    latency = random.integer(0, LATENCY_MS_MAX / 2); // on the way there and on the way back
    fault('latency');
    await sleep(Math.min(random.integer(2_000, 6_000), Math.max(0, end - performance.now())));
  }
  proxy.setConditions({});
};

export const resettingNetwork: BadNetwork = async (proxy, random, durationMs, fault) => {
  for (const end = performance.now() + durationMs; performance.now() < end; ) {
    await sleep(Math.min(random.integer(500, 4_000), Math.max(0, end - performance.now())));
    if (proxy.reset(() => random.chance(0.5)) > 0) fault('reset');
  }
};

export const narrowNetwork: BadNetwork = async (proxy, _random, durationMs, fault) => {
  fault('bandwidth');
  proxy.setConditions({ bytesPerSecond: BYTES_PER_SECOND });
  await sleep(durationMs);
  proxy.setConditions({});
};

const NETWORKS: readonly { name: string; title: string; make: BadNetwork }[] = [
  { name: 'latency', title: 'network latency 0 to 2 s (there and back)', make: slowNetwork },
  { name: 'reset', title: 'connections reset, half of them every 0.5 to 4 s', make: resettingNetwork },
  { name: 'bandwidth', title: '100 KB/s per connection and direction', make: narrowNetwork },
];

/** Requests and answers are late, connections break, or both ways are narrow. */
export const networks: readonly Scenario[] = NETWORKS.map(({ name, title, make }) => ({
  name: `network-${name}`,
  title,
  counts: { published: 180, short: 5 },
  unit: 'seconds',
  run: async ({ open, cluster, random, count, fault, problem }) => {
    const pipeline = await open({ signals: ['traces', 'logs', 'metrics'] });
    await startWorkers(pipeline, WORKERS, problem);
    try {
      await make(cluster.proxy, random, count * 1000, what => fault(what));
    } finally {
      cluster.proxy.setConditions({});
    }
  },
}));
