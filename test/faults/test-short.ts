import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Cluster, startCluster } from './cluster.js';
import { runScenario, runScenarioOn, type ScenarioResult } from './run-scenario.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';

/** Another one for the same faults at other moments: `npm run faults -- --short --seed N`. */
const SEED = 20_261;
const TIMEOUT_MS = 400_000;

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

/** On the brokers of all, unless it needs others. */
function run(one: Scenario, cluster: Cluster, dir: string): Promise<ScenarioResult> {
  const options = { seed: SEED, count: one.counts.short, dir: join(dir, one.name) };
  return one.prepare === undefined ? runScenarioOn(cluster, one, options) : runScenario(one, options);
}

/**
 * Runs the short forms of scenarios as tests, on brokers of their own. Those of a group go side by side; what disturbs the brokers or
 * the network of others is a group of its own.
 */
export function testShort(groups: readonly (readonly string[])[]): void {
  const dir = mkdtempSync(join(tmpdir(), 'otelrows-faults-'));
  let shared: Cluster | null = null;
  const stopShared = async () => {
    await shared?.stop();
    shared = null;
  };
  afterAll(stopShared, TIMEOUT_MS);

  test.each(groups.map(names => [names] as const))(
    'every item has exactly one row after: %s',
    async names => {
      shared ??= await startCluster();
      const cluster = shared;
      const results = await Promise.all(names.map(name => run(scenario(name), cluster, dir)));
      // A broker that did not come back would fail all that follow.
      if (results.some(({ problems }) => problems.length > 0)) await stopShared();
      for (const result of results) {
        // A disk that may be filled can be mounted by root only. The command says so, and so does its report.
        if (result.skipped === undefined) expectHeld(result);
        else expect(result.skipped).toContain('mount');
      }
    },
    TIMEOUT_MS,
  );
}
