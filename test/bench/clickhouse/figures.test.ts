import { expect, test } from 'vitest';
import { type Round, renderRounds } from './figures.js';

function roundOf(format: string, round: number, seconds: number): Round {
  return {
    kind: 'traces',
    format,
    round,
    bytesPerRow: 1450,
    lz4BytesPerRow: 190,
    zstdBytesPerRow: 150,
    parseSecondsPerMillion: seconds,
    insertSecondsPerMillion: seconds * 2,
  };
}

test('shows medians and the least, and ratios round by round', () => {
  const rounds = [
    roundOf('json', 1, 10),
    roundOf('native', 1, 2),
    roundOf('json', 2, 20), // The machine was slower meanwhile,
    roundOf('native', 2, 4), // for both.
    roundOf('native', 3, 1),
  ];
  expect(renderRounds(rounds, 'text')).toMatchInlineSnapshot(`
    "rows    format  B/row  lz4  zstd  parse CPU-s/M  least  of json  insert CPU-s/M  least  of json
    traces  json     1450  190   150          15.00  10.00     1.00           30.00  20.00     1.00
    traces  native   1450  190   150           2.00   1.00     0.20            4.00   2.00     0.20
    "
  `);
});

test('shows no ratio to what was not measured', () => {
  expect(renderRounds([roundOf('native', 1, 2)], 'text')).toMatchInlineSnapshot(`
    "rows    format  B/row  lz4  zstd  parse CPU-s/M  least  of json  insert CPU-s/M  least  of json
    traces  native   1450  190   150           2.00   2.00        -            4.00   4.00        -
    "
  `);
});
