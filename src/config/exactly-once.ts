import { refusedProperties } from './refused-properties.js';
import type { Config } from './schema.js';

/** Custom properties that are not refused with `exactly_once`, but of which the client takes only some values then. */
const BOUNDED = [
  'max.in.flight',
  'max.in.flight.requests.per.connection',
  'message.send.max.retries',
  'retries',
  'socket.timeout.ms',
];

/**
 * The same config with `delivery: exactly_once`, for work that needs transactions whatever the workers do. What only
 * `at_least_once` allows gives way: the client would refuse it.
 */
export function withExactlyOnce(config: Config): Config {
  if (config.delivery === 'exactly_once') return config;
  const { batch, kafka, producer } = config;
  const timeMsMax = producer.transaction_timeout_ms / 2;
  return {
    ...config,
    delivery: 'exactly_once',
    batch: { ...batch, max_age_ms: Math.min(batch.max_age_ms, timeMsMax) },
    producer: {
      ...producer,
      required_acks: -1,
      retries: Math.max(1, producer.retries),
      linger_ms: Math.min(producer.linger_ms, timeMsMax),
      message_timeout_ms: null,
    },
    kafka: {
      ...kafka,
      custom: {
        consumer: without(kafka.custom.consumer, refusedProperties('consumer').exactlyOnce),
        producer: without(kafka.custom.producer, [...refusedProperties('producer').exactlyOnce, ...BOUNDED]),
      },
    },
  };
}

function without<T>(properties: Record<string, T>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}
