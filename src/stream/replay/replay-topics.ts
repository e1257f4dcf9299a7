import { isPattern, reads } from '../../config/input-topic.js';
import type { Input } from '../../config/inputs.js';
import { InputInvalid } from '../../errors.js';
import type { KafkaAdmin, TopicPartition } from '../../kafka/ports.js';
import { findTopic, inputProblem } from '../../kafka/topics.js';

/**
 * The partitions of the input topics that exist.
 *
 * @param chosen names of topics; none = every topic that an input reads.
 * @throws InputInvalid for a chosen topic that no input reads or that does not exist, and when there is nothing to read.
 */
export async function inputPartitions(
  admin: Pick<KafkaAdmin, 'topicNames' | 'describeTopic'>,
  inputs: readonly Input[],
  chosen: readonly string[],
): Promise<TopicPartition[]> {
  const names = chosen.length > 0 ? chosen : await namesOf(admin, inputs);
  const partitions: TopicPartition[] = [];
  for (const topic of new Set(names)) {
    if (!inputs.some(input => reads(input.topic, topic))) {
      throw new InputInvalid(
        `--topic ${topic} is no input: the config reads ${inputs.map(input => input.topic).join(', ')}`,
      );
    }
    const found = await findTopic(admin, topic);
    const problem = inputProblem(topic, found);
    if (problem !== null) throw new InputInvalid(problem);
    if (found === null && chosen.length > 0) throw new InputInvalid(`--topic ${topic} does not exist`);
    for (const { partition } of found?.partitions ?? []) partitions.push({ topic, partition });
  }
  if (partitions.length === 0) throw new InputInvalid(`none of the input topics exists: ${names.join(', ')}`);
  return partitions;
}

async function namesOf(admin: Pick<KafkaAdmin, 'topicNames'>, inputs: readonly Input[]): Promise<string[]> {
  const existing = inputs.some(({ topic }) => isPattern(topic)) ? await admin.topicNames() : [];
  return inputs.flatMap(({ topic }) =>
    isPattern(topic) ? existing.filter(name => reads(topic, name)).sort() : [topic],
  );
}
