import { expect, test } from 'vitest';
import { renderReport } from './report.js';
import { type DrainRun, median, medianFigures, type RateRun, ratio } from './runs.js';
import { sizing } from './sizing.js';

function drainRun(contestant: string, round: number, cpuSecondsPerMillion: number): DrainRun {
  return {
    kind: 'drain',
    case: 'spans',
    contestant,
    round,
    figures: {
      cpuSecondsPerMillion,
      cpuSecondsPerMillionWarm: cpuSecondsPerMillion / 2,
      itemsPerSecond: 123_456.7,
      cores: 0.9,
      wallSeconds: 10,
      residentPeakMb: 200,
      valueBytes: 1460,
      inputLogBytes: 700,
      logBytes: null,
      messages: 1000,
      rowsPerMessage: 7.5,
      transactions: 100,
      itemsPerTransaction: 10_000,
    },
  };
}

const RATE_RUN: RateRun = {
  kind: 'rate',
  case: 'latency',
  contestant: 'otelrows',
  round: 1,
  figures: {
    itemsPerSecond: 20_000,
    seconds: 60,
    p50Ms: 40,
    p99Ms: 90,
    p999Ms: 120,
    maxMs: 150.5,
    cpuSecondsPerMillion: 5,
    cores: 0.1,
    residentBeginMb: 180,
    residentEndMb: 181,
    residentAfterMb: 179,
    residentPeakMb: 190,
  },
};

const RUNS = [
  drainRun('otelrows', 1, 4),
  drainRun('kafka-streams', 1, 16),
  drainRun('otelrows', 2, 8), // The machine was slower meanwhile,
  drainRun('kafka-streams', 2, 32), // for both.
  drainRun('otelrows', 3, 5),
  drainRun('kafka-streams', 3, 10),
];

test('the median of an even number lies between the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(() => median([])).toThrow();
});

test('medians are taken figure by figure', () => {
  const { cpuSecondsPerMillion, logBytes } = medianFigures(RUNS.slice(0, 3).map(run => run.figures));
  expect({ cpuSecondsPerMillion, logBytes }).toEqual({ cpuSecondsPerMillion: 8, logBytes: null });
});

test('a ratio compares round with round', () => {
  const of = (name: string) => RUNS.filter(({ contestant }) => contestant === name);
  expect(ratio(of('otelrows'), of('kafka-streams'), 'cpuSecondsPerMillion')).toBe(0.25);
  expect(ratio(of('otelrows'), of('kafka-streams'), 'logBytes')).toBeNull();
  expect(ratio(of('otelrows'), [], 'cpuSecondsPerMillion')).toBeNull();
});

test('a fleet leaves a third of each core free', () => {
  const { figures } = drainRun('otelrows', 1, 14);
  expect(sizing({ ...figures, logBytes: 200 })).toEqual({
    workers: 100,
    inputBytesPerSecond: 7e9,
    outputBytesPerSecond: 2e9,
    transactionsPerSecond: 1000,
  });
  expect(sizing(figures).outputBytesPerSecond).toBeNull();
});

test('shows medians, and how ours compare', () => {
  expect(renderReport([...RUNS, RATE_RUN], [drainRun('otelrows', 1, 8)], 'text')).toMatchInlineSnapshot(`
    "case   who            CPU-s/M  warm  items/s  cores  wall s  peak MiB  B/item  log B/item  messages  rows/message  transactions
    spans  otelrows          5.00  2.50  123,457   0.90    10.0       200   1,460           -     1,000           7.5           100
    spans  kafka-streams    16.00  8.00  123,457   0.90    10.0       200   1,460           -     1,000           7.5           100

    case   who            workers for 10 M/s  log in MB/s  log out MB/s  transactions/s
    spans  otelrows                       36         7000             -           1,000
    spans  kafka-streams                 115         7000             -           1,000

    case     who       items/s   s  p50 ms  p99 ms  p99.9 ms  max ms  CPU-s/M  cores  MiB at begin  at end  after  peak
    latency  otelrows   20,000  60    40.0    90.0     120.0   150.5     5.00   0.10           180     181    179   190

    spans: otelrows to kafka-streams: CPU time 0.25, warm 0.25
    spans: otelrows to the baseline: CPU time 0.50, warm 0.50
    "
  `);
});
