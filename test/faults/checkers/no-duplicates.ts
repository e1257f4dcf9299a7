import { type OutputRow, problemList, type RowChecker, rowText } from './output-row.js';

/** Holds that no item has more than one row. */
export function noDuplicatesChecker(): RowChecker {
  // By input partition: the output offset of the first row, plus one, and its partition. 0 = none yet.
  const first = new Map<string, { offsets: number[]; partitions: number[] }>();
  const duplicates = problemList();
  return {
    add: (row: OutputRow) => {
      const name = `${row.input}-${row.item.partition}`;
      const rows = first.get(name) ?? { offsets: [], partitions: [] };
      first.set(name, rows);
      const { sequence } = row.item;
      const earlier = rows.offsets[sequence];
      if (earlier) {
        const where = `partition ${rows.partitions[sequence]}, offset ${earlier - 1}`;
        duplicates.add(`a second row of ${rowText(row)}; the first is at ${where}`);
        return;
      }
      rows.offsets[sequence] = row.offset + 1;
      rows.partitions[sequence] = row.outputPartition;
    },
    problems: () => duplicates.all('rows too many'),
  };
}
