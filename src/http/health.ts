import { partitionName } from '../kafka/names.js';
import {
  missingInput,
  type StandingPartition,
  totalLag,
  type WorkerStatus,
} from '../observe/worker-status.js';

/** A worker as seen from the outside. */
export interface WorkerView {
  worker: number;
  /** `null` while it waits to be started again. */
  pid: number | null;
  /** What it told last; `null` before it has told anything. */
  status: WorkerStatus | null;
  /** Milliseconds since it told that, or was started. */
  silentMs: number;
  restarts: number;
  /** How it ended the last time: `exit code 70`, `SIGKILL`. */
  lastEnd: string | null;
  /** Milliseconds since the first of the crashes between which it committed nothing; 0 when it works. */
  failingMs: number;
}

/** What is to be said of a worker. */
export interface WorkerHealth {
  worker: number;
  pid: number | null;
  healthy: boolean;
  ready: boolean;
  /** Why it is unhealthy or not ready, one sentence each. */
  problems: string[];
  phase: string;
  partitions: number;
  /** Records ahead; `null` before the ends of its partitions are known. */
  lag: number | null;
  lastCommit: string | null;
  restarts: number;
  lastEnd: string | null;
}

/**
 * How much longer a partition may stand while records of it wait in the client to be read. The client hands out what it has
 * fetched of one partition before that of the next, and a slow output can need minutes for it: that is its turn to come,
 * and no fault. What is never fetched, while other partitions are, is one.
 */
const TURN_FACTOR = 10;

/**
 * Health is progress, of each partition: a worker with records ahead that commits nothing is unhealthy, however lively its
 * heartbeats, and so is one that commits others while one partition stands still. A process that is stopped or spins cannot
 * tell so itself, and is known by its silence.
 */
export function judgeHealth(view: WorkerView, stalledAfterMs: number): WorkerHealth {
  const { worker, pid, status, silentMs, restarts, lastEnd, failingMs } = view;
  // It has not committed since its report either.
  const waitingMs = status !== null && status.waitingMs > 0 ? status.waitingMs + silentMs : 0;
  const lag = status === null || status.lags.length === 0 ? null : totalLag(status.lags);

  const faults: string[] = [];
  if (failingMs >= stalledAfterMs)
    faults.push(`it has crashed again and again for ${seconds(failingMs)} and committed nothing in between`);
  if (pid !== null && silentMs >= stalledAfterMs)
    faults.push(`its process ${pid} has told nothing for ${seconds(silentMs)}: it is stopped or spins`);
  if (waitingMs >= stalledAfterMs)
    faults.push(`${lag} records lie ahead and nothing was committed for ${seconds(waitingMs)}`);
  else faults.push(...(status?.standing ?? []).flatMap(at => standingFault(at, silentMs, stalledAfterMs)));

  const lacks: string[] = [];
  if (pid === null) lacks.push(`it ended (${lastEnd}) and waits to be started again`);
  else if (status === null || status.phase === 'connecting') lacks.push('it is connecting to the brokers');
  else if (status.phase === 'stopped') lacks.push('it has stopped');
  else if (!status.joined) lacks.push('it is not a member of the consumer group yet');
  lacks.push(...(status?.missingInputs ?? []).map(missingInput));
  if (status?.brokersUp === false) lacks.push('no broker can be reached');

  return {
    worker,
    pid,
    healthy: faults.length === 0,
    ready: faults.length + lacks.length === 0,
    problems: [...faults, ...lacks],
    phase: pid === null ? 'waiting' : (status?.phase ?? 'connecting'),
    partitions: status?.partitions ?? 0,
    lag,
    lastCommit: status?.lastCommitMs == null ? null : new Date(status.lastCommitMs).toISOString(),
    restarts,
    lastEnd,
  };
}

function standingFault(at: StandingPartition, silentMs: number, stalledAfterMs: number): string[] {
  const standingMs = at.standingMs + silentMs;
  if (standingMs < stalledAfterMs * (at.waitsFor === 'its_turn' ? TURN_FACTOR : 1)) return [];
  return [
    `${partitionName(at)} has stood at offset ${at.offset} for ${seconds(standingMs)} with ${at.lag} records ahead, ` +
      'while others were committed',
  ];
}

function seconds(ms: number): string {
  return `${Math.floor(ms / 1000)} s`;
}
