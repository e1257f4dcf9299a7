import type { Actions } from '../../config/rules/actions.js';
import { type Condition, SOURCES, type Source, type ValueCondition } from '../../config/rules/condition.js';
import { actionOf, type Rule } from '../../config/rules/rule.js';
import type { RowKind } from '../../tables/columns.js';
import { conditionOf } from '../../transform/rules/condition.js';
import { sourceReader } from '../../transform/rules/item-values.js';
import type { ItemContext } from '../../transform/steps/context.js';
import type { ItemView } from '../../transform/steps/view.js';
import { valueText } from '../rows/differences.js';

/** Why a condition does not hold of an item; null where it does. */
export type WhyNot = (item: ItemView, context: ItemContext) => string | null;

/** Of a condition that is made of others, the part that decides, with the value that was found. */
export function whyNotOf(condition: Condition, kind: RowKind): WhyNot {
  if ('all' in condition) {
    const parts = condition.all.map(part => whyNotOf(part, kind));
    return (item, context) => {
      for (const whyNot of parts) {
        const why = whyNot(item, context);
        if (why !== null) return why;
      }
      return null;
    };
  }
  if ('any' in condition) {
    const parts = condition.any.map(part => whyNotOf(part, kind));
    return (item, context) => {
      const whys: string[] = [];
      for (const whyNot of parts) {
        const why = whyNot(item, context);
        if (why === null) return null;
        whys.push(why);
      }
      return whys.join('; ');
    };
  }
  const holds = conditionOf(condition, kind);
  if ('not' in condition) {
    return (item, context) => (holds(item, context) ? null : `${describe(condition.not)} (wanted: not so)`);
  }
  const read = sourceReader(condition, kind);
  return (item, context) => {
    if (holds(item, context)) return null;
    const value = read(item, context);
    const found = value === undefined ? 'is not there' : `is ${valueText(shown(value))}`;
    return `${describeSource(condition)} ${found} (wanted: ${describeTests(condition)})`;
  };
}

function describe(condition: Condition): string {
  if ('all' in condition) return condition.all.map(describe).join(' and ');
  if ('any' in condition) return condition.any.map(describe).join(' or ');
  if ('not' in condition) return `not ${describe(condition.not)}`;
  return `${describeSource(condition)} ${describeTests(condition)}`;
}

function describeSource(source: Source): string {
  const name = SOURCES.find(one => source[one] !== undefined) ?? 'topic';
  return name === 'topic' ? 'the topic' : `${name} ${source[name]}`;
}

/** As it is written in the config. */
function describeTests(condition: ValueCondition): string {
  const tests = Object.entries(condition).filter(([name]) => !SOURCES.some(source => source === name));
  return tests.map(([name, value]) => `${name} ${valueText(value)}`).join(', ');
}

/** Bigints, bytes and maps are no JSON. */
function shown(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return value instanceof Map || value instanceof Uint8Array ? 'a map or bytes' : value;
}

/** Why a rule whose condition holds, if it has one, is not for an item. */
const NOT_THERE: Partial<Record<keyof Actions, string>> = {
  promote: 'the item has no such attribute',
  rename: 'the item has no such attribute',
  remove: 'the item has no such attributes',
  redact: 'the item has nothing to be redacted',
  truncate: 'the item has nothing that is too long',
  parse_json: 'there is no object in JSON',
  lookup: 'the item has no value to look for',
  limit: 'the item has no such attribute',
};

/** Why a rule that is for an item has left it as it was. */
const UNCHANGED: Partial<Record<keyof Actions, string>> = {
  keep: 'its condition holds',
  promote: 'an earlier rule has filled the column',
  set: 'there is nothing to set it from',
  parse_json: 'the object is empty',
  lookup: 'its key is not in the file',
  limit: 'its value is one of those that are kept',
};

/** In words for people, what a rule's verdict was due to. `whyNot` says it of the rule's condition. */
export function whySkipped(rule: Rule, whyNot: string | null): string | undefined {
  return whyNot ?? NOT_THERE[actionOf(rule)];
}

export function whyKept(rule: Rule): string | undefined {
  return rule.sample ? `it is in the part that is kept (${rule.sample.rate})` : UNCHANGED[actionOf(rule)];
}

export function whyDropped(rule: Rule, whyNot: string | null): string {
  const { keep, sample, when } = rule;
  if (keep) return `${whyNot ?? 'its condition does not hold'}, and others are not kept`;
  if (sample) return `it is not in the part that is kept (${sample.rate})`;
  return when ? 'its condition holds' : 'it drops all';
}
