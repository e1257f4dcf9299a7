import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RowKind } from '../../../src/tables/columns.js';
import type { Case } from './cases.js';

/** A program that reads the input topic and writes rows. */
export interface Contestant {
  name: string;
  /** Run by a shell; what it finds in its environment is `Job`. */
  commandLine: string;
  /** It writes one JSON row per message whatever the case says, and only of protobuf spans. */
  isRival: boolean;
  /** It runs this case, whatever the case is that it runs beside. */
  runs?: string;
}

/** What a contestant is told for one run. */
export interface Job {
  brokers: string;
  input: string;
  group: string;
  /** Begin of the names of what it writes to. */
  outputPrefix: string;
  /** For its config, state and log. */
  dir: string;
}

const METRIC_SECTIONS = ['gauge', 'sum', 'histogram', 'exponential_histogram', 'summary'] as const;

export const OURS: Contestant = { name: 'otelrows', commandLine: 'node dist/main.js run', isRival: false };

/** Ours in another case, whose name it has. */
export function oursIn(caseName: string): Contestant {
  return { ...OURS, name: caseName, runs: caseName };
}

/** @param index counts those that were given, from 0. */
export function against(commandLine: string, index: number): Contestant {
  return { name: `against${index === 0 ? '' : `-${index + 1}`}`, commandLine, isRival: false };
}

/** The command to spawn: our settings are handed to whoever does not ask for them itself. */
export function commandOf({ commandLine }: Contestant): string[] {
  const takesItself = /\$\{?(CONFIG|INPUT)\b/.test(commandLine);
  return ['sh', '-c', `exec ${commandLine}${takesItself ? '' : ' --config "$CONFIG"'}`];
}

/** The topics that rows go to. */
export function outputTopics(of: Case, { outputPrefix }: Job): string[] {
  return kindsOf(of).map(kind => `${outputPrefix}-${kind}`);
}

export function deadLetterTopic({ outputPrefix }: Job): string {
  return `${outputPrefix}-dead`;
}

function kindsOf({ signal, metricKinds }: Case): RowKind[] {
  return signal === 'metrics' ? [...new Set(metricKinds)] : [signal];
}

/** Where the settings of a run are. */
export function configFile({ dir }: Job): string {
  return join(dir, 'otelrows.json');
}

/** Writes the config and returns the environment of a run. Settings of the caller's environment are left out. */
export function environmentOf(of: Case, job: Job): NodeJS.ProcessEnv {
  mkdirSync(job.dir, { recursive: true });
  const config = configFile(job);
  writeFileSync(config, JSON.stringify(settingsOf(of, job), null, 2));
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTELROWS_'));
  return {
    ...Object.fromEntries(inherited),
    BROKERS: job.brokers,
    INPUT: job.input,
    OUTPUT: outputTopics(of, job)[0],
    GROUP: job.group,
    CONFIG: config,
    STATE_DIR: join(job.dir, 'state'),
  };
}

/** What a user has to set, what the case is about, and nothing else. */
export function settingsOf(of: Case, job: Job) {
  const output = (kind: RowKind) => ({
    enabled: kindsOf(of).includes(kind),
    encoding: of.rowEncoding,
    topic: { name: `${job.outputPrefix}-${kind}` },
  });
  return {
    kafka: { brokers: job.brokers.split(',') },
    inputs: [{ topic: job.input, signal: of.signal }],
    consumer: { group_id: job.group },
    traces: output('traces'),
    logs: output('logs'),
    metrics: Object.fromEntries(METRIC_SECTIONS.map(kind => [kind, output(kind)])),
    dead_letter: { topic: { name: deadLetterTopic(job) } },
    workers: of.workers,
    // Two that are measured at once must not meet at the default port.
    http: { host: '127.0.0.1', port: 0 },
    log: { format: 'json' },
    ...of.settings,
  };
}
