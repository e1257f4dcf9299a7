import { expect, test } from 'vitest';
import { comparingOptions } from '../../../src/cli/verify.js';
import { defaultConfig } from '../../../src/config/schema.js';

test('verify reads committed rows also where workers may read uncommitted', () => {
  const config = defaultConfig();
  config.delivery = 'at_least_once';
  config.kafka.custom.consumer = { 'isolation.level': 'read_uncommitted', 'fetch.error.backoff.ms': 7 };

  expect(comparingOptions(config, 'none')).toMatchObject({
    'isolation.level': 'read_committed',
    'fetch.error.backoff.ms': 7,
    'group.id': config.consumer.group_id,
  });
  expect(comparingOptions(config, 'others')).toMatchObject({ 'group.id': 'others' });
});
