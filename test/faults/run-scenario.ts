import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '../../src/demo/telemetry/random.js';
import type { EncodingName } from '../../src/encodings/settings.js';
import { lookInto } from './broker-logs/look-into.js';
import { type Cluster, startCluster } from './cluster.js';
import { type Distribution, distribution } from './distribution.js';
import { openHistory } from './history.js';
import { openPipeline, type Pipeline } from './pipeline.js';
import { longestReadersBlockedMs, longestStallMs, slowestPartitionStallMs } from './progress.js';
import { type Scenario, type ScenarioRun, SkippedScenario } from './scenario.js';

export interface ScenarioResult {
  scenario: string;
  title: string;
  seed: number;
  /** What was asked for, in the scenario's unit. */
  count: number;
  unit: Scenario['unit'];
  /** Empty: everything held. */
  problems: string[];
  /** Why it could not be done here. */
  skipped?: string;
  faults: number;
  records: number;
  items: number;
  rows: number;
  seconds: number;
  /** Milliseconds after each fault, by what was measured; and what the scenario measured itself. */
  measures: Record<string, Distribution>;
  /** History and logs of the run. */
  dir: string;
}

export interface RunOptions {
  seed: number;
  count: number;
  /** A folder for this run alone. */
  dir: string;
  /** Of all rows; `json` unless it says another. */
  encoding?: EncodingName;
  /** Of workers, beside those of the scenario, as a config file has them. */
  moreSettings?: Record<string, unknown>;
}

interface Fault {
  at: number;
  what: string;
  /** Every pipeline when null. */
  pipeline: Pipeline | null;
}

/**
 * Starts brokers, does the faults of a scenario, lets the workers finish, checks what they wrote and measures what they
 * took. Each run has brokers of its own: what one leaves behind must not help or hurt the next.
 */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<ScenarioResult> {
  try {
    const prepared = await scenario.prepare?.();
    try {
      // With the history and the logs: what the brokers wrote is the last witness of a run that failed.
      const clusterOptions = prepared?.clusterOptions ?? { dataDir: join(options.dir, 'brokers') };
      const cluster = await startCluster(clusterOptions);
      let result: ScenarioResult;
      try {
        result = await runScenarioOn(cluster, scenario, options);
      } finally {
        await cluster.stop();
      }
      const { dataDir } = clusterOptions;
      if (result.problems.length > 0 && dataDir)
        result.problems.push(...(await lookInto(dataDir).catch(error => [(error as Error).message])));
      return result;
    } finally {
      await prepared?.cleanUp();
    }
  } catch (error) {
    if (!(error instanceof SkippedScenario)) throw error;
    return { ...emptyResult(scenario, options), skipped: error.message };
  }
}

function emptyResult({ name, title, unit }: Scenario, { seed, count, dir }: RunOptions): ScenarioResult {
  const nothing = { problems: [], faults: 0, records: 0, items: 0, rows: 0, seconds: 0, measures: {} };
  return { scenario: name, title, seed, count, unit, dir, ...nothing };
}

/** The same on brokers that are there already. */
export async function runScenarioOn(
  cluster: Cluster,
  scenario: Scenario,
  options: RunOptions,
): Promise<ScenarioResult> {
  const { seed, count, dir, encoding = 'json', moreSettings = {} } = options;
  await mkdir(dir, { recursive: true });
  const history = openHistory(join(dir, 'history.jsonl'));
  history.note('scenario', { scenario: scenario.name, seed, count });
  const began = performance.now();
  const pipelines: Pipeline[] = [];
  const faults: Fault[] = [];
  const problems: string[] = [];
  const values = new Map<string, number[]>();
  const measure = (name: string, value: number) =>
    void values.set(name, [...(values.get(name) ?? []), value]);
  const problem = (text: string) => {
    history.note('problem', { text });
    problems.push(text);
  };

  const run: ScenarioRun = {
    cluster,
    random: createRandom(seed),
    count,
    brief: count <= scenario.counts.short,
    open: async ({ name, ...wanted }) => {
      // Topics outlive their scenario, so a name is never used twice on a cluster.
      const unique = `${scenario.name}-${seed}${name === undefined ? '' : `-${name}`}`;
      const pipeline = await openPipeline({
        cluster,
        dir,
        history,
        seed: seed + 1000 * (pipelines.length + 1),
        encoding,
        moreSettings,
        ...wanted,
        name: unique,
      });
      pipelines.push(pipeline);
      return pipeline;
    },
    fault: (what, about = {}, to) => {
      faults.push({ at: performance.now(), what, pipeline: to ?? null });
      history.note('fault', { fault: what, pipeline: to?.name, ...about });
    },
    measure,
    problem,
  };

  const totals = { records: 0, items: 0, rows: 0 };
  try {
    await scenario.run(run);
    for (const verdict of await Promise.all(pipelines.map(pipeline => pipeline.settle()))) {
      problems.push(...verdict.problems);
      totals.records += verdict.records;
      totals.items += verdict.items;
      totals.rows += verdict.rows;
    }
  } catch (error) {
    problem(`the run itself failed: ${(error as Error).stack ?? error}`);
    await Promise.all(pipelines.map(pipeline => pipeline.drop()));
  }
  for (const pipeline of pipelines) measureAfterFaults(pipeline, faults, measure);
  const measures = Object.fromEntries([...values].map(([name, list]) => [name, distribution(list)]));
  history.note('result', { problems, measures });
  await history.close();
  return {
    ...emptyResult(scenario, options),
    problems,
    faults: faults.length,
    ...totals,
    seconds: Math.round((performance.now() - began) / 1000),
    measures,
  };
}

/** From each fault to the next one of the pipeline, or to the end. */
function measureAfterFaults(
  pipeline: Pipeline,
  faults: readonly Fault[],
  measure: ScenarioRun['measure'],
): void {
  const { samples } = pipeline.watch;
  const own = faults.filter(fault => fault.pipeline === null || fault.pipeline === pipeline);
  for (const [index, { at, what }] of own.entries()) {
    const window = { from: at, to: own[index + 1]?.at ?? Number.POSITIVE_INFINITY };
    measure(`no progress after ${what}`, longestStallMs(samples, window));
    measure(`slowest partition after ${what}`, slowestPartitionStallMs(samples, window));
    measure(`readers blocked after ${what}`, longestReadersBlockedMs(samples, window));
  }
}
