import { type OutputRow, problemList, type RowChecker, rowText } from './output-row.js';

/**
 * Holds that the rows of one input partition keep their order within each output partition. Rows of one key are in one
 * output partition, so this is also the order per input partition and key.
 */
export function orderChecker(): RowChecker {
  const last = new Map<string, number>();
  const disorders = problemList();
  return {
    add: (row: OutputRow) => {
      const way = `${row.input}-${row.item.partition} > ${row.outputPartition}`;
      const before = last.get(way) ?? -1;
      if (row.item.sequence < before) disorders.add(`${rowText(row)} comes after item ${before}`);
      else last.set(way, row.item.sequence);
    },
    problems: () => disorders.all('rows out of order'),
  };
}
