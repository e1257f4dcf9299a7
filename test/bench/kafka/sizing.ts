import type { DrainFigures } from './drain.js';

/** What so many items per second need, before replication. */
export interface Sizing {
  /** Each with a core of its own. */
  workers: number;
  inputBytesPerSecond: number | null;
  outputBytesPerSecond: number | null;
  transactionsPerSecond: number;
}

const ITEMS_PER_SECOND = 10_000_000;
/** The rest of a core is for the load of a peak hour, and for catching up after a rebalance. */
const UTILIZATION = 0.7;

export function sizing(
  figures: Pick<
    DrainFigures,
    'cpuSecondsPerMillionWarm' | 'inputLogBytes' | 'logBytes' | 'itemsPerTransaction'
  >,
): Sizing {
  const { cpuSecondsPerMillionWarm, inputLogBytes, logBytes, itemsPerTransaction } = figures;
  const cores = (ITEMS_PER_SECOND / 1e6) * cpuSecondsPerMillionWarm;
  const perSecond = (byItem: number | null) => (byItem === null ? null : byItem * ITEMS_PER_SECOND);
  return {
    workers: Math.ceil(cores / UTILIZATION),
    inputBytesPerSecond: perSecond(inputLogBytes),
    outputBytesPerSecond: perSecond(logBytes),
    transactionsPerSecond: ITEMS_PER_SECOND / itemsPerTransaction,
  };
}
