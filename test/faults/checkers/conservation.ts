import type { ItemId } from '../items.js';
import { itemText, type OutputRow, problemList, type RowChecker, rowText } from './output-row.js';

/** How many items were written, by input topic and there by partition. */
export type WrittenItems = ReadonlyMap<string, readonly number[]>;

const NO_ROW = 2;

/** Items that must not become rows, by input topic: rows of them would be too large, for example. */
export type ItemsWithoutRow = ReadonlyMap<string, readonly ItemId[]>;

/** Holds that every item of the input has a row, but for those that must have none, and every row an item of the input. */
export function conservationChecker(
  written: WrittenItems,
  withoutRow: ItemsWithoutRow = new Map(),
): RowChecker {
  const seen = new Map(
    [...written].map(([input, counts]) => [input, counts.map(count => new Uint8Array(count))]),
  );
  for (const [input, items] of withoutRow) {
    for (const { partition, sequence } of items)
      seen.get(input)?.[partition]?.fill(NO_ROW, sequence, sequence + 1);
  }
  const unexpected = problemList();
  return {
    add: (row: OutputRow) => {
      const partition = seen.get(row.input)?.[row.item.partition];
      if (partition && row.item.sequence >= 0 && row.item.sequence < partition.length) {
        if (partition[row.item.sequence] === NO_ROW)
          unexpected.add(`a row that should not be: ${rowText(row)}`);
        else partition[row.item.sequence] = 1;
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
