import { itemText, type OutputRow, problemList, type RowChecker, rowText } from './output-row.js';

/** How many items were written, by input topic and there by partition. */
export type WrittenItems = ReadonlyMap<string, readonly number[]>;

/** Holds that every item of the input has a row, and every row an item of the input. */
export function conservationChecker(written: WrittenItems): RowChecker {
  const seen = new Map(
    [...written].map(([input, counts]) => [input, counts.map(count => new Uint8Array(count))]),
  );
  const unexpected = problemList();
  return {
    add: (row: OutputRow) => {
      const partition = seen.get(row.input)?.[row.item.partition];
      if (partition && row.item.sequence >= 0 && row.item.sequence < partition.length) {
        partition[row.item.sequence] = 1;
      } else {
        unexpected.add(`a row of an item that was never written: ${rowText(row)}`);
      }
    },
    problems: () => {
      const missing = problemList();
      for (const [input, partitions] of seen) {
        for (const [partition, items] of partitions.entries()) {
          for (let sequence = items.indexOf(0); sequence >= 0; sequence = items.indexOf(0, sequence + 1)) {
            missing.add(`no row of ${itemText(input, { partition, sequence })}`);
          }
        }
      }
      return [...missing.all('items have no row'), ...unexpected.all('rows of no item')];
    },
  };
}
