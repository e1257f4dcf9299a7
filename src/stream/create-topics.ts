import { setTimeout as sleep } from 'node:timers/promises';
import { isPattern } from '../config/input-topic.js';
import type { Input } from '../config/inputs.js';
import type { OutputTopic } from '../config/output-topics.js';
import { Fatal } from '../errors.js';
import { KafkaFailure } from '../kafka/failure.js';
import type { KafkaAdmin, TopicInfo } from '../kafka/ports.js';
import { fewerReplicas, findTopic, inputProblem, rightToCreate, topicProblem } from '../kafka/topics.js';
import type { Events } from '../observe/events.js';
import { type CountInputs, inputPartitionCounts, planPartitions } from './plan-partitions.js';

const CREATE_TIMEOUT_MS = 30_000;
const CREATE_RETRY_MS = 500;
const LEADERS_TIMEOUT_MS = 30_000;
const LEADERS_RETRY_MS = 50;

/**
 * Makes sure that the inputs can be read and every output topic written to, creating those that may be created.
 * @throws Fatal with every problem, not only the first.
 */
export async function prepareTopics(
  admin: KafkaAdmin,
  { inputs, outputs }: { inputs: readonly Input[]; outputs: readonly OutputTopic[] },
  events: Pick<Events, 'topicCreated'>,
): Promise<void> {
  const problems = await outputProblems(admin, { inputs, outputs }, events);
  for (const { topic } of inputs) {
    if (isPattern(topic)) continue; // whatever matches is what this user may see
    problems.push(inputProblem(topic, await findTopic(admin, topic)));
  }
  throwProblems(problems);
}

/**
 * Makes sure that every output topic can be written to, creating those that may be created.
 * @param topics.inputs whose partitions are counted where outputs are to have as many.
 * @throws Fatal with every problem, not only the first.
 */
export async function prepareOutputTopics(
  admin: KafkaAdmin,
  topics: { inputs: readonly Input[]; outputs: readonly OutputTopic[] },
  events: Pick<Events, 'topicCreated'>,
): Promise<void> {
  throwProblems(await outputProblems(admin, topics, events));
}

async function outputProblems(
  admin: KafkaAdmin,
  { inputs, outputs }: { inputs: readonly Input[]; outputs: readonly OutputTopic[] },
  events: Pick<Events, 'topicCreated'>,
): Promise<(string | null)[]> {
  const countInputs = inputPartitionCounts(admin, inputs);
  const problems: (string | null)[] = [];
  for (const topic of outputs) problems.push(await prepareOutput(admin, topic, countInputs, events));
  return problems;
}

function throwProblems(problems: readonly (string | null)[]): void {
  const found = problems.filter(problem => problem !== null);
  if (found.length > 0) throw new Fatal(found.join('\n'));
}

/** @returns what is wrong with it, or null. */
async function prepareOutput(
  admin: KafkaAdmin,
  topic: OutputTopic,
  countInputs: CountInputs,
  events: Pick<Events, 'topicCreated'>,
): Promise<string | null> {
  const found = await findTopic(admin, topic.name);
  const problem = topicProblem(topic, found);
  if (problem !== null || found !== null) return problem;
  const planned = await planPartitions(topic, countInputs);
  try {
    const isNew = await create(admin, topic, planned.partitions);
    const created = await untilLed(admin, topic.name);
    // Other workers that start at the same time find it missing too.
    if (isNew) {
      const replicas = created.partitions[0]?.replicas ?? 0;
      events.topicCreated(topic.name, created.partitions.length, replicas, planned.because);
    }
    return topicProblem(topic, created);
  } catch (error) {
    return `${(error as Error).message} (${topic.section}).${createAdvice(topic, error)}`;
  }
}

/**
 * Asks for the topic until it is there: a broker that was asked too early, or that went away meanwhile, is no reason not
 * to start, and a topic that is left to the brokers' own `auto.create.topics.enable` would be another one.
 *
 * @returns whether it was created here.
 */
async function create(admin: KafkaAdmin, topic: OutputTopic, partitions: number): Promise<boolean> {
  const deadline = Date.now() + CREATE_TIMEOUT_MS;
  for (let mayHaveWorked = false; ; mayHaveWorked = true) {
    try {
      const isNew = await admin.createTopic({
        topic: topic.name,
        partitions,
        replicationFactor: topic.replication_factor,
        config: topic.config,
      });
      return isNew || mayHaveWorked;
    } catch (error) {
      const passing =
        error instanceof KafkaFailure && (error.kind === 'retriable' || error.kind === 'indefinite');
      if (!passing || Date.now() > deadline) throw error;
      await sleep(CREATE_RETRY_MS);
    }
  }
}

function createAdvice(topic: OutputTopic, error: unknown): string {
  if (!(error instanceof KafkaFailure)) return '';
  if (error.kind === 'denied') return ` ${rightToCreate(topic)}`;
  if (error.kind === 'too_few_brokers') return ` ${fewerReplicas(topic)}`;
  return ` Look at ${topic.section} and output_topics.`;
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
