import { expect, test } from 'vitest';
import { defaultConfig } from '../../../src/config/schema.js';
import { suffixOutputs } from '../../../src/stream/replay/output-suffix.js';

test('topics that rules send rows to have the suffix too, also where one rule names those of several kinds', async () => {
  const config = defaultConfig();
  config.transform.rules = [{ name: 'apart', for: ['traces', 'logs'], route: { topic: 'apart-{kind}' } }];
  const suffixed = await suffixOutputs({ describeTopic: async () => null }, config, '-again');
  expect(suffixed.transform.rules[0]?.route?.topic).toBe('apart-{kind}-again');
  expect(suffixed.traces.topic).toMatchObject({ name: 'otel-traces-again', create: true });
});
