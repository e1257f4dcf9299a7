import type { PoisonRecord } from '../../errors.js';
import type { RecordSource } from '../records/record-source.js';
import { type Difference, differencesOf } from '../rows/differences.js';
import type { RowValues } from '../rows/row-values.js';
import { type Made, type MadeOfRecord, NO_ROW, NO_SUCH_ITEM, type Side } from './make-rows.js';

/** How what two configs make of an item differs. */
export interface ItemDifference {
  /** Null where it is of the whole record. */
  itemIndex: number | null;
  before: Exclude<Made, { kind: 'row' }> | { kind: 'row' };
  after: ItemDifference['before'];
  /** Of rows that both make: columns, the topic and the key. */
  differences: readonly Difference[];
  /** A row of either, to know the item by. */
  values: RowValues | null;
  /** Columns that only one of the two rows has. */
  newColumns: readonly string[];
  goneColumns: readonly string[];
}

/** What two configs make of a record. */
export interface RecordComparison {
  itemCount: number;
  /** Rows that both make, alike. */
  sameCount: number;
  /** Items that make no row with either: dropped, switched off or dead letters. */
  neitherCount: number;
  differences: ItemDifference[];
  /** Why the record is a dead letter as a whole, with both configs. */
  refused: PoisonRecord | null;
}

export async function compareRecord(
  source: RecordSource,
  before: Side,
  after: Side,
): Promise<RecordComparison> {
  const [one, other] = [await before.make(source), await after.make(source)];
  if (one.outcome === 'dead_letter' || other.outcome === 'dead_letter') {
    const [was, is] = [one, other].map(made =>
      made.outcome === 'dead_letter'
        ? ({ kind: 'dead_letter', why: made.error.reason, message: made.error.message } as const)
        : ({ kind: 'row' } as const),
    ) as [ItemDifference['before'], ItemDifference['before']];
    const differs = was.kind !== is.kind;
    return {
      itemCount: 0,
      sameCount: 0,
      neitherCount: 0,
      differences: differs ? [notCompared(null, was, is)] : [],
      refused: !differs && one.outcome === 'dead_letter' ? one.error : null,
    };
  }
  const itemCount = Math.max(one.itemCount, other.itemCount);
  const differences: ItemDifference[] = [];
  let [sameCount, neitherCount] = [0, 0];
  for (let itemIndex = 0; itemIndex < itemCount; itemIndex++) {
    const found = compareItem(
      itemIndex,
      { made: madeOf(one, itemIndex), side: before },
      { made: madeOf(other, itemIndex), side: after },
    );
    if (found === 'same') sameCount += 1;
    else if (found === 'neither') neitherCount += 1;
    else differences.push(found);
  }
  return { itemCount, sameCount, neitherCount, differences, refused: null };
}

function madeOf({ items, itemCount }: MadeOfRecord & { outcome: 'items' }, itemIndex: number): Made {
  return items.get(itemIndex) ?? (itemIndex < itemCount ? NO_ROW : NO_SUCH_ITEM);
}

interface OneSide {
  made: Made;
  side: Side;
}

function compareItem(
  itemIndex: number,
  before: OneSide,
  after: OneSide,
): ItemDifference | 'same' | 'neither' {
  const [one, other] = [before.made, after.made];
  if (one.kind === 'row' && other.kind === 'row') {
    const [was, is] = [one.message, other.message];
    // Most rows are the same, byte for byte, and to read them takes longer than all else.
    if (was.topic === is.topic && isSameKey(was.key, is.key) && was.value.equals(is.value)) return 'same';
    const [wasValues, isValues] = [before.side.valuesOf(was), after.side.valuesOf(is)];
    const differences = differencesOf(wasValues, isValues);
    if (differences.length === 0) return 'same';
    return {
      itemIndex,
      before: { kind: 'row' },
      after: { kind: 'row' },
      differences,
      values: isValues,
      newColumns: onlyIn(isValues, wasValues),
      goneColumns: onlyIn(wasValues, isValues),
    };
  }
  if (one.kind === other.kind) return 'neither';
  const values =
    one.kind === 'row'
      ? before.side.valuesOf(one.message)
      : other.kind === 'row'
        ? after.side.valuesOf(other.message)
        : null;
  return notCompared(itemIndex, withoutMessage(one), withoutMessage(other), values);
}

function notCompared(
  itemIndex: number | null,
  before: ItemDifference['before'],
  after: ItemDifference['before'],
  values: RowValues | null = null,
): ItemDifference {
  return { itemIndex, before, after, differences: [], values, newColumns: [], goneColumns: [] };
}

function withoutMessage(made: Made): ItemDifference['before'] {
  return made.kind === 'row' ? { kind: 'row' } : made;
}

function isSameKey(one: Buffer | null, other: Buffer | null): boolean {
  return one === other || (one !== null && other !== null && one.equals(other));
}

function onlyIn(values: RowValues, others: RowValues): string[] {
  return Object.keys(values).filter(name => !Object.hasOwn(others, name));
}
