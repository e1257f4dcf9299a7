/** The scenarios of the suite in their short forms: a file of tests for each list, which go side by side. */

/** What disturbs workers, and the network between them and the brokers. */
export const WORKERS_AND_NETWORK = [
  ['stop', 'delayed-commit', 'late-transaction', 'late-offsets'],
  ['kill', 'terminate', 'poison', 'oversize'],
  ['storm-eager', 'storm-cooperative', 'storm-consumer'],
  ['network-latency'],
  ['network-reset'],
  ['network-bandwidth'],
];

/** What disturbs brokers, and everything at once. */
export const BROKERS = [['below-min-isr'], ['disk-full'], ['broker'], ['commit-in-doubt'], ['mixed']];
