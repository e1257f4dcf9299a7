import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Build, loadBuild, loadRowsBuild, type RowsBuild } from '../build.js';
import { atRate } from './at-rate.js';
import { type BenchBroker, startBenchBroker } from './bench-broker.js';
import { CASES, type Case } from './cases.js';
import { type KafkaBenchCommand, parseKafkaBenchCommand, USAGE } from './command-line.js';
import { against, type Contestant, type Job, OURS, oursIn } from './contestants.js';
import { type Cores, chooseCores, moveTo } from './cores.js';
import { drain } from './drain.js';
import { fillInput } from './fill-input.js';
import { buildKafkaStreams } from './kafka-streams.js';
import { renderReport } from './report.js';
import type { Run } from './runs.js';

/** Everything that the runs of one call share. */
interface Bench {
  command: KafkaBenchCommand;
  build: Build;
  rowsBuild: RowsBuild;
  broker: BenchBroker;
  cores: Cores;
  dir: string;
}

const DEFAULT_SECONDS = { latency: 60, soak: 600 };

/**
 * Measures the whole path through a real broker. Only on Linux, whose kernel tells what a process has used.
 * @throws Error when a run fails, or its rows are not those that they should be.
 */
export async function benchKafka(args: string[]): Promise<void> {
  if (args.includes('--help')) return say(USAGE);
  const command = parseKafkaBenchCommand(args);
  const baseline: Run[] = command.baseline ? JSON.parse(readFileSync(command.baseline, 'utf8')) : [];
  const runs = await runKafkaCases(command);
  say(`\n${renderReport(runs, baseline, command.markdown ? 'markdown' : 'text')}`);
}

/**
 * Runs cases, and says how each run went.
 * @throws Error as `benchKafka` does.
 */
export async function runKafkaCases(command: KafkaBenchCommand): Promise<Run[]> {
  if (process.platform !== 'linux') throw new Error('this bench reads /proc, which only Linux has');
  const contestants = [
    OURS,
    ...command.against.map(against),
    ...(command.rivals ? [buildKafkaStreams()] : []),
  ];
  const cores = chooseCores();
  if (cores.worker === null) say('nothing is pinned: there is only one core, or no taskset');
  const dir = mkdtempSync(join(tmpdir(), 'otelrows-bench-'));
  const broker = await startBenchBroker(command, cores);
  const runs: Run[] = [];
  try {
    const [build, rowsBuild] = [await loadBuild(resolve('dist')), await loadRowsBuild(resolve('dist'))];
    const bench = { command, build, rowsBuild, broker, cores, dir };
    for (const of of command.cases) {
      say(`${of.name}: ${of.title}`);
      for (let round = 1; round <= command.rounds; round++) {
        for (const contestant of [...contestants, ...(of.beside === null ? [] : [oursIn(of.beside)])]) {
          if (contestant.isRival && !of.rival) continue;
          const run = await runOnce(bench, of, contestant, round);
          runs.push(run);
          say(`  ${summary(run)}`);
          // After each: hours of measuring are not lost with the last of them.
          if (command.save) writeFileSync(command.save, `${JSON.stringify(runs, null, 2)}\n`);
        }
      }
    }
  } finally {
    await broker.stop();
    rmSync(dir, { recursive: true, force: true });
    moveTo(cores.all);
  }
  return runs;
}

async function runOnce(bench: Bench, of: Case, contestant: Contestant, round: number): Promise<Run> {
  const { command, build, rowsBuild, broker, cores, dir } = bench;
  const id = `bench-${randomBytes(4).toString('hex')}`;
  const about = { case: of.name, contestant: contestant.name, round };
  const job: Job = {
    brokers: broker.brokers,
    input: `${id}-in`,
    group: id,
    outputPrefix: `${id}-out`,
    dir: join(dir, id),
  };
  if (of.kind === 'drain') {
    const read = caseOf(contestant, of);
    moveTo(cores.all);
    const input = await fillInput(build, job.brokers, { ...read, itemCount: command.itemCount }, say);
    moveTo(cores.others);
    const figures = await drain(
      contestant,
      read,
      input,
      { ...job, input: input.topic },
      {
        rowsBuild,
        broker,
        cores,
      },
    );
    return { kind: 'drain', ...about, figures };
  }
  moveTo(cores.others);
  const seconds = command.seconds ?? DEFAULT_SECONDS[of.kind];
  const options = { itemsPerSecond: command.itemsPerSecond, seconds, build, cores, say };
  return { kind: 'rate', ...about, figures: await atRate(contestant, of, job, options) };
}

/** What a contestant runs when it is the turn of a case. */
function caseOf({ isRival, runs }: Contestant, of: Case): Case {
  // The rival knows protobuf only; what it takes for that is what ours are compared with.
  if (isRival) return protobufTwin(of);
  return CASES.find(({ name }) => name === runs) ?? of;
}

/** The case with the same spans as protobuf, one row in a message. */
function protobufTwin(of: Case): Case {
  return (
    CASES.find(
      ({ signal, encoding, rowEncoding, requestItems, partitions, outputPartitions, kind }) =>
        kind === of.kind &&
        signal === 'traces' &&
        encoding === 'otlp_proto' &&
        rowEncoding === 'json' &&
        requestItems === of.requestItems &&
        partitions === of.partitions &&
        outputPartitions === of.partitions,
    ) ?? of
  );
}

function summary(run: Run): string {
  const { contestant, round } = run;
  const what =
    run.kind === 'drain'
      ? `${run.figures.cpuSecondsPerMillion.toFixed(2)} CPU-s per million ` +
        `(${run.figures.cpuSecondsPerMillionWarm.toFixed(2)} warm), every row there`
      : `p50 ${run.figures.p50Ms.toFixed(1)} ms, p99 ${run.figures.p99Ms.toFixed(1)} ms, ` +
        `${run.figures.cores.toFixed(2)} cores, every row there`;
  return `${contestant}, round ${round}: ${what}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
