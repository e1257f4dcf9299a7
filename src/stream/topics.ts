import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/schema.js';
import { Fatal } from '../errors.js';
import type { KafkaAdmin, TopicInfo } from '../kafka/ports.js';
import type { Events } from '../observe/events.js';

/** A topic that otelrows writes to, and where it is configured. */
export interface OutputTopic {
  /** The config section of the topic, such as `metrics.gauge.topic`. */
  section: string;
  name: string;
  create: boolean;
  /** -1 = the broker's default. */
  num_partitions: number;
  /** -1 = the broker's default. */
  replication_factor: number;
}

const METRIC_KINDS = ['sum', 'gauge', 'histogram', 'exponential_histogram', 'summary'] as const;
const LEADERS_TIMEOUT_MS = 30_000;
const LEADERS_RETRY_MS = 50;

/** The topics that will be written to: those of the row kinds that are switched on, and the one for dead letters. */
export function outputTopics({ traces, logs, metrics, dead_letter }: Config): OutputTopic[] {
  return [
    ...(traces.enabled ? [{ section: 'traces.topic', ...traces.topic }] : []),
    ...(logs.enabled ? [{ section: 'logs.topic', ...logs.topic }] : []),
    ...METRIC_KINDS.filter(kind => metrics[kind].enabled).map(kind => ({
      section: `metrics.${kind}.topic`,
      ...metrics[kind].topic,
    })),
    { section: 'dead_letter.topic', ...dead_letter.topic },
  ];
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
    return `This user may not write to ${name} (${section}.name). Give it the WRITE right on that topic.`;
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
 * Makes sure that every output topic can be written to, creating those that may be created.
 * @throws Fatal with every problem, not only the first.
 */
export async function prepareTopics(
  admin: KafkaAdmin,
  topics: readonly OutputTopic[],
  events: Pick<Events, 'topicCreated'>,
): Promise<void> {
  const problems: string[] = [];
  for (const topic of topics) {
    const found = await admin.describeTopic(topic.name);
    const problem = topicProblem(topic, found);
    if (problem) problems.push(problem);
    else if (found === null) {
      try {
        await admin.createTopic({
          topic: topic.name,
          partitions: topic.num_partitions,
          replicationFactor: topic.replication_factor,
        });
        const created = await untilLed(admin, topic.name);
        events.topicCreated(topic.name, created.partitions.length);
      } catch (error) {
        problems.push(`${(error as Error).message} (${topic.section}).`);
      }
    }
  }
  if (problems.length > 0) throw new Fatal(problems.join('\n'));
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
