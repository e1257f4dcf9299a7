import { basename, dirname } from 'node:path';

/** How often something is there, by what it is. */
export type Counts = Map<string, number>;
/** The same by partition, for example `out-traces-3`. */
export type CountsByPartition = Map<string, Counts>;

/** In the transaction coordinators' log (`TransactionLogValue.json` of Kafka, `TransactionStatus`). */
const ENDS = new Map([
  [2, 'COMMIT'],
  [3, 'ABORT'],
]);

interface TransactionState {
  producerId: number;
  producerEpoch: number;
  transactionStatus: number;
  transactionPartitions: { topic: string; partitionIds: number[] }[] | null;
}

/**
 * The ends that the coordinators have decided on, and so the markers that each partition must have.
 * @param lines about the partitions of `__transaction_state`, decoded.
 */
export async function decidedEnds(
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<CountsByPartition> {
  const ends: CountsByPartition = new Map();
  const lastStatus = new Map<number, number>();
  for await (const line of lines) {
    const payload = / payload: (\{.*\})\s*$/.exec(line)?.[1];
    if (payload === undefined) continue;
    const state = JSON.parse(payload).data as TransactionState;
    // A coordinator that was not sure whether its decision was kept decides once more when the client asks again.
    const again = lastStatus.get(state.producerId) === state.transactionStatus;
    lastStatus.set(state.producerId, state.transactionStatus);
    const end = ENDS.get(state.transactionStatus);
    if (end === undefined || again) continue;
    for (const { topic, partitionIds } of state.transactionPartitions ?? []) {
      for (const partition of partitionIds)
        count(ends, `${topic}-${partition}`, state.producerId, state.producerEpoch, end);
    }
  }
  return ends;
}

export interface WrittenMarkers {
  all: CountsByPartition;
  /** Without those that repeat the last one, which ended all that its producer had written. */
  unrepeated: CountsByPartition;
}

/** The markers that are there. @param lines about partitions that transactions wrote to, with `--print-data-log`. */
export async function writtenMarkers(
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<WrittenMarkers> {
  const all: CountsByPartition = new Map();
  const unrepeated: CountsByPartition = new Map();
  let partition = '';
  let producerId = -1;
  let producerEpoch = -1;
  /** By producer the last marker in this partition, until it writes there again. */
  let lastMarker = new Map<number, string>();
  for await (const line of lines) {
    const file = /^Dumping (.*)$/.exec(line)?.[1];
    if (file !== undefined && partition !== basename(dirname(file))) {
      partition = basename(dirname(file));
      lastMarker = new Map();
    }
    const batch = /^baseOffset: .* producerId: (-?\d+) producerEpoch: (-?\d+) .* isControl: (\w+)/.exec(line);
    if (batch) {
      [producerId, producerEpoch] = [Number(batch[1]), Number(batch[2])];
      if (batch[3] === 'false') lastMarker.delete(producerId);
    }
    const end = /^\| .* endTxnMarker: (COMMIT|ABORT) /.exec(line)?.[1];
    if (end === undefined) continue;
    const marker = `${end} ${producerEpoch}`;
    count(all, partition, producerId, producerEpoch, end);
    if (lastMarker.get(producerId) !== marker) count(unrepeated, partition, producerId, producerEpoch, end);
    lastMarker.set(producerId, marker);
  }
  return { all, unrepeated };
}

function count(
  counts: CountsByPartition,
  partition: string,
  producerId: number,
  epoch: number,
  end: string,
): void {
  const ofPartition = counts.get(partition) ?? new Map<string, number>();
  counts.set(partition, ofPartition);
  const what = `${end} of producer ${producerId}, epoch ${epoch}`;
  ofPartition.set(what, (ofPartition.get(what) ?? 0) + 1);
}

/**
 * Rows of an aborted transaction whose marker is missing are committed with the next transaction of that producer; those of
 * a committed one are not readable.
 */
export function missingMarkers(decided: CountsByPartition, { all }: WrittenMarkers): string[] {
  const missing: string[] = [];
  for (const [partition, ends] of decided) {
    for (const [what, wanted] of ends) {
      // Also one that repeats another: a partition can be added to a transaction that then writes nothing to it.
      const there = all.get(partition)?.get(what) ?? 0;
      if (there < wanted)
        missing.push(`${partition} has ${there} of ${wanted} markers that should be there: ${what}`);
    }
  }
  return missing;
}

/**
 * Markers of a decision that no coordinator's log has: a broker ended a transaction by what it alone knew, and was not the
 * coordinator for long enough to make that last. Whoever came after it decided again, perhaps otherwise.
 */
export function undecidedMarkers(decided: CountsByPartition, { unrepeated }: WrittenMarkers): string[] {
  const undecided: string[] = [];
  // Not those that repeat another: who takes over from a coordinator sends once more what that one may have sent.
  for (const [partition, ends] of unrepeated) {
    for (const [what, there] of ends) {
      const wanted = decided.get(partition)?.get(what) ?? 0;
      if (there > wanted)
        undecided.push(`${partition} has ${there} markers, but ${wanted} were decided on: ${what}`);
    }
  }
  return undecided;
}
