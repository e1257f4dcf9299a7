import type { Config } from '../config/schema.js';
import type { KafkaClients } from '../kafka/ports.js';
import type { Events } from '../observe/events.js';

/** What all that works with Kafka for a while is given: a worker, a replay, a look at the dead-letter topic. */
export interface Run {
  config: Config;
  kafka: KafkaClients;
  events: Events;
  /** Ends it once what was begun is finished; waiting for brokers ends at once. */
  stop: AbortSignal;
}
