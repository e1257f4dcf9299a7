import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureClickhouse } from '../clickhouse/bench-clickhouse.js';
import { renderRounds } from '../clickhouse/figures.js';
import { DEFAULT_FORMATS, FORMATS } from '../clickhouse/formats.js';
import { runKafkaCases } from '../kafka/bench-kafka.js';
import { CASES } from '../kafka/cases.js';
import { parseKafkaBenchCommand } from '../kafka/command-line.js';
import { renderReport } from '../kafka/report.js';
import { wholeNumber } from '../whole-number.js';
import { billOf, renderBill } from './bill.js';

const USAGE = `npm run bench -- bill [options]

The whole bill, from raw OTLP in Kafka to stored rows of spans: what it takes to make the rows, by otelrows and by the Kafka
Streams application of test/bench/rivals, and what ClickHouse takes to parse and insert them.

  --case CASE       cases of "npm run bench -- kafka" whose input is spans, may be given several times.
                    Default: spans, spans-lines, native
  --items N         spans of the input, 1,000,000
  --rows N          rows that ClickHouse reads, 200,000
  --rounds N        runs of everything, in alternation, 3; medians are shown
  --brokers LIST    brokers to use instead of one that is started
  --data-dir DIR    keeps the started broker's data there, and so the filled topics for the next time
  --save FILE       keeps the figures
  --markdown        tables for documents`;

/** Adds up what `npm run bench -- kafka` and `npm run bench -- clickhouse` measure. */
export async function benchBill(args: string[]): Promise<void> {
  if (args.includes('--help')) return say(USAGE);
  const { values } = parseArgs({
    args,
    options: {
      case: { type: 'string', multiple: true, default: ['spans', 'spans-lines', 'native'] },
      items: { type: 'string', default: '1000000' },
      rows: { type: 'string', default: '200000' },
      rounds: { type: 'string', default: '3' },
      brokers: { type: 'string' },
      'data-dir': { type: 'string' },
      save: { type: 'string' },
      markdown: { type: 'boolean', default: false },
    },
  });
  const rowCount = wholeNumber('--rows', values.rows);
  const command = parseKafkaBenchCommand([
    ...values.case,
    '--rivals',
    ...['--items', values.items, '--rounds', values.rounds],
    ...(values.brokers === undefined ? [] : ['--brokers', values.brokers]),
    ...(values['data-dir'] === undefined ? [] : ['--data-dir', values['data-dir']]),
  ]);
  const others = command.cases.filter(({ signal, kind }) => signal !== 'traces' || kind !== 'drain');
  if (others[0])
    throw new Error(`a bill is of spans that wait in Kafka, which the case ${others[0].name} is not`);

  const rounds = await measureClickhouse(
    {
      kinds: ['traces'],
      formats: FORMATS.filter(({ name }) => DEFAULT_FORMATS.includes(name)),
      rowCount,
      rounds: command.rounds,
      blockRows: null,
    },
    say,
  );
  const runs = (await runKafkaCases(command)).filter(run => run.kind === 'drain');
  if (values.save) writeFileSync(values.save, `${JSON.stringify({ runs, rounds }, null, 2)}\n`);
  const style = values.markdown ? 'markdown' : 'text';
  say(`\n${renderReport(runs, [], style)}`);
  say(renderRounds(rounds, style));
  say(renderBill(billOf(runs, rounds, formatOf), style));
}

/** What ClickHouse reads the rows of a case as. */
function formatOf(caseName: string): string {
  return CASES.find(({ name }) => name === caseName)?.rowEncoding === 'native' ? 'native' : 'json';
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
