import type { OutputTopic } from '../config/output-topics.js';
import { KafkaFailure } from './failure.js';
import type { KafkaAdmin, TopicInfo } from './ports.js';

/**
 * Looks for a topic; `null` when it does not exist. Never creates it.
 * A topic that this user may not even see is one on which nothing is allowed.
 */
export async function findTopic(
  admin: Pick<KafkaAdmin, 'describeTopic'>,
  topic: string,
): Promise<TopicInfo | null> {
  try {
    return await admin.describeTopic(topic);
  } catch (error) {
    if (error instanceof KafkaFailure && error.kind === 'denied')
      return { topic, partitions: [], allowed: [] };
    throw error;
  }
}

/** Why an input topic cannot be read, in a sentence that says what to do; `null` when it can, or will be once it exists. */
export function inputProblem(name: string, found: TopicInfo | null): string | null {
  return (found?.allowed?.includes('read') ?? true)
    ? null
    : `This user may not read ${name} (inputs). Give it the READ right on that topic.`;
}

/** What is wrong with an output topic, in a sentence that says what to do; `null` when it can be written to. */
export function topicProblem(topic: OutputTopic, found: TopicInfo | null): string | null {
  const { section, name, create, num_partitions: wanted, decidedBy } = topic;
  if (found === null) {
    return create
      ? null
      : `The output topic ${name} (${section}.name) does not exist. Create it, or let otelrows: ${decidedBy.create}: true.`;
  }
  if (found.allowed && !found.allowed.includes('write')) {
    const rights = create ? 'the WRITE right (and CREATE, if it does not exist yet)' : 'the WRITE right';
    return `This user may not write to ${name} (${section}.name). Give it ${rights} on that topic.`;
  }
  // What `output_topics` says is for topics that are created, of whichever there are.
  const setHere = decidedBy.num_partitions === `${section}.num_partitions`;
  if (create && setHere && wanted !== null && wanted > 0 && found.partitions.length !== wanted) {
    return (
      `The topic ${name} has ${found.partitions.length} partitions, but ${section}.num_partitions is ${wanted}. ` +
      'Change the setting: partitions are not added, because that would send keys to other partitions than before.'
    );
  }
  return null;
}

/** What helps where a topic may not be created. */
export function rightToCreate({ name, decidedBy }: OutputTopic): string {
  return `Give this user the CREATE right on that topic, or create ${name} yourself (${decidedBy.create}: false then looks for it only).`;
}

/** What helps where there are fewer brokers than a topic is to have replicas. */
export function fewerReplicas({ replication_factor, decidedBy }: OutputTopic): string {
  const setting = decidedBy.replication_factor;
  return replication_factor === -1
    ? `The brokers' own default.replication.factor is more than there are brokers: set ${setting}.`
    : `${setting} is ${replication_factor}: set it to at most the number of brokers, or to -1 for their own default.`;
}
