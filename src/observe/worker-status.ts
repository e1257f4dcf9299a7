import { isPattern } from '../config/input-topic.js';
import { partitionName } from '../kafka/names.js';
import type { RebalanceEvent } from '../kafka/ports.js';

/** Records that lie ahead in one partition. */
export interface PartitionLag {
  topic: string;
  partition: number;
  lag: number;
  /** Where the next transaction begins. */
  offset: number;
  /** What it waits for, when that is not the worker's fault; `null` when it should be read. */
  waitsFor: 'its_turn' | 'open_transaction' | null;
}

/** A partition with records ahead that is where it was before. */
export interface StandingPartition extends PartitionLag {
  /** For how long it has stood there. */
  standingMs: number;
}

/** Where a worker is in its life and whether it makes progress: what health and gauges are made of. Plain data, for IPC. */
export interface WorkerStatus {
  phase: 'connecting' | 'joining' | 'working' | 'stopped';
  /** The group has given it partitions, or none, if there are more members than partitions. */
  joined: boolean;
  /** False only when every connection is known to be down. */
  brokersUp: boolean;
  partitions: number;
  lags: readonly PartitionLag[];
  /** The partitions that have stood for longest, of each that wait for the same. */
  standing: readonly StandingPartition[];
  /** Inputs that do not exist, as they are configured. */
  missingInputs: readonly string[];
  /** Milliseconds since 1970. */
  lastCommitMs: number | null;
  /** For how long records have been ahead without a commit; 0 when none are. */
  waitingMs: number;
}

/** Keeps the status of a worker, told by what happens to it. */
export interface StatusKeeper {
  started(): void;
  rebalanced(event: RebalanceEvent, owned: number): void;
  committed(): void;
  inputsLooked(missing: readonly string[]): void;
  measured(lags: readonly PartitionLag[], brokersUp: boolean): void;
  stopped(): void;
  status(): WorkerStatus;
}

/** @param now monotonic milliseconds. */
export function keepStatus(now: () => number = () => performance.now()): StatusKeeper {
  let phase: WorkerStatus['phase'] = 'connecting';
  let joined = false;
  let brokersUp = true;
  let partitions = 0;
  let lags: readonly PartitionLag[] = [];
  let standing = new Map<string, { offset: number; since: number }>();
  let missingInputs: readonly string[] = [];
  let lastCommitMs: number | null = null;
  let waitingSince: number | null = null;

  return {
    started: () => {
      phase = 'joining';
    },
    rebalanced: (event, owned) => {
      partitions = owned;
      if (event.kind === 'assigned') {
        joined = true;
        phase = 'working';
      } else {
        // A lag of what is no longer owned would stay for ever, since nobody here measures it again.
        const gone = new Set(event.partitions.map(partitionName));
        lags = lags.filter(lag => !gone.has(partitionName(lag)));
        if (event.lost) joined = false;
      }
    },
    committed: () => {
      lastCommitMs = Date.now();
      // Whatever lies ahead now begins to wait now.
      if (waitingSince !== null) waitingSince = now();
    },
    inputsLooked: missing => {
      missingInputs = missing;
    },
    measured: (measured, up) => {
      lags = measured;
      brokersUp = up;
      const readable = lags.filter(({ lag, waitsFor }) => lag > 0 && waitsFor !== 'open_transaction');
      if (readable.length === 0) waitingSince = null;
      else waitingSince ??= now();
      const before = standing;
      standing = new Map(
        readable.map(at => {
          const known = before.get(partitionName(at));
          return [
            partitionName(at),
            known?.offset === at.offset ? known : { offset: at.offset, since: now() },
          ];
        }),
      );
    },
    stopped: () => {
      phase = 'stopped';
      joined = false;
      partitions = 0;
      lags = [];
      standing.clear();
      missingInputs = [];
      waitingSince = null;
    },
    status: () => ({
      phase,
      joined,
      brokersUp,
      partitions,
      lags,
      standing: longestStanding(lags, partition => {
        const since = standing.get(partitionName(partition))?.since;
        return since === undefined ? 0 : now() - since;
      }),
      missingInputs,
      lastCommitMs,
      waitingMs: waitingSince === null ? 0 : now() - waitingSince,
    }),
  };
}

function longestStanding(
  lags: readonly PartitionLag[],
  standingMsOf: (partition: PartitionLag) => number,
): StandingPartition[] {
  const longest = new Map<PartitionLag['waitsFor'], StandingPartition>();
  for (const lag of lags) {
    const standingMs = standingMsOf(lag);
    if (standingMs > (longest.get(lag.waitsFor)?.standingMs ?? 0))
      longest.set(lag.waitsFor, { ...lag, standingMs });
  }
  return [...longest.values()];
}

/** What is the matter with an input that is missing, as a clause. */
export function missingInput(input: string): string {
  return isPattern(input) ? `no topic matches the input ${input}` : `the input topic ${input} does not exist`;
}

export function totalLag(lags: readonly PartitionLag[]): number {
  return lags.reduce((sum, { lag }) => sum + lag, 0);
}
