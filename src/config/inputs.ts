import { isPattern, patternOf, reads } from './input-topic.js';
import type { Config } from './schema.js';

export type Input = Config['inputs'][number];

/** Which configured input a topic belongs to. */
export type InputOf = (topic: string) => Input;

/**
 * What to subscribe to: names, and patterns for the inputs that start with `^`.
 *
 * With the `consumer` protocol brokers match them, and a whole name only (KIP-848). Without the end that is put to it, `^otlp_`
 * would match no topic there, and nobody would be told.
 */
export function subscriptionOf({
  inputs,
  consumer,
}: {
  inputs: readonly Input[];
  consumer: Pick<Config['consumer'], 'group_protocol'>;
}): (string | RegExp)[] {
  const pattern = (topic: string) =>
    consumer.group_protocol === 'consumer' ? new RegExp(`${patternOf(topic).source}.*`) : patternOf(topic);
  return inputs.map(({ topic }) => (isPattern(topic) ? pattern(topic) : topic));
}

/**
 * Finds the input of a topic: the one that names it, else the first whose pattern matches. Remembers the answer, since it
 * is asked for every record.
 *
 * @throws Error for a topic that nothing in the subscription could have brought.
 */
export function inputFinder(inputs: readonly Input[]): InputOf {
  const found = new Map<string, Input>();
  return topic => {
    let input = found.get(topic);
    if (!input) {
      input =
        inputs.find(candidate => candidate.topic === topic) ??
        inputs.find(candidate => reads(candidate.topic, topic));
      if (!input) throw new Error(`a record of ${topic}, which is no configured input`);
      found.set(topic, input);
    }
    return input;
  };
}
