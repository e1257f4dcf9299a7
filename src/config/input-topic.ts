/** Whether `inputs[].topic` is a pattern for topic names and not a name. */
export function isPattern(inputTopic: string): boolean {
  return inputTopic.startsWith('^');
}

/**
 * The one meaning of a pattern: it reads the topics whose names begin with something that it describes, `^a|b` those that
 * begin with `a` or with `b`. Left as they are, patterns with alternatives mean different things to clients, which look for
 * a match anywhere in the name, and to brokers, which match whole names (KIP-848).
 */
export function patternOf(inputTopic: string): RegExp {
  return new RegExp(`^(${inputTopic.slice(1)})`);
}

/** Whether an input reads a topic: the one that it names, or every one that its pattern matches. */
export function reads(inputTopic: string, topic: string): boolean {
  return isPattern(inputTopic) ? patternOf(inputTopic).test(topic) : inputTopic === topic;
}
