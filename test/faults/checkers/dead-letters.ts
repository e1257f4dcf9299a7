import { problemList } from './output-row.js';

/** A record of which not everything can become a row. */
export interface ExpectedDeadLetter {
  topic: string;
  partition: number;
  offset: number;
  /** Of the record's value, so that large ones need not be kept. */
  valueHash: string;
  /** The items without a row, counted from 0 over the record; null when none of it can be a row. */
  itemIndexes: readonly number[] | null;
}

/** What a read-committed reader finds in the dead-letter topic. */
export type FoundDeadLetter = ExpectedDeadLetter;

/**
 * Holds that exactly these records have dead-letter records, with the very bytes of the record, that no item is in two of them,
 * and that a dead-letter record about some items names the right ones.
 */
export function deadLetterProblems(
  expected: readonly ExpectedDeadLetter[],
  found: Iterable<FoundDeadLetter>,
): string[] {
  const left = new Map(
    expected.map(deadLetter => [
      placeOf(deadLetter),
      { deadLetter, indexes: new Set(deadLetter.itemIndexes) },
    ]),
  );
  const wrong = problemList();
  const seen = new Set<string>();
  for (const deadLetter of found) {
    const place = placeOf(deadLetter);
    const wanted = left.get(place);
    if (!wanted) {
      wrong.add(
        seen.has(place)
          ? `a second dead-letter record of ${place}`
          : `a dead-letter record of ${place}, which is in order`,
      );
      continue;
    }
    seen.add(place);
    if (deadLetter.valueHash !== wanted.deadLetter.valueHash)
      wrong.add(`the dead-letter record of ${place} has other bytes`);
    if ((deadLetter.itemIndexes === null) !== (wanted.deadLetter.itemIndexes === null)) {
      wrong.add(
        `the dead-letter record of ${place} is of ${deadLetter.itemIndexes === null ? 'the whole record' : 'items only'}`,
      );
    }
    for (const index of deadLetter.itemIndexes ?? []) {
      if (!wanted.indexes.delete(index)) wrong.add(`a dead-letter record of ${place} names item ${index}`);
    }
    // Several dead-letter records may share the items of one record.
    if (wanted.indexes.size === 0) left.delete(place);
  }
  for (const [place, { indexes }] of left) {
    const items = indexes.size > 0 ? `items ${[...indexes].join(', ')} of ` : '';
    wrong.add(`no dead-letter record of ${items}${place}`);
  }
  return wrong.all('things wrong with dead-letter records');
}

function placeOf({ topic, partition, offset }: ExpectedDeadLetter): string {
  return `${topic}-${partition} offset ${offset}`;
}
