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
  for await (const line of lines) {
    const payload = / payload: (\{.*\})\s*$/.exec(line)?.[1];
    if (payload === undefined) continue;
    const state = JSON.parse(payload).data as TransactionState;
    const end = ENDS.get(state.transactionStatus);
    if (end === undefined) continue;
    for (const { topic, partitionIds } of state.transactionPartitions ?? []) {
      for (const partition of partitionIds)
        count(ends, `${topic}-${partition}`, state.producerId, state.producerEpoch, end);
    }
  }
  return ends;
}

/** The markers that are there. @param lines about partitions that transactions wrote to, with `--print-data-log`. */
export async function writtenMarkers(
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<CountsByPartition> {
  const markers: CountsByPartition = new Map();
  let partition = '';
  let producerId = -1;
  let producerEpoch = -1;
  for await (const line of lines) {
    const file = /^Dumping (.*)$/.exec(line)?.[1];
    if (file !== undefined) partition = basename(dirname(file));
    const batch = /^baseOffset: .* producerId: (-?\d+) producerEpoch: (-?\d+) /.exec(line);
    if (batch) [producerId, producerEpoch] = [Number(batch[1]), Number(batch[2])];
    const end = /^\| .* endTxnMarker: (COMMIT|ABORT) /.exec(line)?.[1];
    if (end !== undefined) count(markers, partition, producerId, producerEpoch, end);
  }
  return markers;
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
export function missingMarkers(decided: CountsByPartition, written: CountsByPartition): string[] {
  const missing: string[] = [];
  for (const [partition, ends] of decided) {
    for (const [what, wanted] of ends) {
      const there = written.get(partition)?.get(what) ?? 0;
      if (there < wanted)
        missing.push(`${partition} has ${there} of ${wanted} markers that should be there: ${what}`);
    }
  }
  return missing;
}
