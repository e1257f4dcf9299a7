import { ROW_KINDS, type RowKind } from '../../tables/columns.js';
import type { ItemView } from './view.js';

/** What becomes of an item: a row, or nothing. A dropped item counts as filtered. */
export type Verdict = 'keep' | 'drop';

/**
 * Something that is done with items before they become rows. The engines call it for each item of these kinds whose rows are
 * made at all, in input order, one item after the other.
 */
export interface Step<Kinds extends RowKind = RowKind> {
  /** For messages about it. */
  readonly name: string;
  readonly kinds: readonly Kinds[];
  /**
   * Looks at an item, changes it, and decides about it. An item may come twice: a kernel that gives a record up has shown
   * some of its items before the plain engine shows all.
   *
   * @param item is good until `apply` returns: the next item is shown by the same object.
   */
  apply(item: ItemView<Kinds>): Verdict;
}

/** A step threw: a mistake of its own, which neither engine can do anything about. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
  readonly step: string;

  constructor(step: string, cause: unknown) {
    super(`the step ${step} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.step = step;
  }
}

/** The steps in their order for each kind, as one; null for a kind that none is for. */
export function stepsByKind(steps: readonly Step[]): Record<RowKind, ((item: ItemView) => Verdict) | null> {
  const entries = ROW_KINDS.map(kind => [kind, together(steps.filter(step => step.kinds.includes(kind)))]);
  return Object.fromEntries(entries) as ReturnType<typeof stepsByKind>;
}

/** One that drops an item ends its way. */
function together(steps: readonly Step[]): ((item: ItemView) => Verdict) | null {
  if (steps.length === 0) return null;
  return item => {
    for (const step of steps) {
      try {
        if (step.apply(item) === 'drop') return 'drop';
      } catch (error) {
        throw new StepFailed(step.name, error);
      }
    }
    return 'keep';
  };
}
