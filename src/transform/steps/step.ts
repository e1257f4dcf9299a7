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
export type Verdict = 'skip' | 'keep' | 'change' | 'drop';

/** What becomes of an item that a step cannot be done with: its row is made without the step, or not at all. */
export type OnError = 'keep' | 'drop' | 'dead_letter';

/**
 * Something that is done with items before they become rows. The engines call it for each item of these kinds whose rows are
 * made at all, in input order, one item after the other.
 */
export interface Step<Kinds extends RowKind = RowKind> {
  /** For messages and counters. */
  readonly name: string;
  readonly kinds: readonly Kinds[];
  /** Default: `dead_letter`. */
  readonly onError?: OnError;
  /**
   * Looks at an item, changes it, and decides about it. An item may come twice: a kernel that gives a record up has shown
   * some of its items before the plain engine shows all.
   *
   * @param item is good until `apply` returns: the next item is shown by the same object.
   * @throws anything: then it cannot be done with this item, and `onError` says what becomes of that one alone.
   */
  apply(item: ItemView<Kinds>, context: ItemContext): Verdict;
}
