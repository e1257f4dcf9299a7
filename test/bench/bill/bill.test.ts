import { expect, test } from 'vitest';
import type { Round } from '../clickhouse/figures.js';
import type { DrainRun } from '../kafka/runs.js';
import { billOf, renderBill } from './bill.js';

function drainRun(caseName: string, contestant: string, cpuSecondsPerMillion: number): DrainRun {
  const figures = { cpuSecondsPerMillion, cpuSecondsPerMillionWarm: cpuSecondsPerMillion / 2 };
  // Of all figures of a run, a bill takes these.
  return { kind: 'drain', case: caseName, contestant, round: 1, figures: figures as DrainRun['figures'] };
}

function roundOf(format: string, insertSecondsPerMillion: number): Round {
  const bytes = { bytesPerRow: 0, lz4BytesPerRow: 0, zstdBytesPerRow: 0 };
  return { kind: 'traces', format, round: 1, ...bytes, parseSecondsPerMillion: 0, insertSecondsPerMillion };
}

test('adds up makers of rows and ClickHouse, beside the rival of the same case, who writes JSON', () => {
  const runs = [
    drainRun('spans', 'otelrows', 10),
    drainRun('spans', 'kafka-streams', 30),
    drainRun('native', 'otelrows', 4),
    drainRun('native', 'kafka-streams', 20),
  ];
  const rounds = [roundOf('json', 20), roundOf('json', 22), roundOf('json', 30), roundOf('native', 10)];
  const formatOf = (name: string) => (name === 'native' ? 'native' : 'json');
  expect(renderBill(billOf(runs, rounds, formatOf), 'text')).toMatchInlineSnapshot(`
    "case    who            makes rows  warm  ClickHouse  both  warm  ratio  warm
    spans   otelrows             10.0   5.0        22.0  32.0  27.0   0.62  0.73
    spans   kafka-streams        30.0  15.0        22.0  52.0  37.0   1.00  1.00
    native  otelrows              4.0   2.0        10.0  14.0  12.0   0.33  0.38
    native  kafka-streams        20.0  10.0        22.0  42.0  32.0   1.00  1.00
    "
  `);
  expect(() => billOf(runs, rounds, () => 'avro')).toThrow();
});
