import { type OutputRow, problemList, type RowChecker, rowText } from './output-row.js';

/** Holds that all of a row and its key are of one item, and nothing of another. */
export function contentChecker(): RowChecker {
  const mixed = problemList();
  return {
    add: (row: OutputRow) => {
      if (row.foreign !== null) mixed.add(`the row of ${rowText(row)} is not all its own: ${row.foreign}`);
    },
    problems: () => mixed.all('rows with something that is not their own'),
  };
}
