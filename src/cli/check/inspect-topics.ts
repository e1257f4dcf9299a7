import { isPattern, reads } from '../../config/input-topic.js';
import { type OutputTopic, outputTopics } from '../../config/output-topics.js';
import type { Config } from '../../config/schema.js';
import type { CreationProbe, KafkaAdmin, TopicInfo } from '../../kafka/ports.js';
import { fewerReplicas, findTopic, inputProblem, rightToCreate, topicProblem } from '../../kafka/topics.js';
import { type CountInputs, inputPartitionCounts, planPartitions } from '../../stream/plan-partitions.js';
import { type Finding, ok, problem, warning } from './finding.js';

/** Kafka's own default for a topic's max.message.bytes. */
const TOPIC_MESSAGE_BYTES_DEFAULT = 1_048_588;

/** What was found of the inputs. */
export interface InspectedInputs {
  findings: Finding[];
  /** The topics that are there and may be read, each once. */
  readable: TopicInfo[];
}

/** The topics that are read: there, readable, and in how many partitions. */
export async function inspectInputs(admin: KafkaAdmin, { inputs }: Config): Promise<InspectedInputs> {
  const names = await admin.topicNames();
  const findings: Finding[] = [];
  const readable = new Map<string, TopicInfo>();
  for (const input of inputs) {
    const matching = isPattern(input.topic) ? names.filter(name => reads(input.topic, name)) : [input.topic];
    if (matching.length === 0) {
      findings.push(warning('input', `${input.topic} matches no topic yet; a worker waits for one`));
    }
    for (const name of matching) {
      const found = await findTopic(admin, name);
      findings.push(...inspectInput(name, input.signal === 'auto' ? 'any signal' : input.signal, found));
      if (found !== null && inputProblem(name, found) === null) readable.set(name, found);
    }
  }
  return { findings, readable: [...readable.values()] };
}

function inspectInput(name: string, holds: string, found: TopicInfo | null): Finding[] {
  if (found === null) {
    return [warning('input', `${name} (${holds}) does not exist yet; a worker waits for it`)];
  }
  const wrong = inputProblem(name, found);
  if (wrong !== null) return [problem('input', wrong)];
  const partitions = found.partitions.length;
  return [
    ok('input', `${name} (${holds}): ${count(partitions, 'partition')}`),
    ...leaderless('input', found),
    ...(partitions === 1
      ? [warning('input', `${name} has one partition, so a second worker would have nothing to do with it`)]
      : []),
  ];
}

/** What is asked of the brokers about topics that are to be created. */
type Probe = Pick<CreationProbe, 'brokerCount' | 'mayCreate'>;

/** The topics that are written to: there or to be created, writable, and as safe as they look. */
export async function inspectOutputs(admin: KafkaAdmin, config: Config, probe: Probe): Promise<Finding[]> {
  if (config.dry_run) return [ok('output', 'nothing is written and no topic created (dry_run)')];
  const countInputs = inputPartitionCounts(admin, config.inputs);
  const findings: Finding[] = [];
  for (const topic of outputTopics(config)) {
    const found = await findTopic(admin, topic.name);
    const wrong = topicProblem(topic, found);
    if (wrong !== null) findings.push(problem('output', wrong));
    else if (found === null) findings.push(...(await inspectCreation(topic, countInputs, probe)));
    else findings.push(...inspectOutput(topic.name, found));
  }
  if (config.producer.max_message_bytes > TOPIC_MESSAGE_BYTES_DEFAULT) {
    findings.push(
      warning(
        'output',
        `producer.max_message_bytes (${config.producer.max_message_bytes}) is more than a topic takes by default ` +
          `(${TOPIC_MESSAGE_BYTES_DEFAULT}): topics that otelrows creates take it; of others set max.message.bytes to at least as much`,
      ),
    );
  }
  return findings;
}

/** What a worker would create, and why it could not. */
async function inspectCreation(
  topic: OutputTopic,
  countInputs: CountInputs,
  probe: Probe,
): Promise<Finding[]> {
  const { name, replication_factor: replicas } = topic;
  if (!(await probe.mayCreate(name))) {
    return [
      problem('output', `${name} does not exist, and this user may not create it. ${rightToCreate(topic)}`),
    ];
  }
  const brokers = await probe.brokerCount();
  if (replicas > brokers) {
    return [
      problem(
        'output',
        `${name} does not exist and could not be created: its ${count(replicas, 'replica')} need as many brokers, and there ${brokers === 1 ? 'is' : 'are'} ${brokers}. ${fewerReplicas(topic)}`,
      ),
    ];
  }
  const { partitions, because } = await planPartitions(topic, countInputs);
  const planned =
    partitions === -1 ? `partitions: ${because}` : `${count(partitions, 'partition')} (${because})`;
  const replicated = replicas === -1 ? "the brokers' default number of replicas" : count(replicas, 'replica');
  const text = `${name}: will be created with ${planned}; ${replicated}`;
  return [partitions === -1 && topic.num_partitions === null ? warning('output', text) : ok('output', text)];
}

function inspectOutput(name: string, found: TopicInfo): Finding[] {
  const replicas = Math.min(...found.partitions.map(partition => partition.replicas));
  const behind = found.partitions.filter(({ replicas, inSyncReplicas }) => inSyncReplicas < replicas).length;
  return [
    ok(
      'output',
      `${name}: ${count(found.partitions.length, 'partition')}, ${count(replicas, 'replica')} each`,
    ),
    ...leaderless('output', found),
    ...(replicas === 1
      ? [warning('output', `${name} has one replica: its rows are lost with that broker's disk`)]
      : []),
    ...(behind > 0
      ? [warning('output', `${name}: ${count(behind, 'partition')} with replicas that are behind`)]
      : []),
  ];
}

function leaderless(subject: string, { topic, partitions }: TopicInfo): Finding[] {
  const without = partitions.filter(({ leader }) => leader < 0).length;
  return without === 0
    ? []
    : [
        problem(
          subject,
          `${topic}: ${count(without, 'partition')} without a leader. Look after the brokers first.`,
        ),
      ];
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
