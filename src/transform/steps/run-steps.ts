import type { AddedColumns, ColumnValue } from '../../encodings/added-columns.js';
import { ROW_KINDS, type RowKind } from '../../tables/columns.js';
import { encodeTextLossless } from '../../values/text.js';
import { type ItemContext, NO_RECORD, type RecordContext } from './context.js';
import type { Step } from './step.js';
import type { ItemView } from './view.js';

/** What a step did with items. */
export interface StepTally {
  name: string;
  /** Items that it was for. */
  matched: number;
  changed: number;
  dropped: number;
  /** Items that it could not be done with. */
  failed: number;
}

/** An item that makes no row because a step could not be done with it. */
export interface FailedItem {
  readonly itemIndex: number;
  readonly kind: RowKind;
  readonly step: string;
  readonly message: string;
}

/** What all steps did with the items of a record. */
export interface StepsOutcome {
  /** One for each step, in their order. */
  readonly tallies: readonly StepTally[];
  readonly failedItems: readonly FailedItem[];
}

/** What steps ask for beside changes of the item. */
export interface RowEffects {
  readonly kind: RowKind;
  topic?: string;
  key?: Buffer | null;
  /** In the order of `AddedColumns`. */
  columns?: ColumnValue[];
}

/** Does the steps with one item after the other, and keeps what came of it until the next record. */
export interface StepRun {
  /** Whether steps are done with items of a kind, or add columns to its rows. */
  isFor(kind: RowKind): boolean;
  begin(record: RecordContext | undefined): void;
  /** @returns whether the item makes a row. */
  apply(kind: RowKind, item: ItemView, indexInRecord: number): boolean;
  effectsOf(indexInRecord: number): RowEffects | undefined;
  outcome(): StepsOutcome;
}

/**
 * @param added the columns that steps add, by kind.
 * @returns null when there is no step.
 */
export function createStepRun(
  steps: readonly Step[],
  added: Readonly<Record<RowKind, AddedColumns>>,
): StepRun | null {
  if (steps.length === 0) return null;
  const numbered = steps.map((step, i) => ({ step, i }));
  const stepsOf = Object.fromEntries(
    ROW_KINDS.map(kind => [kind, numbered.filter(({ step }) => step.kinds.includes(kind))]),
  ) as Record<RowKind, typeof numbered>;
  let tallies: StepTally[] = [];
  let failedItems: FailedItem[] = [];
  let effects: RowEffects[] = [];
  let firstItem = 0;
  const shown: { kind: RowKind; index: number } = { kind: 'traces', index: 0 };

  const effectsOfShown = (): RowEffects => {
    const known = effects[shown.index];
    if (known) return known;
    const made: RowEffects = { kind: shown.kind };
    effects[shown.index] = made;
    return made;
  };

  const context: ItemContext & { record: RecordContext; itemIndex: number } = {
    record: NO_RECORD,
    itemIndex: 0,
    route: topic => {
      effectsOfShown().topic = topic;
    },
    key: key => {
      effectsOfShown().key = key ? encodeTextLossless(key) : null;
    },
    column: index => effects[shown.index]?.columns?.[index] ?? null,
    setColumn: (index, value) => {
      const { columns } = effectsOfShown();
      if (columns) columns[index] = value;
    },
  };

  /** @returns whether the item goes on. */
  const applyOne = (step: Step, tally: StepTally, item: ItemView): boolean => {
    try {
      switch (step.apply(item, context)) {
        case 'skip':
          return true;
        case 'keep':
          tally.matched++;
          return true;
        case 'change':
          tally.matched++;
          tally.changed++;
          return true;
        case 'drop':
          tally.matched++;
          tally.dropped++;
          return false;
      }
    } catch (error) {
      tally.matched++;
      tally.failed++;
      const { onError = 'dead_letter' } = step;
      if (onError === 'keep') return true;
      if (onError === 'drop') tally.dropped++;
      else
        failedItems.push({
          itemIndex: context.itemIndex,
          kind: shown.kind,
          step: step.name,
          message: messageOf(error),
        });
      return false;
    }
  };

  return {
    isFor: kind => stepsOf[kind].length > 0 || added[kind].length > 0,
    begin: (record = NO_RECORD) => {
      context.record = record;
      firstItem = record.firstItem ?? 0;
      tallies = zeroTallies(steps.map(({ name }) => name));
      failedItems = [];
      effects = [];
    },
    apply: (kind, item, index) => {
      shown.kind = kind;
      shown.index = index;
      context.itemIndex = firstItem + index;
      const { length } = added[kind];
      if (length > 0) effectsOfShown().columns = new Array(length).fill(null);
      for (const { step, i } of stepsOf[kind]) {
        if (!applyOne(step, tallies[i] as StepTally, item)) return false;
      }
      return true;
    },
    effectsOf: index => effects[index],
    outcome: () => ({ tallies, failedItems }),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Of steps with these names that have done nothing yet. */
export function zeroTallies(names: readonly string[]): StepTally[] {
  return names.map(name => ({ name, matched: 0, changed: 0, dropped: 0, failed: 0 }));
}

/** Adds what the steps did with other items. */
export function addOutcome(sum: StepsOutcome, other: StepsOutcome): StepsOutcome {
  return {
    tallies: sum.tallies.map((tally, i) => addTally(tally, other.tallies[i])),
    failedItems: [...sum.failedItems, ...other.failedItems].sort((a, b) => a.itemIndex - b.itemIndex),
  };
}

export function addTally(sum: StepTally, other: StepTally | undefined): StepTally {
  if (other === undefined) return sum;
  return {
    name: sum.name,
    matched: sum.matched + other.matched,
    changed: sum.changed + other.changed,
    dropped: sum.dropped + other.dropped,
    failed: sum.failed + other.failed,
  };
}
