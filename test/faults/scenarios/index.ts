import type { Scenario } from '../scenario.js';
import { broker } from './broker.js';
import { commitInDoubt } from './commit-in-doubt.js';
import { delayedCommit } from './delayed-commit.js';
import { diskFull } from './disk-full.js';
import { belowMinIsr } from './isr.js';
import { kill } from './kill.js';
import { lateOffsets } from './late-offsets.js';
import { lateTransaction } from './late-transaction.js';
import { mixed } from './mixed.js';
import { networks } from './network.js';
import { oversize } from './oversize.js';
import { poison } from './poison.js';
import { stop } from './stop.js';
import { storms } from './storm.js';
import { terminate } from './terminate.js';

/** All of them, in the order in which a whole run does them. */
export const SCENARIOS: readonly Scenario[] = [
  kill,
  terminate,
  stop,
  broker,
  delayedCommit,
  commitInDoubt,
  lateTransaction,
  lateOffsets,
  ...storms,
  ...networks,
  poison,
  oversize,
  diskFull,
  belowMinIsr,
  mixed,
];
