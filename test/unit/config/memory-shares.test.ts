import { expect, test } from 'vitest';
import {
  batchMaxBytes,
  fetchMaxBytes,
  queuedMaxBytes,
  queueMaxBytes,
} from '../../../src/config/memory-shares.js';
import { defaultConfig } from '../../../src/config/schema.js';

const SHARES = [fetchMaxBytes, queuedMaxBytes, batchMaxBytes, queueMaxBytes];

test('the shares of the budget are together no more than it, also with a batch polled ahead', () => {
  const config = defaultConfig();
  const sum = SHARES.reduce((total, share) => total + share(config), batchMaxBytes(config));
  expect(sum).toBeLessThanOrEqual(config.memory.budget_bytes);
});

test('what is set is taken as it is', () => {
  const config = defaultConfig();
  config.consumer.fetch_max_bytes = 1_000_001;
  config.consumer.queued_max_bytes = 1_000_002;
  config.batch.max_bytes = 1_000_003;
  config.producer.queue_max_bytes = 1_048_577;
  expect(SHARES.map(share => share(config))).toEqual([1_000_001, 1_000_002, 1_000_003, 1_048_577]);
});

test('the largest message and the least fetch fit into any budget', () => {
  const config = defaultConfig();
  config.memory.budget_bytes = 16_777_216 / 16;
  config.producer.max_message_bytes = 900_000_000;
  expect(queueMaxBytes(config)).toBe(900_000_000);
  expect(fetchMaxBytes(config)).toBe(1_000_000);
});
