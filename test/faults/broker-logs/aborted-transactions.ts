import { basename, dirname } from 'node:path';

/** What each replica of a partition has in its index of aborted transactions, by partition and then by broker. */
export type AbortedByReplica = Map<string, Map<string, Set<string>>>;

/**
 * @param lines about `.txnindex` files.
 * @param files of all replicas: one that has never seen an abort has no such index.
 * @param brokerOf of the path of a file.
 */
export async function abortedTransactions(
  lines: AsyncIterable<string> | Iterable<string>,
  files: readonly string[],
  brokerOf: (file: string) => string,
): Promise<AbortedByReplica> {
  const found: AbortedByReplica = new Map();
  const entriesOf = (file: string): Set<string> => {
    const partition = basename(dirname(file));
    const replicas = found.get(partition) ?? new Map<string, Set<string>>();
    const entries = replicas.get(brokerOf(file)) ?? new Set<string>();
    found.set(partition, replicas.set(brokerOf(file), entries));
    return entries;
  };
  files.forEach(entriesOf);
  let current = new Set<string>();
  for await (const line of lines) {
    const file = /^Dumping (.*)$/.exec(line)?.[1];
    if (file !== undefined) current = entriesOf(file);
    const entry = /producerId: (\d+) firstOffset: (\d+) lastOffset: (\d+)/.exec(line);
    if (entry) current.add(`producer ${entry[1]}, offsets ${entry[2]} to ${entry[3]}`);
  }
  return found;
}

/** Readers are told by the leader what was aborted, so a replica that lacks one shows its rows once it leads. */
export function unequalReplicas(found: AbortedByReplica): string[] {
  const unequal: string[] = [];
  for (const [partition, replicas] of found) {
    const all = new Set([...replicas.values()].flatMap(entries => [...entries]));
    for (const [broker, entries] of replicas) {
      for (const entry of all) {
        if (!entries.has(entry))
          unequal.push(`${partition} on ${broker} does not know of an aborted transaction: ${entry}`);
      }
    }
  }
  return unequal;
}
