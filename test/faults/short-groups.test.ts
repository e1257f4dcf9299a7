import { expect, test } from 'vitest';
import { SCENARIOS } from './scenarios/index.js';
import { BROKERS, WORKERS_AND_NETWORK } from './short-groups.js';

test('no scenario is left out of the suite', () => {
  const names = SCENARIOS.map(({ name }) => name);
  expect([...WORKERS_AND_NETWORK, ...BROKERS].flat().sort()).toEqual(names.sort());
});
