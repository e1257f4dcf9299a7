import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EXIT_CODES } from '../../../src/cli/failure.js';
import { loadConfig } from '../../../src/config/load.js';

// `systemd-analyze verify` was run on it by hand (docs/deploy.md).
const unit = readFileSync('deploy/systemd/otelrows.service', 'utf8');
const directive = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1];

test('the unit stops a worker no sooner than its transaction may end', () => {
  const { config } = loadConfig({});
  expect(Number(directive('TimeoutStopSec')) * 1000).toBeGreaterThan(config.producer.transaction_timeout_ms);
  // SIGTERM to all of them would end workers before the supervisor has counted what they did.
  expect(directive('KillMode')).toBe('mixed');
});

test('it starts again whatever ends, but for what only another config helps', () => {
  expect(directive('Restart')).toBe('always');
  expect(EXIT_CODES[Number(directive('RestartPreventExitStatus')) as 2]).toContain(
    'something that was given is wrong',
  );
});

test('it lets through what a worker needs: brokers, the socket of its name, and code that V8 compiles', () => {
  expect(directive('RestrictAddressFamilies')?.split(' ')).toEqual(['AF_INET', 'AF_INET6', 'AF_UNIX']);
  expect(directive('MemoryDenyWriteExecute')).toBeUndefined();
});

test('the variable that its comment names for a secret is one', () => {
  const name = /OTELROWS_\w+_FILE/.exec(unit)?.[0] as string;
  const file = { OTELROWS_KAFKA_AUTH_SASL_MECHANISM: 'PLAIN', OTELROWS_KAFKA_AUTH_SASL_USERNAME: 'u' };
  const { config } = loadConfig({ env: { ...file, [name]: 'LICENSE' } });
  expect(config.kafka.auth.sasl.password).toContain('Apache License');
});
