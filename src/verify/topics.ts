import { isPattern, reads } from '../config/input-topic.js';
import type { Input } from '../config/inputs.js';
import { outputTopics } from '../config/output-topics.js';
import { routedTopics } from '../config/rules/routes.js';
import type { Config } from '../config/schema.js';
import { hasKeys, type RowEncoding } from '../encodings/encoding.js';
import { encodingsOf } from '../encodings/encodings-of.js';
import { Fatal, InputInvalid } from '../errors.js';
import type { KafkaAdmin, TopicPartition } from '../kafka/ports.js';
import { findTopic } from '../kafka/topics.js';
import { ROW_KINDS, type RowKind } from '../tables/columns.js';
import { SIGNALS } from '../transform/decode/otlp.js';
import { routesOf } from '../transform/route.js';
import type { RowsOfSlots } from './identity.js';

/** Which topics are compared. */
export interface ComparedTopics extends RowsOfSlots {
  /** How the records of each input are read, by topic. */
  inputs: ReadonlyMap<string, Input>;
  /** The rows of an output topic count for the kinds whose slot it is. */
  outputs: ReadonlyMap<string, number>;
  /** The slot of each topic that the config names for a kind; undefined when no output is read for it. */
  slotOf(configuredTopic: string): number | undefined;
  /** How the rows of a slot are written. */
  encodingOf(slot: number): RowEncoding;
  deadLetters: string;
  /** Inputs of the config that are patterns, and match no topic. */
  unmatched: readonly string[];
}

/**
 * @param wanted.inputs `TOPIC`, which a configured input reads, or `SIGNAL=TOPIC`; all configured ones when empty.
 * @param wanted.outputs `TOPIC` or `KIND=TOPIC`; all that the config writes rows to when empty. A topic that is neither
 *   configured nor given a kind holds rows of every kind whose own topic is not given.
 * @throws InputInvalid, Fatal when a topic that was asked for does not exist
 */
export async function resolveTopics(
  config: Config,
  wanted: { inputs: readonly string[]; outputs: readonly string[] },
  admin: Pick<KafkaAdmin, 'topicNames' | 'describeTopic'>,
): Promise<ComparedTopics> {
  const { inputs, unmatched } =
    wanted.inputs.length > 0
      ? { inputs: new Map(wanted.inputs.map(text => readInput(config, text))), unmatched: [] }
      : await configuredInputs(config, admin);
  const routes = routesOf(config);
  const deadLetters = config.dead_letter.topic.name;
  const names =
    wanted.outputs.length > 0
      ? wanted.outputs
      : outputTopics(config)
          .map(({ name }) => name)
          .filter(name => name !== deadLetters);
  const kindTopics = ROW_KINDS.map(kind => routes[kind].topic);
  const routed = new Map(routedTopics(config).map(({ topic, kind }) => [topic, kind]));
  const ownSlotOf = (topic: string): number => {
    const kind = routed.get(topic);
    return (kind === undefined ? kindTopics.indexOf(topic) : ROW_KINDS.indexOf(kind)) + 1;
  };
  /** Slot 0 is that of the topics of no kind of their own. */
  const outputs = new Map(
    names
      .map(text => readOutput(text))
      .filter(({ topic }) => topic !== deadLetters)
      .map(({ topic, kind }) => [topic, kind === null ? ownSlotOf(topic) : ROW_KINDS.indexOf(kind) + 1]),
  );
  const slots = new Set(outputs.values());
  const encodings = encodingsOf(config);
  const encodingOf = (slot: number) => encodings[ROW_KINDS[slot - 1] ?? 'traces'];
  const keyless = [...slots].filter(slot => !hasKeys(encodingOf(slot)));
  const [ofNoKind] = [...outputs].find(([, slot]) => slot === 0) ?? [];
  if (ofNoKind !== undefined && ROW_KINDS.some(kind => !hasKeys(encodings[kind]))) {
    throw new InputInvalid(
      `--output ${ofNoKind}: say which kind of row it holds, such as --output traces=${ofNoKind}. Blocks of rows cannot be read without that.`,
    );
  }
  if (wanted.inputs.length + wanted.outputs.length > 0) {
    for (const topic of [
      ...(wanted.inputs.length > 0 ? inputs.keys() : []),
      ...(wanted.outputs.length > 0 ? outputs.keys() : []),
    ]) {
      if ((await findTopic(admin, topic)) === null) throw new Fatal(`The topic ${topic} does not exist.`);
    }
  }
  return {
    inputs,
    outputs,
    slotOf: configured => {
      const own = ownSlotOf(configured);
      if (slots.has(own)) return own;
      return slots.has(0) ? 0 : undefined;
    },
    encodingOf,
    keyless: new Set(keyless),
    // A kind that shares its topic with spans has their slot.
    spanIdsOf: new Map(
      [0, ROW_KINDS.indexOf('traces') + 1].map(slot => [slot, encodingOf(slot).spanIds] as const),
    ),
    deadLetters,
    unmatched,
  };
}

/** The partitions of topics, and those of the topics that do not exist. */
export interface FoundPartitions {
  partitions: TopicPartition[];
  missing: string[];
}

/** @throws Fatal for a topic that may not be read. */
export async function findPartitions(
  admin: Pick<KafkaAdmin, 'describeTopic'>,
  topics: Iterable<string>,
): Promise<FoundPartitions> {
  const partitions: TopicPartition[] = [];
  const missing: string[] = [];
  for (const topic of topics) {
    const found = await findTopic(admin, topic);
    if (found?.allowed && !found.allowed.includes('read')) {
      throw new Fatal(`This user may not read ${topic}. Give it the READ right on that topic.`);
    }
    if (found === null) missing.push(topic);
    for (const { partition } of found?.partitions ?? []) partitions.push({ topic, partition });
  }
  return { partitions, missing };
}

async function configuredInputs(
  { inputs }: Config,
  admin: Pick<KafkaAdmin, 'topicNames'>,
): Promise<{ inputs: Map<string, Input>; unmatched: string[] }> {
  const names = inputs.some(({ topic }) => isPattern(topic)) ? await admin.topicNames() : [];
  const found = new Map<string, Input>();
  // Names first: a topic is read as the input that names it says, whatever patterns match it too.
  for (const input of inputs) if (!isPattern(input.topic)) found.set(input.topic, input);
  const unmatched: string[] = [];
  for (const input of inputs) {
    if (!isPattern(input.topic)) continue;
    const matching = names.filter(name => reads(input.topic, name));
    if (matching.length === 0) unmatched.push(input.topic);
    for (const name of matching) if (!found.has(name)) found.set(name, input);
  }
  return { inputs: found, unmatched };
}

function readInput({ inputs }: Config, text: string): [topic: string, input: Input] {
  const [topic = '', signal] = text.split('=').reverse();
  if (signal !== undefined) {
    const signals = ['auto', ...SIGNALS] as const;
    const known = signals.find(name => name === signal);
    if (!known) throw new InputInvalid(`--input ${text}: ${signal} is not one of ${signals.join(', ')}.`);
    return [topic, { topic, signal: known, encoding: 'auto', framing: 'auto' }];
  }
  const input =
    inputs.find(candidate => candidate.topic === topic) ??
    inputs.find(candidate => reads(candidate.topic, topic));
  if (!input) {
    throw new InputInvalid(
      `--input ${topic}: no configured input reads that topic. Say what it holds, such as --input traces=${topic}`,
    );
  }
  return [topic, input];
}

function readOutput(text: string): { topic: string; kind: RowKind | null } {
  const [topic = '', kind] = text.split('=').reverse();
  if (kind === undefined) return { topic, kind: null };
  const known = ROW_KINDS.find(name => name === kind);
  if (!known) throw new InputInvalid(`--output ${text}: ${kind} is not one of ${ROW_KINDS.join(', ')}.`);
  return { topic, kind: known };
}
