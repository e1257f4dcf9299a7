import { parseArgs } from 'node:util';
import { wholeNumber } from '../whole-number.js';
import { CASES, type Case, DEFAULT_CASES, GROUPS } from './cases.js';

export interface KafkaBenchCommand {
  cases: Case[];
  /** Of the cases that drain a topic. */
  itemCount: number;
  rounds: number;
  itemsPerSecond: number;
  /** How long a case at a rate is measured; null is its default. */
  seconds: number | null;
  /** Command lines that are measured in alternation with ours. */
  against: string[];
  rivals: boolean;
  brokers: string | null;
  dataDir: string | null;
  save: string | null;
  baseline: string | null;
  markdown: boolean;
}

export const USAGE = `npm run bench -- kafka [CASE…] [options]

The whole path through a real broker: input topics are filled, workers run as users run them, and every row is counted
by a committed reader.

cases: ${CASES.map(({ name }) => name).join(', ')}
${Object.entries(GROUPS)
  .map(([name, members]) => `  ${name}: ${members.join(', ')}`)
  .join('\n')}
  default: those of ${Object.keys(GROUPS)[0]}

  --items N         spans, log records or data points of an input, 1,000,000
  --rounds N        runs of everything, in alternation, 1; medians are shown
  --rivals          also runs the Kafka Streams application of test/bench/rivals, and tells the ratios
  --against LINE    also runs this command line, which stands for "node dist/main.js run"; may be given several times.
                    It has BROKERS, INPUT, OUTPUT, GROUP and CONFIG in its environment. One that does not mention
                    $INPUT or $CONFIG gets --config "$CONFIG" appended: the settings that ours are run with
  --rate N          items per second in the cases latency and soak, 20,000
  --seconds N       how long these two are measured, 60 and 600
  --brokers LIST    brokers to use instead of one that is started
  --data-dir DIR    keeps the started broker's data there, and so the filled topics for the next time
  --save FILE       keeps the figures
  --baseline FILE   compares with figures that were kept
  --markdown        tables for documents`;

/** @throws Error with what is wrong in the arguments. */
export function parseKafkaBenchCommand(args: readonly string[]): KafkaBenchCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      items: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '1' },
      rivals: { type: 'boolean', default: false },
      against: { type: 'string', multiple: true, default: [] },
      rate: { type: 'string', default: '20000' },
      seconds: { type: 'string' },
      brokers: { type: 'string' },
      'data-dir': { type: 'string' },
      save: { type: 'string' },
      baseline: { type: 'string' },
      markdown: { type: 'boolean', default: false },
    },
  });
  if (values.brokers !== undefined && values['data-dir'] !== undefined) {
    throw new Error(
      'give one of --brokers and --data-dir: brokers that are there already keep their data themselves',
    );
  }
  const names = positionals.length > 0 ? positionals : DEFAULT_CASES;
  return {
    cases: [...new Set(names.flatMap(name => GROUPS[name] ?? [name]))].map(caseNamed),
    itemCount: wholeNumber('--items', values.items),
    rounds: wholeNumber('--rounds', values.rounds),
    itemsPerSecond: wholeNumber('--rate', values.rate),
    seconds: values.seconds === undefined ? null : wholeNumber('--seconds', values.seconds),
    against: values.against,
    rivals: values.rivals,
    brokers: values.brokers ?? null,
    dataDir: values['data-dir'] ?? null,
    save: values.save ?? null,
    baseline: values.baseline ?? null,
    markdown: values.markdown,
  };
}

function caseNamed(name: string): Case {
  const found = CASES.find(candidate => candidate.name === name);
  if (found) return found;
  const names = [...Object.keys(GROUPS), ...CASES.map(candidate => candidate.name)];
  throw new Error(`no case is named ${name}; there are ${names.join(', ')}`);
}
