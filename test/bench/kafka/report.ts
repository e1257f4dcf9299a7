import type { RateFigures } from './at-rate.js';
import { OURS } from './contestants.js';
import type { DrainFigures } from './drain.js';
import { grouped, medianFigures, type Run, ratio } from './runs.js';
import { sizing } from './sizing.js';
import { renderTable, type TableStyle } from './table.js';

interface Column<F> {
  title: string;
  text(figures: F): string;
}

const whole = (value: number) => Math.round(value).toLocaleString('en');

const DRAIN_COLUMNS: readonly Column<DrainFigures>[] = [
  { title: 'CPU-s/M', text: ({ cpuSecondsPerMillion }) => cpuSecondsPerMillion.toFixed(2) },
  { title: 'warm', text: ({ cpuSecondsPerMillionWarm }) => cpuSecondsPerMillionWarm.toFixed(2) },
  { title: 'items/s', text: ({ itemsPerSecond }) => whole(itemsPerSecond) },
  { title: 'cores', text: ({ cores }) => cores.toFixed(2) },
  { title: 'wall s', text: ({ wallSeconds }) => wallSeconds.toFixed(1) },
  { title: 'peak MiB', text: ({ residentPeakMb }) => whole(residentPeakMb) },
  { title: 'B/item', text: ({ valueBytes }) => whole(valueBytes) },
  { title: 'log B/item', text: ({ logBytes }) => (logBytes === null ? '-' : whole(logBytes)) },
  { title: 'messages', text: ({ messages }) => whole(messages) },
  { title: 'rows/message', text: ({ rowsPerMessage }) => rowsPerMessage.toFixed(1) },
  { title: 'transactions', text: ({ transactions }) => whole(transactions) },
];

const bytes = (value: number | null) => (value === null ? '-' : (value / 1e6).toFixed(0));

/** What those figures mean for a fleet. */
const SIZING_COLUMNS: readonly Column<DrainFigures>[] = [
  { title: 'workers for 10 M/s', text: figures => whole(sizing(figures).workers) },
  { title: 'log in MB/s', text: figures => bytes(sizing(figures).inputBytesPerSecond) },
  { title: 'log out MB/s', text: figures => bytes(sizing(figures).outputBytesPerSecond) },
  { title: 'transactions/s', text: figures => whole(sizing(figures).transactionsPerSecond) },
];

const RATE_COLUMNS: readonly Column<RateFigures>[] = [
  { title: 'items/s', text: ({ itemsPerSecond }) => whole(itemsPerSecond) },
  { title: 's', text: ({ seconds }) => whole(seconds) },
  { title: 'p50 ms', text: ({ p50Ms }) => p50Ms.toFixed(1) },
  { title: 'p99 ms', text: ({ p99Ms }) => p99Ms.toFixed(1) },
  { title: 'p99.9 ms', text: ({ p999Ms }) => p999Ms.toFixed(1) },
  { title: 'max ms', text: ({ maxMs }) => maxMs.toFixed(1) },
  { title: 'CPU-s/M', text: ({ cpuSecondsPerMillion }) => cpuSecondsPerMillion.toFixed(2) },
  { title: 'cores', text: ({ cores }) => cores.toFixed(2) },
  { title: 'MiB at begin', text: ({ residentBeginMb }) => whole(residentBeginMb) },
  { title: 'at end', text: ({ residentEndMb }) => whole(residentEndMb) },
  { title: 'after', text: ({ residentAfterMb }) => whole(residentAfterMb) },
  { title: 'peak', text: ({ residentPeakMb }) => whole(residentPeakMb) },
];

/** What is compared, and what it is called. */
const COMPARED = {
  drain: [
    ['cpuSecondsPerMillion', 'CPU time'],
    ['cpuSecondsPerMillionWarm', 'warm'],
  ],
  rate: [
    ['p50Ms', 'p50'],
    ['p99Ms', 'p99'],
    ['cpuSecondsPerMillion', 'CPU time'],
  ],
} as const;

/** Tables of the medians, then how ours compare with every other contestant and with the baseline. */
export function renderReport(runs: readonly Run[], baseline: readonly Run[], style: TableStyle): string {
  const drains = runs.filter(run => run.kind === 'drain');
  const rates = runs.filter(run => run.kind === 'rate');
  const parts = [
    drains.length === 0 ? '' : renderTable(cells(drains, DRAIN_COLUMNS), style),
    drains.length === 0 ? '' : renderTable(cells(drains, SIZING_COLUMNS), style),
    rates.length === 0 ? '' : renderTable(cells(rates, RATE_COLUMNS), style),
    comparisons(runs, baseline)
      .map(line => (style === 'markdown' ? `- ${line}\n` : `${line}\n`))
      .join(''),
  ];
  return parts.filter(part => part !== '').join('\n');
}

/** A line for each contestant of each case, under the heads of the columns. */
function cells<F extends object>(
  runs: readonly { case: string; contestant: string; figures: F }[],
  columns: readonly Column<F>[],
): string[][] {
  const lines = grouped(runs).map(group => {
    const figures = medianFigures(group.map(run => run.figures));
    return [group[0]?.case ?? '', group[0]?.contestant ?? '', ...columns.map(({ text }) => text(figures))];
  });
  return [['case', 'who', ...columns.map(({ title }) => title)], ...lines];
}

function comparisons(runs: readonly Run[], baseline: readonly Run[]): string[] {
  const ours = grouped(runs.filter(({ contestant }) => contestant === OURS.name));
  return ours.flatMap(group => {
    const name = group[0]?.case;
    const others = grouped(runs.filter(run => run.case === name && run.contestant !== OURS.name));
    const before = baseline.filter(run => run.case === name && run.contestant === OURS.name);
    return [
      ...others.map(other => comparison(group, other, other[0]?.contestant ?? '')),
      ...(before.length === 0 ? [] : [comparison(group, before, 'the baseline')]),
    ];
  });
}

function comparison(ours: readonly Run[], others: readonly Run[], name: string): string {
  const [first] = ours;
  const parts = COMPARED[first?.kind ?? 'drain'].flatMap(([figure, title]) => {
    const found = ratio(ours, others, figure);
    return found === null ? [] : [`${title} ${found.toFixed(2)}`];
  });
  return `${first?.case}: ${OURS.name} to ${name}: ${parts.join(', ')}`;
}
