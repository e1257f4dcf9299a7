import { ROW_KINDS, type RowKind } from '../../tables/columns.js';
import { type Actions, actionChecks } from './actions.js';
import { type Condition, condition } from './condition.js';
import { type Check, isMap, list, shape, someText, word, wrong } from './shape.js';

/** What can be written in `for`: a kind of row, or `metrics` for all five of them. */
export const TARGETS = ['metrics', ...ROW_KINDS] as const;

export type Target = (typeof TARGETS)[number];

/** One rule: what is done with the items for which its condition holds. It has one action. */
export interface Rule extends Actions {
  name: string;
  /** Default: all kinds. */
  for?: Target[];
  when?: Condition;
  on_error?: 'keep' | 'drop' | 'dead_letter';
}

const ACTIONS = Object.keys(actionChecks) as (keyof Actions)[];

const fields = shape(
  {
    name: value =>
      typeof value === 'string' && /^[\w.-]{1,60}$/.test(value)
        ? []
        : [wrong(value, 'must be a name of letters, digits, dots, dashes and underscores')],
    for: list(word(TARGETS), `kinds: ${TARGETS.join(', ')}`),
    when: condition,
    on_error: word(['keep', 'drop', 'dead_letter']),
    ...actionChecks,
  },
  ['name'],
);

/** A rule. */
export const rule: Check = value => {
  const findings = fields(value);
  if (!isMap(value)) return findings;
  const named = ACTIONS.filter(action => action in value);
  if (named.length === 1) return findings;
  const problem =
    named.length === 0
      ? `must say what it does: one of ${ACTIONS.join(', ')}`
      : `does several things: ${named.join(', ')}. Make a rule of each`;
  return [...findings, wrong(someText(value.name).length === 0 ? value.name : undefined, problem)];
};

/** The one action of a rule. */
export function actionOf(of: Rule): keyof Actions {
  return ACTIONS.find(action => of[action] !== undefined) ?? 'drop';
}

/** The kinds of rows that a rule is for. */
export function kindsOf({ for: targets }: Pick<Rule, 'for'>): RowKind[] {
  if (targets === undefined) return [...ROW_KINDS];
  return ROW_KINDS.filter(
    kind => targets.includes(kind) || (targets.includes('metrics') && kind !== 'traces' && kind !== 'logs'),
  );
}

/** The names of the rules of a config, in their order. */
export function ruleNames({ transform }: { transform: { rules: readonly Rule[] } }): string[] {
  return transform.rules.map(({ name }) => name);
}
