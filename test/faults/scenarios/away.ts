import type { Random } from '../../../src/demo/telemetry/random.js';

/**
 * How long a killed broker stays away, in milliseconds: it is back before the others notice, or after they have taken its
 * partitions. One that comes back while they do may end transactions by what it alone had written, which is Kafka's own
 * fault (docs/reliability.md, "What Kafka itself did").
 */
export function awayMs(random: Random): number {
  return random.integer(...random.pick(RANGES));
}

type Range = readonly [min: number, max: number];
/** On both sides of `broker.session.timeout.ms`, 9 s, with time to start and for another controller. */
const RANGES: readonly [Range, Range] = [
  [0, 1_000],
  [15_000, 20_000],
];
