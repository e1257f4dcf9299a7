import type { Rule } from '../../config/rules/rule.js';
import type { AddedColumns } from '../../encodings/added-columns.js';
import type { RowKind } from '../../tables/columns.js';
import type { ItemContext } from '../steps/context.js';
import type { Verdict } from '../steps/step.js';
import type { ItemView } from '../steps/view.js';

/** What a rule does with an item for which its condition holds. */
export type Act = (item: ItemView, context: ItemContext) => Verdict;

/** What a rule is made ready for. */
export interface Target {
  readonly kind: RowKind;
  /** The columns that rules add to rows of the kind. */
  readonly added: AddedColumns;
  /** Tells of what keeps the rule from being as its files are, and of its end. */
  readonly warn: (message: string) => void;
}

/**
 * Makes an action ready.
 *
 * @throws RuleUnready when it lacks something, such as its file.
 */
export type MakeAct<Action extends keyof Rule> = (action: NonNullable<Rule[Action]>, target: Target) => Act;

/** A rule lacks something that is outside of the config. */
export class RuleUnready extends Error {
  override readonly name = 'RuleUnready';
}
