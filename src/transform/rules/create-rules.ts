import { actionOf, kindsOf, type Rule } from '../../config/rules/rule.js';
import { addedColumnsOf } from '../../encodings/added-columns.js';
import { ConfigInvalid } from '../../errors.js';
import type { RowKind } from '../../tables/columns.js';
import type { FunctionLog } from '../functions/function-log.js';
import type { Step } from '../steps/step.js';
import { type Act, type MakeAct, RuleUnready, type Target } from './action.js';
import { remove, rename, truncate } from './attributes.js';
import { conditionOf } from './condition.js';
import { dropItem, keepItem } from './filter.js';
import { limit } from './limit.js';
import { lookup } from './lookup.js';
import { parseJson } from './parse-json.js';
import { promote } from './promote.js';
import { redact } from './redact.js';
import { key, route } from './route.js';
import { sample } from './sample.js';
import { setValue } from './set-value.js';

type ActionName = ReturnType<typeof actionOf>;

const ACTIONS: { [Name in ActionName]: MakeAct<Name> } = {
  drop: dropItem,
  keep: keepItem,
  sample,
  redact,
  promote,
  set: setValue,
  rename,
  remove,
  truncate,
  parse_json: parseJson,
  lookup,
  route,
  key,
  limit,
};

/**
 * The rules of a config, ready to be applied, in their order.
 *
 * @param log takes what rules say while they are applied.
 * @throws ConfigInvalid when rules lack what is outside of the config: files, variables of the environment.
 */
export function createRules(rules: readonly Rule[], log: FunctionLog = () => undefined): Step[] {
  const problems: string[] = [];
  const added = addedColumnsOf({ transform: { rules: [...rules] } });
  const steps = rules.flatMap((rule, i) => {
    try {
      const warn = (message: string) => log('warn', `transform.rules[${i}] (${rule.name}): ${message}`, {});
      return [createRule(rule, kind => ({ kind, added: added[kind], warn }))];
    } catch (error) {
      if (!(error instanceof RuleUnready)) throw error;
      problems.push(`transform.rules[${i}] (${rule.name}): ${error.message}`);
      return [];
    }
  });
  if (problems.length > 0) throw new ConfigInvalid(problems);
  return steps;
}

function createRule(rule: Rule, targetOf: (kind: RowKind) => Target): Step {
  const kinds = kindsOf(rule);
  const acts = new Map(kinds.map(kind => [kind, actFor(rule, targetOf(kind))]));
  return {
    name: rule.name,
    kinds,
    ...(rule.on_error ? { onError: rule.on_error } : {}),
    apply: (item, context) => (acts.get(item.kind) as Act)(item, context),
  };
}

/** Items for which the condition does not hold are not for the rule; with `keep` they are dropped. */
function actFor(rule: Rule, target: Target): Act {
  const name = actionOf(rule);
  const make = ACTIONS[name] as MakeAct<ActionName>;
  const act = make(rule[name] as never, target);
  if (rule.when === undefined) return act;
  const holds = conditionOf(rule.when, target.kind);
  const otherwise = name === 'keep' ? 'drop' : 'skip';
  return (item, context) => (holds(item, context) ? act(item, context) : otherwise);
}
