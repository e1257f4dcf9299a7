import type { OutputRow } from './output-row.js';

/** A row of the input topic `in`, for tests of the checkers. */
export function row(partition: number, sequence: number, outputPartition = 0, offset = 0): OutputRow {
  return { input: 'in', item: { partition, sequence }, foreign: null, outputPartition, offset };
}
