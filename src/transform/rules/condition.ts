import {
  type Condition,
  type Constant,
  numberOf,
  type Source,
  type Tests,
  type ValueCondition,
} from '../../config/rules/condition.js';
import { compilePattern } from '../../config/rules/pattern.js';
import type { RowKind } from '../../tables/columns.js';
import type { ItemContext } from '../steps/context.js';
import type { AttributesView, ItemView, SentValue } from '../steps/view.js';
import { attributesReader, fieldOf, headerText } from './item-values.js';

/** Whether a condition holds of an item. */
export type Holds = (item: ItemView, context: ItemContext) => boolean;

/**
 * Makes a condition of a rule ready for the items of a kind.
 *
 * The function that is returned throws TypeError of a value that is compared with a number and is none.
 */
export function conditionOf(condition: Condition, kind: RowKind): Holds {
  if ('all' in condition) {
    const parts = condition.all.map(part => conditionOf(part, kind));
    return (item, context) => parts.every(holds => holds(item, context));
  }
  if ('any' in condition) {
    const parts = condition.any.map(part => conditionOf(part, kind));
    return (item, context) => parts.some(holds => holds(item, context));
  }
  if ('not' in condition) {
    const holds = conditionOf(condition.not, kind);
    return (item, context) => !holds(item, context);
  }
  return valueConditionOf(condition, kind);
}

function valueConditionOf(condition: ValueCondition, kind: RowKind): Holds {
  const { column, attribute, resource, scope, event, header } = condition;
  if (column !== undefined) return ofColumn(column, testsOf(condition, column));
  if (attribute !== undefined) return ofAttribute(attributesReader('attribute', kind), attribute, condition);
  if (resource !== undefined) return remembered(ofShared('resource', resource, condition, kind));
  if (scope !== undefined) return remembered(ofShared('scope', scope, condition, kind));
  if (event !== undefined) return ofEvents(event, condition);
  const tests = testsOf(condition, header === undefined ? 'the topic' : `the header ${header}`);
  if (header !== undefined) return (_, { record }) => tests(headerText(record, header));
  return (_, { record }) => tests(record.topic);
}

/** Empty texts, which rows have where nothing was sent, do not exist. */
function ofColumn(column: string, tests: Test): Holds {
  return item => {
    const value = fieldOf(item, column);
    if (Array.isArray(value)) return value.some(element => tests(element as SentValue));
    return tests(value === '' ? undefined : (value as SentValue));
  };
}

function ofAttribute(
  read: (item: ItemView) => AttributesView,
  key: string,
  condition: Tests & Source,
): Holds {
  const test = attributeTest(key, condition);
  return item => test(read(item));
}

/** What holds of the attributes of one item holds of all that share them. */
function ofShared(
  level: 'resource' | 'scope',
  key: string,
  condition: Tests & Source,
  kind: RowKind,
): { read: (item: ItemView) => AttributesView; test: (attributes: AttributesView) => boolean } {
  return { read: attributesReader(level, kind), test: attributeTest(key, condition) };
}

function remembered({ read, test }: ReturnType<typeof ofShared>): Holds {
  let last: { source: unknown; record: unknown; holds: boolean } | undefined;
  return (item, { record }) => {
    const attributes = read(item);
    const { source } = attributes;
    if (last?.source !== source || last?.record !== record)
      last = { source, record, holds: test(attributes) };
    return last.holds;
  };
}

function ofEvents(key: string, condition: Tests & Source): Holds {
  const test = attributeTest(key, condition);
  return item => (fieldOf(item, 'Events.Attributes') as readonly AttributesView[]).some(test);
}

function attributeTest(key: string, condition: Tests & Source): (attributes: AttributesView) => boolean {
  const tests = testsOf(condition, `the attribute ${key}`);
  const isNumeric = condition.greater !== undefined || condition.less !== undefined;
  return attributes => tests(isNumeric ? attributes.value(key) : attributes.get(key));
}

/** Whether what was asked for holds of a value; undefined is none. */
type Test = (value: SentValue) => boolean;

/** @param what the value is, for messages. */
function testsOf(tests: Tests, what: string): Test {
  const list: Test[] = [];
  const ofText = (holds: (text: string) => boolean) => list.push(value => holds(String(value)));
  const { equals, in: among, prefix, suffix, contains, matches, greater, less, exists } = tests;
  if (equals !== undefined) list.push(equalsOneOf([equals]));
  if (among !== undefined) list.push(equalsOneOf(among));
  if (prefix !== undefined) ofText(text => text.startsWith(prefix));
  if (suffix !== undefined) ofText(text => text.endsWith(suffix));
  if (contains !== undefined) ofText(text => text.includes(contains));
  if (matches !== undefined) {
    const pattern = compilePattern(matches);
    ofText(text => pattern.test(text));
  }
  if (greater !== undefined) list.push(value => numberWithin(value, what) > bound(greater));
  if (less !== undefined) list.push(value => numberWithin(value, what) < bound(less));
  if (exists === false) return value => value === undefined;
  return value => value !== undefined && list.every(holds => holds(value));
}

/** Texts are compared with the text of a value, as rows have it; numbers of a column with what is written as one, or as a time. */
function equalsOneOf(constants: readonly Constant[]): Test {
  const texts = new Set(constants.map(String));
  const numbers = new Set(constants.flatMap(constant => numberOf(constant) ?? []));
  return value =>
    texts.has(String(value)) ||
    ((typeof value === 'number' || typeof value === 'bigint') && numbers.has(Number(value)));
}

/** A bigint is compared with a number exactly. */
function numberWithin(value: SentValue, what: string): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'string' && value.trim() !== '') {
    const number = Number(value);
    if (!Number.isNaN(number)) return number;
  }
  throw new TypeError(`${what} is no number, so it cannot be compared with one`);
}

function bound(written: Constant): number {
  return numberOf(written) ?? Number.NaN;
}
