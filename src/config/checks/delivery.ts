import { enabledEncodings } from '../output-topics.js';
import { type CrossCheck, when } from './check.js';

/** What the promise of `delivery` needs from the producer. */
export const checkDelivery: CrossCheck = config => {
  const { delivery, producer } = config;
  const exactlyOnce = delivery === 'exactly_once';
  const encodings = enabledEncodings(config);
  return [
    ...when(
      exactlyOnce && producer.required_acks !== -1,
      ['producer.required_acks', 'delivery'],
      `producer.required_acks is ${producer.required_acks}, but delivery: exactly_once needs all (-1): rows that only some replicas have can be lost although their transaction was committed. Set it to all, or choose delivery: at_least_once`,
    ),
    ...when(
      exactlyOnce && producer.retries < 1,
      ['producer.retries', 'delivery'],
      'producer.retries is 0, but delivery: exactly_once needs at least 1: the producer recognises what it sent twice only if it may send again',
    ),
    ...when(
      exactlyOnce &&
        producer.message_timeout_ms !== null &&
        producer.message_timeout_ms > producer.transaction_timeout_ms,
      ['producer.message_timeout_ms', 'producer.transaction_timeout_ms', 'delivery'],
      `producer.message_timeout_ms (${producer.message_timeout_ms}) is longer than producer.transaction_timeout_ms (${producer.transaction_timeout_ms}): with delivery: exactly_once a row that takes longer than its transaction may last is lost with it. Leave it at null to use the transaction timeout`,
    ),
    ...(['json_lines', 'native'] as const).flatMap(encoding =>
      when(
        config[encoding].max_bytes > producer.max_message_bytes && encodings.has(encoding),
        [`${encoding}.max_bytes`, 'producer.max_message_bytes'],
        `${encoding}.max_bytes (${config[encoding].max_bytes}) is more than producer.max_message_bytes (${producer.max_message_bytes}): such a message could never be sent`,
      ),
    ),
    ...when(
      producer.queue_max_bytes !== null && producer.max_message_bytes > producer.queue_max_bytes,
      ['producer.max_message_bytes', 'producer.queue_max_bytes'],
      `producer.max_message_bytes (${producer.max_message_bytes}) is more than producer.queue_max_bytes (${producer.queue_max_bytes}): the largest message would never fit into the queue`,
    ),
  ];
};
