import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, startCluster } from './cluster.js';
import { runScenario, runScenarioOn, type ScenarioResult } from './run-scenario.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';

/** Another one for the same faults at other moments: `npm run faults -- --short --seed N`. */
const SEED = 20_261;
const TIMEOUT_MS = 400_000;

let cluster: Cluster;
let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'otelrows-faults-'));
  cluster = await startCluster();
}, TIMEOUT_MS);
afterAll(() => cluster.stop(), TIMEOUT_MS);

function scenario(name: string): Scenario {
  const found = SCENARIOS.find(candidate => candidate.name === name);
  if (!found) throw new Error(`no scenario ${name}`);
  return found;
}

function expectHeld(result: ScenarioResult): void {
  expect(result.problems, `history and logs: ${result.dir}`).toEqual([]);
  expect(result.rows).toBeGreaterThan(0);
  expect(result.faults).toBeGreaterThan(0);
  rmSync(result.dir, { recursive: true, force: true });
}

const optionsFor = ({ name, counts }: Scenario) => ({
  seed: SEED,
  count: counts.short,
  dir: join(dir, name),
});

// What disturbs only its own workers goes side by side; what disturbs brokers or the network goes alone.
const TOGETHER = [
  ['stop', 'delayed-commit', 'late-transaction'],
  ['kill', 'poison', 'oversize'],
  ['terminate', 'storm-eager'],
  ['storm-cooperative', 'storm-consumer'],
  ['network-latency'],
  ['network-reset'],
  ['network-bandwidth'],
  ['below-min-isr'],
  ['broker'],
  ['mixed'],
];
/** Needs brokers on a disk of its own. */
const ALONE = 'disk-full';

test.each(TOGETHER.map(names => [names] as const))(
  'every item has exactly one row after: %s',
  async names => {
    const scenarios = names.map(scenario);
    const results = await Promise.all(scenarios.map(one => runScenarioOn(cluster, one, optionsFor(one))));
    for (const result of results) expectHeld(result);
  },
  TIMEOUT_MS,
);

test(
  `every item has exactly one row after: ${ALONE}`,
  async () => {
    const diskFull = scenario(ALONE);
    const result = await runScenario(diskFull, optionsFor(diskFull));
    // Without the right to mount there is no disk that may be filled. The command says so, and so does its report.
    if (result.skipped === undefined) expectHeld(result);
    else expect(result.skipped).toContain('mount');
  },
  TIMEOUT_MS,
);

test('no scenario is left out here', () => {
  const names = SCENARIOS.map(({ name }) => name);
  expect([...TOGETHER.flat(), ALONE].sort()).toEqual(names.sort());
});
