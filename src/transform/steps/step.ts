import type { RowKind } from '../../tables/columns.js';
import type { ItemContext } from './context.js';
import type { ItemView } from './view.js';

/**
 * What a step did with an item.
 *
 * - `skip`: it is not for this item
 * - `keep`: it is, and nothing is changed
 * - `change`: it changed the item, or where its row goes
 * - `drop`: the item makes no row. It counts as filtered, and no later step sees it.
 */
export type Verdict = 'skip' | 'keep' | 'change' | 'drop' | Dropped | SeveralItems;

/** It makes no row, for a reason that is counted. */
export interface Dropped {
  readonly reason: string;
}

/** In its place, rows are made of these: of the item itself, of copies of it, or of both, in this order. No later step sees copies. */
export interface SeveralItems {
  readonly items: readonly ItemView[];
}

/** What becomes of an item that a step cannot be done with: its row is made without the step, or not at all. */
export type OnError = 'keep' | 'drop' | 'dead_letter';

/** Reasons of dead letters of items that a step could not be done with. */
export type StepFailure = 'rule_failed' | 'function_failed';

/** What is known of a step beside what it does. */
export interface StepTraits<Kinds extends RowKind> {
  /** For messages and counters. */
  readonly name: string;
  readonly kinds: readonly Kinds[];
  /** Default: `dead_letter`. */
  readonly onError?: OnError;
  /** Why items that it fails at become dead letters. Default: `rule_failed`. */
  readonly failure?: StepFailure;
}

/**
 * Something that is done with items before they become rows. The engines call it for each item of these kinds whose rows are
 * made at all, in input order, one item after the other.
 */
export interface Step<Kinds extends RowKind = RowKind> extends StepTraits<Kinds> {
  /**
   * Looks at an item, changes it, and decides about it. An item may come twice: a kernel that gives a record up has shown
   * some of its items before the plain engine shows all.
   *
   * @param item is good until `apply` returns: the next item is shown by the same object.
   * @throws anything: then it cannot be done with this item, and `onError` says what becomes of that one alone.
   */
  apply(item: ItemView<Kinds>, context: ItemContext): Verdict;
}

/** A step that may have to wait for what it needs. Several items of a record are shown at once, and each is good until its verdict. */
export interface AsyncStep<Kinds extends RowKind = RowKind> extends StepTraits<Kinds> {
  /** Set where it has to be waited for: any step is one that need not be. */
  readonly isAsync?: boolean;
  apply(item: ItemView<Kinds>, context: ItemContext): Verdict | Promise<Verdict>;
}
