import { pathText } from '../rows/differences.js';
import type { ItemDifference, RecordComparison } from './compare-rows.js';
import { itemName } from './item-name.js';

/** Something that differs in some of the items, such as one column. */
export interface Tally {
  what: string;
  count: number;
  examples: Example[];
}

export interface Example {
  /** `otlp_spans-0 offset 17 item 2` */
  item: string;
  /** Of the item, for people. */
  name: string;
  /** Of a dead letter. */
  message?: string;
  before?: unknown;
  after?: unknown;
}

/** What differs between what two configs make of records. */
export interface DiffSummary {
  records: number;
  items: number;
  /** Numbers of items. */
  same: number;
  /** Without a row in both. */
  neither: number;
  changed: number;
  added: number;
  removed: number;
  deadLettersBefore: number;
  deadLettersAfter: number;
  newColumns: string[];
  goneColumns: string[];
  /** Records that are dead letters with both configs, by reason. */
  refused: Tally[];
  /** By column, of maps by key. */
  columns: Tally[];
  topics: Tally[];
  keys: Tally[];
  /** Why there is no row any more, and why there was none. */
  removedBy: Tally[];
  addedBy: Tally[];
}

/** Senders choose the keys of attributes, so not any number of them. */
const TALLIES_MAX = 1_000;
const OTHERS = 'others';

/** Adds up differences. @param examplesMax of each thing that differs. */
export function createSummary(examplesMax: number): {
  add(recordName: string, compared: RecordComparison): void;
  get(): DiffSummary;
} {
  const numbers = { records: 0, items: 0, same: 0, neither: 0, changed: 0, added: 0, removed: 0 };
  const deadLetters = { deadLettersBefore: 0, deadLettersAfter: 0 };
  const [newColumns, goneColumns] = [new Set<string>(), new Set<string>()];
  const [columns, topics, keys, removedBy, addedBy] = [tallies(), tallies(), tallies(), tallies(), tallies()];
  const refused = tallies();

  const addItem = (item: string, found: ItemDifference): void => {
    const { before, after, differences, values } = found;
    const example = { item, name: itemName(values) };
    const note = (into: Map<string, Tally>, what: string, more: Partial<Example> = {}) =>
      tally(into, what, { ...example, ...more }, examplesMax);
    if (before.kind === 'dead_letter') deadLetters.deadLettersBefore += 1;
    if (after.kind === 'dead_letter') deadLetters.deadLettersAfter += 1;
    for (const name of found.newColumns) newColumns.add(name);
    for (const name of found.goneColumns) goneColumns.add(name);
    if (after.kind !== 'row') {
      if (before.kind === 'row') numbers.removed += 1;
      note(removedBy, ...reasonOf(after));
      return;
    }
    if (before.kind !== 'row') {
      numbers.added += 1;
      const [what, more] = reasonOf(before);
      note(addedBy, `there was ${what}`, more);
      return;
    }
    numbers.changed += 1;
    for (const { at, before, after } of differences) {
      const [column] = at;
      if (column === 'topic') note(topics, `${before} → ${after}`);
      else if (column === 'key') note(keys, 'key', { before, after });
      // Of lists, the place says nothing.
      else note(columns, pathText(at.filter(part => typeof part === 'string')), { before, after });
    }
  };

  return {
    add: (recordName, { itemCount, sameCount, neitherCount, differences, refused: error }) => {
      numbers.records += 1;
      numbers.items += itemCount;
      numbers.same += sameCount;
      numbers.neither += neitherCount;
      // One at least, since nobody looks for what is the same in both.
      if (error) {
        const example = { item: recordName, name: '', message: error.message };
        tally(refused, error.reason, example, Math.max(1, examplesMax));
      }
      for (const found of differences) {
        addItem(found.itemIndex === null ? recordName : `${recordName} item ${found.itemIndex}`, found);
      }
    },
    get: () => ({
      ...numbers,
      ...deadLetters,
      newColumns: [...newColumns],
      goneColumns: [...goneColumns],
      refused: sorted(refused),
      columns: sorted(columns),
      topics: sorted(topics),
      keys: sorted(keys),
      removedBy: sorted(removedBy),
      addedBy: sorted(addedBy),
    }),
  };
}

/** Whether anything differs. */
export function differs({
  changed,
  added,
  removed,
  deadLettersBefore,
  deadLettersAfter,
}: DiffSummary): boolean {
  return changed + added + removed + deadLettersBefore + deadLettersAfter > 0;
}

function reasonOf(
  made: Exclude<ItemDifference['before'], { kind: 'row' }>,
): [what: string, more: Partial<Example>] {
  return made.kind === 'dead_letter'
    ? [`a dead letter: ${made.why}`, { message: made.message }]
    : [`no row: ${made.why}`, {}];
}

function tallies(): Map<string, Tally> {
  return new Map();
}

function tally(into: Map<string, Tally>, wanted: string, example: Example, examplesMax: number): void {
  const what = into.has(wanted) || into.size < TALLIES_MAX ? wanted : OTHERS;
  const known = into.get(what) ?? { what, count: 0, examples: [] };
  into.set(what, known);
  known.count += 1;
  if (known.examples.length < examplesMax) known.examples.push(example);
}

/** The most first. */
function sorted(of: Map<string, Tally>): Tally[] {
  return [...of.values()].sort((a, b) => b.count - a.count);
}
