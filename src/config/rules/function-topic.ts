import { topicName } from './actions.js';
import { TARGETS, type Target } from './rule.js';
import { list, shape, word } from './shape.js';

/** A topic that functions of `transform.module` send rows to. */
export interface FunctionTopic {
  /** `{kind}` stands for the kind of row. */
  topic: string;
  /** Default: all kinds. */
  for?: Target[];
}

/** One entry of `transform.function_topics`. */
export const functionTopic = shape(
  { topic: topicName, for: list(word(TARGETS), `kinds: ${TARGETS.join(', ')}`) },
  ['topic'],
);
