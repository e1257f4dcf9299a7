import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { EncodingName } from '../../src/encodings/settings.js';
import type { Scenario } from './scenario.js';

export interface FaultsCommand {
  scenarios: Scenario[];
  seed: number;
  countOf(scenario: Scenario): number;
  /** Seeds of the scenario `mixed`, where more than one is wanted. */
  seedsOf(scenario: Scenario): number[];
  report: string | null;
  keep: boolean;
  encoding: EncodingName;
  /** A file with settings of workers. */
  config: string | null;
}

export const USAGE = `npm run faults -- [SCENARIO…] [--seed N] [--count N | --short | --published] [--encoding E] [--config FILE] [--report FILE] [--keep]

Does faults to real workers on three real brokers, and checks that every item of the input has exactly one row.

  SCENARIO      which to run, by name or by the beginning of it; default: all
  --seed N      decides everything that is random; printed by every run
  --count N     how often (or for how many seconds) each scenario does its fault
  --short       few of each, as the test suite does (default)
  --published   as many as docs/reliability.md reports
  --report FILE also writes the results: .json, or a table for anything else
  --encoding E  how rows are written: json (default), json_lines or native
  --config FILE settings of workers beside those of the scenario, such as test/faults/with-transform.yaml
  --keep        keeps history, logs and brokers' data of what passed; those of what failed are always kept
  --list        names the scenarios`;

const MIXED_SEEDS = 5;

/** @throws Error with what is wrong in the arguments. */
export function parseCommand(args: readonly string[], all: readonly Scenario[]): FaultsCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      count: { type: 'string' },
      short: { type: 'boolean' },
      published: { type: 'boolean' },
      report: { type: 'string' },
      keep: { type: 'boolean' },
      encoding: { type: 'string' },
      config: { type: 'string' },
    },
  });
  const { short = false, published = false } = values;
  if (Number(short) + Number(published) + Number(values.count !== undefined) > 1) {
    throw new Error('give one of --count, --short and --published');
  }
  const scenarios = positionals.length === 0 ? [...all] : positionals.flatMap(name => named(name, all));
  const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : wholeNumber('--seed', values.seed);
  const count = values.count === undefined ? null : wholeNumber('--count', values.count);
  return {
    scenarios,
    seed,
    countOf: ({ counts }) => count ?? (published ? counts.published : counts.short),
    seedsOf: ({ name }) =>
      published && name === 'mixed'
        ? Array.from({ length: MIXED_SEEDS }, (_, index) => seed + index)
        : [seed],
    report: values.report ?? null,
    keep: values.keep ?? false,
    encoding: encodingNamed(values.encoding ?? 'json'),
    config: values.config ?? null,
  };
}

function named(name: string, all: readonly Scenario[]): Scenario[] {
  const exact = all.filter(scenario => scenario.name === name);
  const found = exact.length > 0 ? exact : all.filter(scenario => scenario.name.startsWith(name));
  if (found.length > 0) return found;
  throw new Error(`no scenario ${name}; there are ${all.map(scenario => scenario.name).join(', ')}`);
}

const ENCODINGS: readonly EncodingName[] = ['json', 'json_lines', 'native'];

function encodingNamed(text: string): EncodingName {
  const found = ENCODINGS.find(name => name === text);
  if (found) return found;
  throw new Error(`--encoding takes ${ENCODINGS.join(', ')}, not ${text}`);
}

function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new Error(`${option} takes a whole number from 1, not ${text}`);
  return Number(text);
}
