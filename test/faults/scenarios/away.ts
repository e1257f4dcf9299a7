import type { ScenarioRun } from '../scenario.js';

/**
 * How long a killed broker stays away, in milliseconds: it is back before the others notice, or after they have taken its
 * partitions. One that comes back while they do may end transactions by what it alone had written, which is Kafka's own
 * fault (docs/reliability.md, "What Kafka itself did"). In a brief run it is back at once.
 */
export function awayMs({ random, brief }: Pick<ScenarioRun, 'random' | 'brief'>): number {
  return random.integer(...(brief ? AT_ONCE : random.pick([AT_ONCE, LATER])));
}

type Range = readonly [min: number, max: number];
/** On both sides of `broker.session.timeout.ms`, 9 s, with time to start and for another controller. */
const AT_ONCE: Range = [0, 1_000];
const LATER: Range = [15_000, 20_000];
