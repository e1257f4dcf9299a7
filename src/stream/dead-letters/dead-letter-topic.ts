import type { Config } from '../../config/schema.js';
import { InputInvalid } from '../../errors.js';
import type { KafkaAdmin, TopicPartition } from '../../kafka/ports.js';
import { findTopic } from '../../kafka/topics.js';

/** The group whose committed offsets say which dead-letter records were replayed. */
export function deadLetterGroup({ consumer }: Pick<Config, 'consumer'>): string {
  return `${consumer.group_id}-deadletters`;
}

/** The partitions of the dead-letter topic. @throws InputInvalid when it does not exist. */
export async function deadLetterPartitions(
  admin: Pick<KafkaAdmin, 'describeTopic'>,
  { dead_letter }: Pick<Config, 'dead_letter'>,
): Promise<TopicPartition[]> {
  const topic = dead_letter.topic.name;
  const found = await findTopic(admin, topic);
  if (found === null)
    throw new InputInvalid(`The dead-letter topic ${topic} (dead_letter.topic.name) does not exist.`);
  return found.partitions.map(({ partition }) => ({ topic, partition }));
}
