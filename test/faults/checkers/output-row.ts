import type { ItemId } from '../items.js';

/** A row as a read-committed reader finds it, in the order of its output partition. */
export interface OutputRow {
  /** The input topic whose item it was made of. */
  input: string;
  item: ItemId;
  /** What of the row or its key is not the item's; `null` when all of it is. */
  foreign: string | null;
  outputPartition: number;
  offset: number;
}

/** Looks at rows one by one, and says at the end what it found wrong: one sentence each, none when all is well. */
export interface RowChecker {
  add(row: OutputRow): void;
  problems(): string[];
}

/** The item of a row and where the row lies, for people. */
export function rowText({ input, item, outputPartition, offset }: OutputRow): string {
  return `${itemText(input, item)} (output partition ${outputPartition}, offset ${offset})`;
}

export function itemText(input: string, { partition, sequence }: ItemId): string {
  return `item ${sequence} of ${input}-${partition}`;
}

const NAMED_MAX = 20;

/** Keeps the first few problems in words, and counts the rest. */
export function problemList(): { add(problem: string): void; all(what: string): string[] } {
  const named: string[] = [];
  let count = 0;
  return {
    add: problem => {
      count += 1;
      if (named.length < NAMED_MAX) named.push(problem);
    },
    all: what => (count > NAMED_MAX ? [`${count} ${what}, the first ${NAMED_MAX}:`, ...named] : [...named]),
  };
}
