import { createRandom, type Random } from '../../src/demo/telemetry/random.js';
import type { EncodingName } from '../../src/encodings/settings.js';
import { committedOffsets, createTopic, endOffsets, visitAll } from '../support/kafka-client.js';
import { conservationChecker } from './checkers/conservation.js';
import { contentChecker } from './checkers/content.js';
import { deadLetterProblems } from './checkers/dead-letters.js';
import { noDuplicatesChecker } from './checkers/no-duplicates.js';
import { openTransactionProblems } from './checkers/no-transaction-left-open.js';
import { offsetProblems } from './checkers/offsets.js';
import { orderChecker } from './checkers/order.js';
import { BROKER_COUNT, type Cluster } from './cluster.js';
import { type Fleet, openFleet } from './fleet.js';
import type { History } from './history.js';
import { readRow, type Signal } from './items.js';
import { type Load, type LoadOptions, startLoad } from './load.js';
import { readDeadLetters } from './read-dead-letters.js';
import { rowReader } from './row-reader.js';
import { COSTLY_LOOK_INTERVAL_MS, until } from './until.js';
import { startWatch, type Watch } from './watch.js';

export interface PipelineOptions {
  cluster: Cluster;
  /** Unlike that of any other pipeline on this cluster. */
  name: string;
  seed: number;
  dir: string;
  history: History;
  signals?: readonly Signal[];
  partitions?: number;
  outputPartitions?: number;
  /** Of all rows. */
  encoding?: EncodingName;
  /** Of workers, beside those of the scenario. */
  moreSettings?: Record<string, unknown>;
  /** Over the settings of all pipelines, section by section. */
  settings?: Record<string, Record<string, unknown>>;
  /** For output topics, for example `min.insync.replicas`. */
  outputConfig?: Record<string, string>;
  load?: Partial<
    Pick<
      LoadOptions,
      'recordsPerSecondMax' | 'backlogMax' | 'itemsPerRecordMax' | 'paddingBytesMax' | 'recordsMax' | 'spoil'
    >
  >;
}

/** Input, workers and output of one consumer group, watched from outside. */
export interface Pipeline {
  readonly name: string;
  readonly group: string;
  readonly partitions: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly deadLetters: string;
  readonly random: Random;
  readonly fleet: Fleet;
  readonly watch: Watch;
  readonly load: Load;
  transactionalId(slot: number): string;
  /** Resolves with false when some input partition had no commit within `timeoutMs` from now. */
  untilEachPartitionMoved(timeoutMs: number): Promise<boolean>;
  /** Resolves with false when nothing at all was committed within `timeoutMs` from now. */
  untilMoved(timeoutMs: number): Promise<boolean>;
  /** Ends the input, lets the workers finish and stop, and looks at what there is. */
  settle(): Promise<Verdict>;
  /** After a failure of the harness: ends everything at once. */
  drop(): Promise<void>;
}

/** What the checkers say of a pipeline. */
export interface Verdict {
  problems: string[];
  records: number;
  items: number;
  rows: number;
}

const DRAIN_TIMEOUT_MS = 240_000;
const CLOSE_TIMEOUT_MS = 45_000;

/** Starts the input and the watch. Workers are started by the scenario. */
export async function openPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { cluster, name, seed, history } = options;
  const { signals = ['traces'], partitions = 12, outputPartitions = 4, encoding = 'json' } = options;
  const random = createRandom(seed);
  const inputs = signals.map(signal => ({
    signal,
    topic: `${name}-in-${signal}`,
    output: `${name}-out-${signal}`,
  }));
  const inputTopics = inputs.map(({ topic }) => topic);
  const outputs = inputs.map(({ output }) => output);
  const deadLetters = `${name}-dead`;
  const group = `${name}-group`;
  const replicated = { replicationFactor: BROKER_COUNT };
  for (const topic of inputTopics) await createTopic(cluster.brokers, topic, { ...replicated, partitions });
  for (const topic of outputs) {
    const config = options.outputConfig ?? {};
    await createTopic(cluster.brokers, topic, { ...replicated, partitions: outputPartitions, config });
  }
  await createTopic(cluster.brokers, deadLetters, replicated);

  const outputOf = (signal: Signal) =>
    inputs.some(input => input.signal === signal)
      ? { topic: { name: `${name}-out-${signal}` }, encoding }
      : { enabled: false };
  const fleet = openFleet({
    name,
    dir: options.dir,
    history,
    settings: merged(
      {
        log: { format: 'json', level: 'debug' },
        kafka: { brokers: cluster.proxiedBrokers.split(','), metadata: { refresh_interval_ms: 5000 } },
        consumer: { group_id: group },
        traces: outputOf('traces'),
        logs: outputOf('logs'),
        metrics: { sum: outputOf('metrics') },
        dead_letter: { topic: { name: deadLetters } },
        // Small transactions, so that a fault always meets one.
        batch: { max_records: 20 },
      },
      options.settings ?? {},
      options.moreSettings ?? {},
      { inputs: inputs.map(({ topic, signal }) => ({ topic, signal })) },
    ),
  });
  let load: Load | null = null;
  const watch = await startWatch({
    brokers: cluster.brokers,
    group,
    inputs: inputTopics,
    inputPartitions: partitions,
    outputs,
    outputPartitions,
    written: () => load?.records ?? new Map(),
  });
  load = await startLoad({
    brokers: cluster.brokers,
    inputs,
    partitions,
    random: createRandom(seed + 1),
    recordsPerSecondMax: 300,
    backlogMax: 2000,
    itemsPerRecordMax: 8,
    ...options.load,
    processedCount: () => sum(watch.committed()),
  });
  const started = load;

  const drain = async (): Promise<string[]> => {
    await started.stop();
    const ends = inputTopics.flatMap(topic => started.records.get(topic) ?? []);
    const drained = await until(
      () => watch.committed().every((offset, index) => offset >= (ends[index] ?? 0)),
      DRAIN_TIMEOUT_MS,
    );
    const left = sum(ends) - sum(watch.committed());
    return drained
      ? []
      : [
          `${left} of ${sum(ends)} records were not processed ${DRAIN_TIMEOUT_MS / 1000} s after the last fault`,
        ];
  };

  return {
    name,
    group,
    partitions,
    inputs: inputTopics,
    outputs,
    deadLetters,
    random,
    fleet,
    watch,
    load,
    transactionalId: slot => {
      const instance = fleet.workers[slot]?.instance;
      if (!instance) throw new Error(`worker ${slot} of ${name} has not told its instance id`);
      return `otelrows-${group}-${instance}`;
    },
    untilEachPartitionMoved: timeoutMs => {
      const before = watch.committed();
      return until(
        () => watch.committed().every((offset, index) => offset > (before[index] ?? 0)),
        timeoutMs,
      );
    },
    untilMoved: timeoutMs => {
      const before = sum(watch.committed());
      return until(() => sum(watch.committed()) > before, timeoutMs);
    },
    settle: async () => {
      const drainProblems = await drain();
      const stopProblems = await fleet.stopAll();
      await watch.stop();
      const checked = await check({ cluster, inputs, group, deadLetters, load: started, encoding });
      const problems = [...fleet.problems, ...drainProblems, ...stopProblems, ...checked.problems];
      history.note('verdict', { pipeline: name, problems, rows: checked.rows });
      return {
        problems: problems.map(problem => `${name}: ${problem}`),
        records: sum([...started.records.values()].flat()),
        items: sum([...started.items.values()].flat()),
        rows: checked.rows,
      };
    },
    drop: async () => {
      await fleet.killAll();
      await started.stop().catch(() => undefined);
      await watch.stop();
    },
  };
}

interface CheckParts {
  cluster: Cluster;
  inputs: readonly { signal: Signal; topic: string; output: string }[];
  group: string;
  deadLetters: string;
  load: Load;
  encoding: EncodingName;
}

async function check(parts: CheckParts): Promise<{ problems: string[]; rows: number }> {
  const { cluster, inputs, group, deadLetters, load } = parts;
  const problems: string[] = [];
  const rowsIn = rowReader(parts.encoding);

  // First, because what an open transaction hides would only look lost.
  const transactional = [...inputs.map(({ output }) => output), deadLetters, '__consumer_offsets'];
  for (const topic of transactional) problems.push(...(await openTransactions(cluster.brokers, topic)));

  const checkers = [
    conservationChecker(load.items, load.itemsWithoutRow),
    noDuplicatesChecker(),
    orderChecker(),
    contentChecker(),
  ];
  let rows = 0;
  for (const { signal, topic, output } of inputs) {
    await visitAll(cluster.brokers, output, record => {
      for (const json of rowsIn(signal, record)) {
        rows += 1;
        const row = {
          input: topic,
          ...readRow(signal, json, record.key, parts.encoding !== 'native'),
          outputPartition: record.partition,
          offset: record.offset,
        };
        for (const checker of checkers) checker.add(row);
      }
    });
  }
  problems.push(...checkers.flatMap(checker => checker.problems()));
  problems.push(...deadLetterProblems(load.deadLetters, await readDeadLetters(cluster.brokers, deadLetters)));

  for (const { topic } of inputs) {
    const ends = await endOffsets(cluster.brokers, topic);
    const committed = await committedOffsets(cluster.brokers, group, topic);
    problems.push(...offsetProblems({ input: topic, ends, committed }));
  }
  return { problems, rows };
}

/** Waits as long as the time-outs of a worker that was killed for good may take. */
async function openTransactions(brokers: string, topic: string): Promise<string[]> {
  let problems: string[] = [];
  const high = await endOffsets(brokers, topic, 'read_uncommitted');
  await until(
    async () => {
      const lastStable = await endOffsets(brokers, topic, 'read_committed');
      problems = openTransactionProblems({ topic, lastStable, high });
      return problems.length === 0;
    },
    CLOSE_TIMEOUT_MS,
    COSTLY_LOOK_INTERVAL_MS,
  );
  return problems;
}

type Section = Record<string, unknown>;

function merged(...trees: readonly Record<string, unknown>[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const tree of trees) {
    for (const [key, value] of Object.entries(tree)) {
      const before = result[key];
      result[key] = isSection(before) && isSection(value) ? merged(before, value) : value;
    }
  }
  return result;
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
