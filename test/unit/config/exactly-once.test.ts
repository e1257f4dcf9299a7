import { describe, expect, test } from 'vitest';
import { setValue } from '../../../src/config/config-path.js';
import { crossCheck } from '../../../src/config/cross-checks.js';
import { withExactlyOnce } from '../../../src/config/exactly-once.js';
import { type Config, defaultConfig } from '../../../src/config/schema.js';

const check = (config: Config) => crossCheck(config, { origins: new Map(), filesMustExist: true });

function atLeastOnce(changes: Record<string, unknown>) {
  const config = defaultConfig();
  for (const [path, value] of Object.entries({ delivery: 'at_least_once', ...changes })) {
    setValue(config, path, value);
  }
  return config;
}

describe('settings that only at_least_once allows give way', () => {
  test.each<Record<string, unknown>>([
    { 'producer.required_acks': 1 },
    { 'producer.retries': 0 },
    { 'producer.message_timeout_ms': 300_000 },
    { 'producer.linger_ms': 20_000 },
    { 'batch.max_age_ms': 20_000 },
    { 'kafka.custom.producer': { 'enable.idempotence': false, 'queuing.strategy': 'lifo' } },
    { 'kafka.custom.consumer': { 'isolation.level': 'read_uncommitted' } },
  ])('%o', changes => {
    const config = atLeastOnce(changes);
    expect(check(config)).toEqual([]);
    expect(check({ ...config, delivery: 'exactly_once' })).not.toEqual([]);

    expect(check(withExactlyOnce(config))).toEqual([]);
  });
});

test('other settings stay as they are', () => {
  const custom = { debug: 'msg' };
  const config = atLeastOnce({ 'kafka.custom.producer': custom, 'producer.linger_ms': 5 });
  expect(withExactlyOnce(config)).toMatchObject({
    delivery: 'exactly_once',
    kafka: { custom: { producer: custom } },
    producer: { linger_ms: 5, compression: config.producer.compression },
  });
});
