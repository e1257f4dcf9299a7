/** Whether `inputs[].topic` is a pattern for topic names and not a name. */
export function isPattern(inputTopic: string): boolean {
  return inputTopic.startsWith('^');
}

/** Whether an input reads a topic: the one that it names, or every one that its pattern matches. */
export function reads(inputTopic: string, topic: string): boolean {
  return isPattern(inputTopic) ? new RegExp(inputTopic).test(topic) : inputTopic === topic;
}
