import { setTimeout as sleep } from 'node:timers/promises';
import { isPattern } from '../config/input-topic.js';
import type { OutputTopic } from '../config/output-topics.js';
import { Fatal } from '../errors.js';
import { KafkaFailure } from '../kafka/failure.js';
import type { KafkaAdmin, TopicInfo } from '../kafka/ports.js';
import type { Events } from '../observe/events.js';
import type { Input } from './inputs.js';

const LEADERS_TIMEOUT_MS = 30_000;
const LEADERS_RETRY_MS = 50;

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
  const { section, name, create, num_partitions: wanted } = topic;
  if (found === null) {
    return create
      ? null
      : `The output topic ${name} (${section}.name) does not exist. Create it, or let otelrows: ${section}.create: true.`;
  }
  if (found.allowed && !found.allowed.includes('write')) {
    const rights = create ? 'the WRITE right (and CREATE, if it does not exist yet)' : 'the WRITE right';
    return `This user may not write to ${name} (${section}.name). Give it ${rights} on that topic.`;
  }
  if (create && wanted > 0 && found.partitions.length !== wanted) {
    return (
      `The topic ${name} has ${found.partitions.length} partitions, but ${section}.num_partitions is ${wanted}. ` +
      'Change the setting: partitions are not added, because that would send keys to other partitions than before.'
    );
  }
  return null;
}

/**
 * Makes sure that the inputs can be read and every output topic written to, creating those that may be created.
 * @throws Fatal with every problem, not only the first.
 */
export async function prepareTopics(
  admin: KafkaAdmin,
  { inputs, outputs }: { inputs: readonly Input[]; outputs: readonly OutputTopic[] },
  events: Pick<Events, 'topicCreated' | 'inputMissing'>,
): Promise<void> {
  const problems: (string | null)[] = [];
  for (const topic of outputs) problems.push(await prepareOutput(admin, topic, events));
  for (const { topic } of inputs) {
    if (isPattern(topic)) continue; // whatever matches is what this user may see
    const found = await findTopic(admin, topic);
    problems.push(inputProblem(topic, found));
    if (found === null) events.inputMissing(topic);
  }
  const found = problems.filter(problem => problem !== null);
  if (found.length > 0) throw new Fatal(found.join('\n'));
}

/** @returns what is wrong with it, or null. */
async function prepareOutput(
  admin: KafkaAdmin,
  topic: OutputTopic,
  events: Pick<Events, 'topicCreated'>,
): Promise<string | null> {
  const found = await findTopic(admin, topic.name);
  const problem = topicProblem(topic, found);
  if (problem !== null || found !== null) return problem;
  try {
    await admin.createTopic({
      topic: topic.name,
      partitions: topic.num_partitions,
      replicationFactor: topic.replication_factor,
    });
    const created = await untilLed(admin, topic.name);
    events.topicCreated(topic.name, created.partitions.length);
    return topicProblem(topic, created);
  } catch (error) {
    const denied = error instanceof KafkaFailure && error.kind === 'denied';
    return `${(error as Error).message} (${topic.section}).${denied ? ' Give this user the CREATE right on that topic.' : ''}`;
  }
}

/** A topic that was just created cannot be written to before its partitions have leaders. */
async function untilLed(admin: KafkaAdmin, topic: string): Promise<TopicInfo> {
  const deadline = Date.now() + LEADERS_TIMEOUT_MS;
  for (;;) {
    const found = await admin.describeTopic(topic);
    if (found && found.partitions.length > 0 && found.partitions.every(({ leader }) => leader >= 0))
      return found;
    if (Date.now() > deadline)
      throw new Error(`topic ${topic} was created, but its partitions have no leader`);
    await sleep(LEADERS_RETRY_MS);
  }
}
