import { partitionName } from '../kafka/names.js';
import type { InputConsumer, NextOffset, RebalanceEvent, TopicPartition } from '../kafka/ports.js';

/** Which partitions this worker owns, and the changes that wait for the running batch to end. */
export interface Assignment {
  readonly partitions: readonly TopicPartition[];
  owns(partition: TopicPartition): boolean;
  /**
   * True once the group has thrown this worker out: others may own the partitions, so nothing may be committed.
   * It stays true until `settle`.
   */
  lost(): boolean;
  /**
   * Takes and gives up what the group has asked for. Only between batches.
   * @returns the partitions that were given up, also those that came back since: what was read of them before is void.
   */
  settle(): readonly TopicPartition[];
  /** Where reading of a partition goes on, at the least; `undefined` until that was found out after it was assigned. */
  nextOffset(partition: TopicPartition): number | undefined;
  /** Notes what is committed. */
  advance(offsets: readonly NextOffset[]): void;
  /** From now on answers the group at once, which leaving it requires. */
  release(): void;
}

/**
 * Follows the group's rebalances and holds them back until no transaction is open.
 *
 * Why they are held back: the broker checks who commits offsets (member and generation), not whether that member still
 * owns the partition. Were partitions given up while a transaction runs, this would write rows twice:
 *   1. worker A reads records of partition 0 and sends their rows;
 *   2. the group moves partition 0 to worker B, A gives it up and rejoins with the new generation;
 *   3. A adds its offsets to the transaction, as a valid member of the new generation, and commits;
 *   4. B has read the same records from the offset committed before, and commits their rows too.
 * As long as A has not answered, the group waits for it (until the session or poll time-out), and B, which asks for stable
 * offsets, waits for A's transaction. When the time-out has passed, `lost()` is true and A must abort.
 */
export function followAssignment(
  consumer: InputConsumer,
  changed: (event: RebalanceEvent, owned: readonly TopicPartition[]) => void,
): Assignment {
  const owned = new Map<string, TopicPartition>();
  const nextOffsets = new Map<string, number>();
  const waiting: RebalanceEvent[] = [];

  const accept = (event: RebalanceEvent): void => {
    consumer.accept(event);
    for (const partition of event.partitions) {
      nextOffsets.delete(partitionName(partition));
      if (event.kind === 'assigned') owned.set(partitionName(partition), partition);
      else owned.delete(partitionName(partition));
    }
    changed(event, [...owned.values()]);
  };
  consumer.onRebalance(event => waiting.push(event));

  return {
    get partitions() {
      return [...owned.values()];
    },
    owns: partition => owned.has(partitionName(partition)),
    lost: () => consumer.assignmentLost(),
    nextOffset: partition => nextOffsets.get(partitionName(partition)),
    advance: offsets => {
      for (const at of offsets) nextOffsets.set(partitionName(at), at.offset);
    },
    settle: () => {
      const givenUp: TopicPartition[] = [];
      for (let event = waiting.shift(); event; event = waiting.shift()) {
        accept(event);
        if (event.kind === 'revoked') givenUp.push(...event.partitions);
      }
      return givenUp;
    },
    release: () => {
      const acceptOrRefuse = (event: RebalanceEvent): void => {
        try {
          accept(event);
        } catch {
          // A client that is closing takes no more partitions, but still waits for an answer before it closes.
          consumer.accept({ kind: 'revoked', partitions: event.partitions, lost: false });
        }
      };
      for (let event = waiting.shift(); event; event = waiting.shift()) acceptOrRefuse(event);
      consumer.onRebalance(acceptOrRefuse);
    },
  };
}
