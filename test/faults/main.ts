import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { KAFKA_VERSION } from '../../src/demo/broker/kafka-release.js';
import { type FaultsCommand, parseCommand, USAGE } from './command-line.js';
import { markdownReport, type RunReport, verdictText } from './report.js';
import { runScenario, type ScenarioResult } from './run-scenario.js';
import { SCENARIOS } from './scenarios/index.js';

process.exitCode = await main(process.argv.slice(2));

/** @returns the exit code: 0 when everything held, 1 when something did not, 2 for arguments that are wrong. */
async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    say(USAGE);
    return 0;
  }
  if (args.includes('--list')) {
    for (const { name, title } of SCENARIOS) say(`${name.padEnd(20)} ${title}`);
    return 0;
  }
  let command: FaultsCommand;
  try {
    command = parseCommand(args, SCENARIOS);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}\n`);
    return 2;
  }
  return runAll(command);
}

async function runAll(command: FaultsCommand): Promise<number> {
  const { scenarios, seed, countOf, seedsOf, report, keep, encoding, config } = command;
  const moreSettings = config === null ? {} : parse(await readFile(config, 'utf8'));
  const dir = await mkdtemp(join(tmpdir(), 'otelrows-faults-'));
  say(`seed ${seed}; history and logs in ${dir}`);
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) {
    for (const scenarioSeed of seedsOf(scenario)) {
      const count = countOf(scenario);
      say(`\n${scenario.name}: ${scenario.title} (${count} ${scenario.unit}, seed ${scenarioSeed})`);
      const runDir = join(dir, `${scenario.name}-${scenarioSeed}`);
      const options = { seed: scenarioSeed, count, dir: runDir, encoding, moreSettings };
      const result = await runScenario(scenario, options);
      results.push(result);
      await tell(result, command);
      if (report !== null) await save(report, seed, results);
    }
  }
  const failed = results.filter(({ problems }) => problems.length > 0);
  const skipped = results.filter(result => result.skipped !== undefined);
  if (failed.length === 0 && !keep) await rm(dir, { recursive: true, force: true });
  const held = results.length - failed.length - skipped.length;
  say(`\n${held} of ${results.length} held, ${skipped.length} skipped; seed ${seed}`);
  return failed.length === 0 ? 0 : 1;
}

async function tell(
  result: ScenarioResult,
  { keep, encoding, config }: Pick<FaultsCommand, 'keep' | 'encoding' | 'config'>,
): Promise<void> {
  const { scenario, seed, problems, faults, records, rows, seconds, measures, dir } = result;
  say(`  ${verdictText(result)}: ${faults} faults, ${records} records, ${rows} rows, ${seconds} s`);
  for (const [name, { count, median, p95, max }] of Object.entries(measures)) {
    say(`  ${name}: median ${median}, 95 % ${p95}, worst ${max} (${count})`);
  }
  for (const problem of problems) say(`  ! ${problem}`);
  if (problems.length > 0) {
    say(
      `  history and logs: ${dir}; again: npm run faults -- ${scenario} --seed ${seed} --count ${result.count}` +
        (encoding === 'json' ? '' : ` --encoding ${encoding}`) +
        (config === null ? '' : ` --config ${config}`),
    );
  } else if (!keep) {
    await rm(dir, { recursive: true, force: true });
  }
}

async function save(file: string, seed: number, results: ScenarioResult[]): Promise<void> {
  const client = JSON.parse(
    await readFile('node_modules/@confluentinc/kafka-javascript/package.json', 'utf8'),
  );
  const report: RunReport = {
    date: new Date().toISOString(),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    node: process.versions.node,
    kafka: KAFKA_VERSION,
    client: client.version,
    cpus: availableParallelism(),
    seed,
    results,
  };
  await writeFile(file, file.endsWith('.json') ? JSON.stringify(report, null, 2) : markdownReport(report));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
