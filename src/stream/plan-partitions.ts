import { isPattern, reads } from '../config/input-topic.js';
import type { Input } from '../config/inputs.js';
import type { OutputTopic } from '../config/output-topics.js';
import type { KafkaAdmin } from '../kafka/ports.js';
import { findTopic } from '../kafka/topics.js';

/** How many partitions an output topic gets when it is created. */
export interface PlannedPartitions {
  /** -1 = the brokers' default. */
  partitions: number;
  /** Why so many: `as otlp_spans has`. */
  because: string;
}

/** The inputs of a signal, of all signals for `null`, with the partitions they have now; those that do not exist have 0. */
export type CountInputs = (signal: OutputTopic['signal']) => Promise<{ topic: string; partitions: number }[]>;

/** Counts the partitions of inputs when it is first asked, and remembers them. */
export function inputPartitionCounts(
  admin: Pick<KafkaAdmin, 'topicNames' | 'describeTopic'>,
  inputs: readonly Input[],
): CountInputs {
  const counted = new Map<string, number>();
  const count = async (topic: string) => {
    const known = counted.get(topic);
    if (known !== undefined) return known;
    const partitions = (await findTopic(admin, topic))?.partitions.length ?? 0;
    counted.set(topic, partitions);
    return partitions;
  };
  let names: Promise<string[]> | null = null;
  return async signal => {
    const found: { topic: string; partitions: number }[] = [];
    for (const input of inputs) {
      if (signal !== null && input.signal !== signal && input.signal !== 'auto') continue;
      names ??= isPattern(input.topic) ? admin.topicNames() : null;
      const matching = isPattern(input.topic)
        ? ((await names) ?? []).filter(name => reads(input.topic, name))
        : [input.topic];
      for (const topic of matching) found.push({ topic, partitions: await count(topic) });
    }
    return found;
  };
}

/**
 * As many as configured; else as many as the input of the rows has, of several the most: a worker then writes to as many
 * partitions as it reads from, and readers of the rows can share them as the workers do.
 */
export async function planPartitions(
  { signal, num_partitions, decidedBy }: Pick<OutputTopic, 'signal' | 'num_partitions' | 'decidedBy'>,
  countInputs: CountInputs,
): Promise<PlannedPartitions> {
  const setting = decidedBy.num_partitions;
  if (num_partitions === -1) return { partitions: -1, because: `the brokers' default (${setting}: -1)` };
  if (num_partitions !== null) return { partitions: num_partitions, because: setting };
  const inputs = await countInputs(signal);
  const [largest] = inputs
    .filter(({ partitions }) => partitions > 0)
    .sort((a, b) => b.partitions - a.partitions);
  if (largest) return { partitions: largest.partitions, because: `as ${largest.topic} has` };
  return {
    partitions: -1,
    because: `the brokers' default, since ${inputs[0]?.topic ?? 'its input'} does not exist yet; ${setting} says otherwise`,
  };
}
