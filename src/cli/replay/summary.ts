import { partitionName } from '../../kafka/names.js';
import type { OffsetRange } from '../../kafka/offset-range.js';
import type { ReplayPlan } from '../../stream/replay/replay.js';
import type { OffsetReset } from '../../stream/replay/reset-group.js';
import { count } from './progress-text.js';

/** What the user is asked to agree to. */
export function renderPlan(plan: ReplayPlan, range: { from: string; to: string }): string[] {
  const left = plan.allOffsets - plan.doneOffsets;
  return [
    plan.state === 'resumed'
      ? `Goes on with the replay of the group ${plan.group}: ${count(plan.doneOffsets)} of ${count(plan.allOffsets)} offsets are done.`
      : `Replays under the group ${plan.group}, from ${range.from} to ${range.to}:`,
    ...byTopic(plan.ranges).map(
      ({ topic, partitions, offsets }) =>
        `  ${topic}: ${count(offsets)} offsets in ${count(partitions)} ${partitions === 1 ? 'partition' : 'partitions'}`,
    ),
    // Offsets are all that can be known without reading: transactions' markers have some, and compaction leaves gaps.
    `  ${count(left)} records at most, exactly once, to ${plan.outputs.join(', ')}`,
  ];
}

/** What a reset would change. */
export function renderResets(group: string, resets: readonly OffsetReset[]): string[] {
  return [
    `Sets the committed offsets of the group ${group}:`,
    ...resets.map(
      ({ before, offset, ...partition }) => `  ${partitionName(partition)}: ${before ?? 'none'} → ${offset}`,
    ),
  ];
}

/** What is not there, and nobody can be blamed for but the topic; nothing where nothing is missing. */
export function renderMissed(missedOffsets: number, what: string): string[] {
  return missedOffsets === 0
    ? []
    : [
        `${count(missedOffsets)} ${what} at most were NOT read: their topic had deleted them before. The log says which (records_missed).`,
      ];
}

function byTopic(ranges: readonly OffsetRange[]): { topic: string; partitions: number; offsets: number }[] {
  const found = new Map<string, { topic: string; partitions: number; offsets: number }>();
  for (const { topic, from, to } of ranges) {
    const sum = found.get(topic) ?? { topic, partitions: 0, offsets: 0 };
    sum.partitions += 1;
    sum.offsets += to - from;
    found.set(topic, sum);
  }
  return [...found.values()];
}
