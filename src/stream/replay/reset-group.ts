import { Fatal } from '../../errors.js';
import { KafkaFailure } from '../../kafka/failure.js';
import { partitionName } from '../../kafka/names.js';
import { settledOffsets } from '../../kafka/once-coordinated.js';
import type { NextOffset } from '../../kafka/ports.js';
import type { Run } from '../run.js';
import { planRanges } from './plan-ranges.js';
import type { Position } from './position.js';
import { inputPartitions } from './replay-topics.js';
import { withClients } from './run-parts.js';

/** A committed offset before and after. */
export interface OffsetReset extends NextOffset {
  before: number | null;
}

/**
 * Sets the committed offsets of the worker's group, so that its workers read from there when they start.
 *
 * Brokers refuse offsets of someone who is no member while the group has members, so no worker can be in between.
 *
 * @param confirm is asked before anything is changed.
 * @returns false when it was not confirmed.
 * @throws Fatal while the group has members.
 */
export async function resetGroup(
  run: Run,
  request: { topics: readonly string[]; from: Position },
  confirm: (resets: readonly OffsetReset[]) => Promise<boolean>,
): Promise<boolean> {
  const { config, stop } = run;
  const group = config.consumer.group_id;
  return withClients(run, group, async ({ admin, consumer }) => {
    const partitions = await inputPartitions(admin, config.inputs, request.topics);
    const ranges = await planRanges(admin, partitions, request.from, { kind: 'now' });
    if (await admin.hasMembers(group)) throw new Fatal(stillActive(group));
    // Also waits for a transaction that a killed worker has left open: its offsets would come after ours.
    const before = await settledOffsets(consumer, ranges, stop);
    const offsets = new Map(before.map(found => [partitionName(found), found.offset]));
    const resets = ranges.map(({ topic, partition, from }) => ({
      topic,
      partition,
      offset: from,
      before: offsets.get(partitionName({ topic, partition })) ?? null,
    }));
    if (!(await confirm(resets))) return false;
    try {
      await consumer.commitFromOutside(
        resets.map(({ topic, partition, offset }) => ({ topic, partition, offset })),
      );
    } catch (error) {
      if (error instanceof KafkaFailure && error.kind === 'group_active') throw new Fatal(stillActive(group));
      throw error;
    }
    return true;
  });
}

function stillActive(group: string): string {
  return (
    `The group ${group} has members, so nothing was changed. Stop its workers first; ` +
    'one that was killed counts until its session has ended (consumer.session_timeout_ms).'
  );
}
