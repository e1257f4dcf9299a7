import type { AddedColumns, ColumnValue } from '../../encodings/added-columns.js';
import { ROW_KINDS, type RowKind } from '../../tables/columns.js';
import { encodeTextLossless } from '../../values/text.js';
import { type ItemContext, NO_RECORD, type RecordContext, type RecordHeader } from './context.js';
import { addCounts, count, type NamedCounts, NO_COUNTS } from './named-counts.js';
import { SeveralRows } from './several-rows.js';
import type { AsyncStep, StepFailure, Verdict } from './step.js';
import { addTally, type StepTally, zeroTallies } from './tally.js';
import type { ItemView } from './view.js';

/** An item that makes no row because a step could not be done with it. */
export interface FailedItem {
  readonly itemIndex: number;
  readonly kind: RowKind;
  readonly step: string;
  readonly message: string;
  /** Of its dead letter. */
  readonly reason: StepFailure;
}

/** What all steps did with the items of a record. */
export interface StepsOutcome {
  /** One for each step, in their order. */
  readonly tallies: readonly StepTally[];
  readonly failedItems: readonly FailedItem[];
  /** What steps have counted, by the names they gave it. */
  readonly counts?: NamedCounts;
  /** Items that were dropped for a reason, by reason. */
  readonly dropReasons?: NamedCounts;
}

/** What steps ask for beside changes of the item. */
export interface RowEffects {
  readonly kind: RowKind;
  topic?: string;
  key?: Buffer | null;
  headers?: RecordHeader[];
  /** In the order of `AddedColumns`. */
  columns?: ColumnValue[];
}

/** What becomes of an item: a row, none, or rows of these items, which are it or copies of it. */
export type Fate = boolean | readonly ItemView[];

/** Makes a copy of the item that is shown. */
export type CopyItem = () => ItemView;

/** Does the steps with one item after the other, and keeps what came of it until the next record. */
export interface StepRun {
  /** Whether steps are done with items of a kind, or add columns to its rows. */
  isFor(kind: RowKind): boolean;
  begin(record: RecordContext | undefined): void;
  /** @param copy of an engine that can make several rows of an item. */
  apply(kind: RowKind, item: ItemView, indexInRecord: number, copy?: CopyItem): Fate;
  /** The same for steps that have to be waited for. Several items may be on their way, each shown by a view of its own. */
  applyAsync(kind: RowKind, item: ItemView, indexInRecord: number, copy: CopyItem): Promise<Fate>;
  /** Whether a step has asked for several rows, of an engine that cannot make them. */
  needsPlain(): boolean;
  /** Says that what was asked for one row is asked for another one too. */
  shareEffects(fromIndex: number, toIndex: number): void;
  effectsOf(indexInRecord: number): RowEffects | undefined;
  outcome(): StepsOutcome;
}

/**
 * @param added the columns that steps add, by kind.
 * @returns null when there is no step.
 */
export function createStepRun(
  steps: readonly AsyncStep[],
  added: Readonly<Record<RowKind, AddedColumns>>,
): StepRun | null {
  if (steps.length === 0) return null;
  const numbered = steps.map((step, i) => ({ step, i }));
  const stepsOf = Object.fromEntries(
    ROW_KINDS.map(kind => [kind, numbered.filter(({ step }) => step.kinds.includes(kind))]),
  ) as Record<RowKind, typeof numbered>;
  let record = NO_RECORD;
  let tallies: StepTally[] = [];
  let failedItems: FailedItem[] = [];
  let effects: RowEffects[] = [];
  let counts: Map<string, number> | null = null;
  let dropReasons: Map<string, number> | null = null;
  let firstItem = 0;
  let needsPlain = false;

  const effectsFor = (kind: RowKind, index: number): RowEffects => {
    const known = effects[index];
    if (known) return known;
    const made: RowEffects = { kind };
    effects[index] = made;
    return made;
  };

  /** Where an item is, as the contexts of its steps know it. */
  interface Shown {
    kind: RowKind;
    index: number;
    copy: CopyItem | undefined;
  }

  const contextOf = (shown: Shown): ItemContext => ({
    get record() {
      return record;
    },
    get itemIndex() {
      return firstItem + shown.index;
    },
    route: topic => {
      effectsFor(shown.kind, shown.index).topic = topic;
    },
    key: key => {
      effectsFor(shown.kind, shown.index).key = key ? encodeTextLossless(key) : null;
    },
    header: (name, value) => {
      const of = effectsFor(shown.kind, shown.index);
      of.headers = [...(of.headers ?? []), { key: name, value: Buffer.from(value as string) }];
    },
    count: (name, amount) => {
      counts ??= new Map();
      count(counts, name, amount);
    },
    copy: () => {
      if (shown.copy) return shown.copy();
      needsPlain = true;
      throw new SeveralRows();
    },
    column: index => effects[shown.index]?.columns?.[index] ?? null,
    setColumn: (index, value) => {
      const { columns } = effectsFor(shown.kind, shown.index);
      if (columns) columns[index] = value;
    },
  });

  const shownNow: Shown = { kind: 'traces', index: 0, copy: undefined };
  const contextNow = contextOf(shownNow);

  const begin = (kind: RowKind, index: number) => {
    const { length } = added[kind];
    if (length > 0) effectsFor(kind, index).columns = new Array(length).fill(null);
  };

  /** @returns true when the next step is to see the item. */
  const take = (tally: StepTally, verdict: Verdict): Fate => {
    if (verdict === 'skip') return true;
    if (typeof verdict !== 'string') refuseOthers(verdict);
    tally.matched++;
    if (verdict === 'keep') return true;
    if (verdict === 'change') {
      tally.changed++;
      return true;
    }
    if (verdict !== 'drop') {
      if ('reason' in verdict) {
        dropReasons ??= new Map();
        count(dropReasons, verdict.reason, 1);
      } else if (verdict.items.length > 0) {
        tally.changed++;
        return verdict.items;
      }
    }
    tally.dropped++;
    return false;
  };

  const fail = (step: AsyncStep, tally: StepTally, error: unknown, { kind, index }: Shown): Fate => {
    tally.matched++;
    tally.failed++;
    const { onError = 'dead_letter' } = step;
    if (onError === 'keep') return true;
    if (onError === 'drop') tally.dropped++;
    else
      failedItems.push({
        itemIndex: firstItem + index,
        kind,
        step: step.name,
        message: messageOf(error),
        reason: step.failure ?? 'rule_failed',
      });
    return false;
  };

  return {
    isFor: kind => stepsOf[kind].length > 0 || added[kind].length > 0,
    begin: (begun = NO_RECORD) => {
      record = begun;
      firstItem = begun.firstItem ?? 0;
      tallies = zeroTallies(steps.map(({ name }) => name));
      failedItems = [];
      effects = [];
      counts = null;
      dropReasons = null;
      needsPlain = false;
    },
    apply: (kind, item, index, copy) => {
      shownNow.kind = kind;
      shownNow.index = index;
      shownNow.copy = copy;
      begin(kind, index);
      for (const { step, i } of stepsOf[kind]) {
        const tally = tallies[i] as StepTally;
        let fate: Fate;
        try {
          // Engines that do not wait are given no steps that have to be waited for.
          fate = take(tally, step.apply(item, contextNow) as Verdict);
        } catch (error) {
          fate = fail(step, tally, error, shownNow);
        }
        if (fate !== true) return fate;
      }
      return true;
    },
    applyAsync: async (kind, item, index, copy) => {
      const shown = { kind, index, copy };
      const context = contextOf(shown);
      begin(kind, index);
      for (const { step, i } of stepsOf[kind]) {
        const tally = tallies[i] as StepTally;
        let fate: Fate;
        try {
          fate = take(tally, await step.apply(item, context));
        } catch (error) {
          fate = fail(step, tally, error, shown);
        }
        if (fate !== true) return fate;
      }
      return true;
    },
    needsPlain: () => needsPlain,
    shareEffects: (from, to) => {
      const shared = effects[from];
      if (shared) effects[to] = shared;
    },
    effectsOf: index => effects[index],
    outcome: () => ({
      tallies,
      // Of items that were on their way together, the last may have failed first.
      failedItems: failedItems.sort((a, b) => a.itemIndex - b.itemIndex),
      ...(counts ? { counts } : {}),
      ...(dropReasons ? { dropReasons } : {}),
    }),
  };
}

/** @throws TypeError for what is no verdict: a promise that nobody waits for would drop its item. */
function refuseOthers(given: unknown): void {
  if (typeof given === 'object' && given !== null) {
    if ('items' in given && Array.isArray(given.items)) return;
    if ('reason' in given && typeof given.reason === 'string') return;
    if ('then' in given)
      throw new TypeError('the step returned a promise, and is not one that is waited for');
  }
  throw new TypeError('the step returned no verdict');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Adds what the steps did with other items. */
export function addOutcome(sum: StepsOutcome, other: StepsOutcome): StepsOutcome {
  const counts = addCounts(sum.counts ?? NO_COUNTS, other.counts ?? NO_COUNTS);
  const dropReasons = addCounts(sum.dropReasons ?? NO_COUNTS, other.dropReasons ?? NO_COUNTS);
  return {
    tallies: sum.tallies.map((tally, i) => addTally(tally, other.tallies[i])),
    failedItems: [...sum.failedItems, ...other.failedItems].sort((a, b) => a.itemIndex - b.itemIndex),
    ...(counts.size > 0 ? { counts } : {}),
    ...(dropReasons.size > 0 ? { dropReasons } : {}),
  };
}
