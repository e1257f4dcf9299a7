import { messageTimeoutMs } from '../message-timeout.js';
import { type CrossCheck, when } from './check.js';

/** Times that must be in a certain order to mean anything. */
export const checkTimes: CrossCheck = ({ consumer, producer, retry, batch, delivery }) => [
  ...when(
    consumer.heartbeat_interval_ms >= consumer.session_timeout_ms,
    ['consumer.heartbeat_interval_ms', 'consumer.session_timeout_ms'],
    `consumer.heartbeat_interval_ms (${consumer.heartbeat_interval_ms}) must be less than consumer.session_timeout_ms (${consumer.session_timeout_ms}): a worker would be taken for dead between two heartbeats. A third of it is customary`,
  ),
  ...when(
    consumer.session_timeout_ms > consumer.max_poll_interval_ms,
    ['consumer.max_poll_interval_ms', 'consumer.session_timeout_ms'],
    `consumer.max_poll_interval_ms (${consumer.max_poll_interval_ms}) must be at least consumer.session_timeout_ms (${consumer.session_timeout_ms})`,
  ),
  ...when(
    batch.max_age_ms >= consumer.max_poll_interval_ms,
    ['batch.max_age_ms', 'consumer.max_poll_interval_ms'],
    `batch.max_age_ms (${batch.max_age_ms}) must be less than consumer.max_poll_interval_ms (${consumer.max_poll_interval_ms}): the worker would lose its partitions while it waits for a batch to fill`,
  ),
  ...when(
    delivery === 'exactly_once' && batch.max_age_ms >= producer.transaction_timeout_ms,
    ['batch.max_age_ms', 'producer.transaction_timeout_ms'],
    `batch.max_age_ms (${batch.max_age_ms}) must be less than producer.transaction_timeout_ms (${producer.transaction_timeout_ms})`,
  ),
  ...when(
    messageTimeoutMs(producer, delivery) <= producer.linger_ms,
    ['producer.linger_ms', 'producer.message_timeout_ms', 'producer.transaction_timeout_ms'],
    `producer.linger_ms (${producer.linger_ms}) must be less than the message timeout (${messageTimeoutMs(producer, delivery)}): rows would fail before they are sent`,
  ),
  ...when(
    producer.retry_backoff_ms > producer.retry_backoff_max_ms,
    ['producer.retry_backoff_ms', 'producer.retry_backoff_max_ms'],
    `producer.retry_backoff_ms (${producer.retry_backoff_ms}) must not be more than producer.retry_backoff_max_ms (${producer.retry_backoff_max_ms})`,
  ),
  ...when(
    retry.initial_interval_ms > retry.max_interval_ms,
    ['retry.initial_interval_ms', 'retry.max_interval_ms'],
    `retry.initial_interval_ms (${retry.initial_interval_ms}) must not be more than retry.max_interval_ms (${retry.max_interval_ms})`,
  ),
];
