import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { abortedTransactions, unequalReplicas } from './aborted-transactions.js';
import { dumpLog } from './dump-log.js';
import { decidedEnds, missingMarkers, undecidedMarkers, writtenMarkers } from './markers.js';

/**
 * Whether what the brokers wrote about transactions agrees, after a run that was not exact: the ends that coordinators
 * decided on with the markers in the partitions, and the replicas among each other.
 *
 * @param brokersDir a folder for each broker; they have ended.
 * @returns what does not agree.
 */
export async function lookInto(brokersDir: string): Promise<string[]> {
  const files = (await readdir(brokersDir, { recursive: true })).map(file => join(brokersDir, file));
  const brokerOf = (file: string) => relative(brokersDir, file).split(sep)[0] ?? '';
  const segments = files.filter(file => file.endsWith('.log') && /-\d+$/.test(basename(dirname(file))));
  const logs = await fullestReplicas(segments);

  const states = [...logs].filter(([partition]) => partition.startsWith('__transaction_state-'));
  const decided = await decidedEnds(
    dumpLog(
      states.flatMap(([, ofPartition]) => ofPartition),
      ['--transaction-log-decoder'],
    ),
  );
  // Every run has transactions.
  if (decided.size === 0)
    return [`nothing could be read from the transaction coordinators' logs in ${brokersDir}`];
  const written = await writtenMarkers(
    dumpLog(
      [...decided.keys()].flatMap(partition => logs.get(partition) ?? []),
      ['--print-data-log'],
    ),
  );
  const indexes = files.filter(file => file.endsWith('.txnindex'));
  return [
    ...missingMarkers(decided, written),
    ...undecidedMarkers(decided, written),
    ...unequalReplicas(await abortedTransactions(dumpLog(indexes, []), segments, brokerOf)),
  ];
}

/** By partition the segments of the replica that has most: one that was killed last may lack the end. */
async function fullestReplicas(segments: readonly string[]): Promise<Map<string, string[]>> {
  const replicas = new Map<string, { segments: string[]; bytes: number }>();
  for (const segment of [...segments].sort()) {
    const replica = replicas.get(dirname(segment)) ?? { segments: [], bytes: 0 };
    replica.segments.push(segment);
    replica.bytes += (await stat(segment)).size;
    replicas.set(dirname(segment), replica);
  }
  const fullestLast = [...replicas].sort(([, a], [, b]) => a.bytes - b.bytes);
  // Of several with one key a Map keeps the last.
  return new Map(fullestLast.map(([folder, replica]) => [basename(folder), replica.segments]));
}
