import { problemList } from './output-row.js';

/** A record of which not everything can become a row. */
export interface ExpectedLetter {
  topic: string;
  partition: number;
  offset: number;
  /** Of the record's value, so that large ones need not be kept. */
  valueHash: string;
  /** The items without a row, counted from 0 over the record; null when none of it can be a row. */
  itemIndexes: readonly number[] | null;
}

/** What a read-committed reader finds in the dead-letter topic. */
export type FoundLetter = ExpectedLetter;

/**
 * Holds that exactly these records have dead letters, with the very bytes of the record, that no item is in two letters,
 * and that a letter about some items names the right ones.
 */
export function deadLetterProblems(
  expected: readonly ExpectedLetter[],
  found: Iterable<FoundLetter>,
): string[] {
  const left = new Map(
    expected.map(letter => [placeOf(letter), { letter, indexes: new Set(letter.itemIndexes) }]),
  );
  const wrong = problemList();
  const seen = new Set<string>();
  for (const letter of found) {
    const place = placeOf(letter);
    const wanted = left.get(place);
    if (!wanted) {
      wrong.add(
        seen.has(place) ? `a second dead letter of ${place}` : `a dead letter of ${place}, which is in order`,
      );
      continue;
    }
    seen.add(place);
    if (letter.valueHash !== wanted.letter.valueHash)
      wrong.add(`the dead letter of ${place} has other bytes`);
    if ((letter.itemIndexes === null) !== (wanted.letter.itemIndexes === null)) {
      wrong.add(
        `the dead letter of ${place} is of ${letter.itemIndexes === null ? 'the whole record' : 'items only'}`,
      );
    }
    for (const index of letter.itemIndexes ?? []) {
      if (!wanted.indexes.delete(index)) wrong.add(`a dead letter of ${place} names item ${index}`);
    }
    // Several letters may share the items of one record.
    if (wanted.indexes.size === 0) left.delete(place);
  }
  for (const [place, { indexes }] of left) {
    const items = indexes.size > 0 ? `items ${[...indexes].join(', ')} of ` : '';
    wrong.add(`no dead letter of ${items}${place}`);
  }
  return wrong.all('things wrong with dead letters');
}

function placeOf({ topic, partition, offset }: ExpectedLetter): string {
  return `${topic}-${partition} offset ${offset}`;
}
