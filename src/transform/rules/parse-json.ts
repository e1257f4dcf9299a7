import { parseExactJson } from '../../values/exact-json.js';
import type { SentValue, SettableValue } from '../steps/view.js';
import type { MakeAct } from './action.js';
import { attributesReader, fieldOf, placeOf } from './item-values.js';

/**
 * Makes attributes of the members of a JSON object, those of objects within it under keys joined by dots. Lists stay lists.
 * What is no JSON object is not for this rule; one beyond the bounds fails it.
 */
export const parseJson: MakeAct<'parse_json'> = (action, { kind }) => {
  const { from, prefix = '', max_keys = 64, max_depth = 4, max_bytes = 16_384 } = action;
  const own = attributesReader('attribute', kind);
  const place = from && placeOf(from);
  const source = place && attributesReader(place.level, kind);
  return item => {
    const text = place && source ? source(item).get(place.key) : (fieldOf(item, 'Body') as string);
    if (text === undefined || !/^\s*\{/.test(text)) return 'skip';
    if (text.length > max_bytes) {
      throw new RangeError(`the JSON has ${text.length} characters, more than max_bytes (${max_bytes})`);
    }
    const object = parsed(text);
    if (object === null) return 'skip';
    const members = flattened(object, prefix, max_depth);
    if (members.length > max_keys) {
      throw new RangeError(`the JSON has ${members.length} keys, more than max_keys (${max_keys})`);
    }
    const attributes = own(item);
    for (const [key, value] of members) attributes.set(key, value);
    return members.length > 0 ? 'change' : 'keep';
  };
};

/** Integers that a double would round stay what they are, as texts. */
function parsed(text: string): object | null {
  try {
    return parseExactJson(text) as object;
  } catch {
    return null;
  }
}

function flattened(object: object, prefix: string, depthLeft: number): [string, SettableValue][] {
  return Object.entries(object).flatMap(([key, value]): [string, SettableValue][] => {
    const name = prefix + key;
    if (value === null) return [];
    if (typeof value === 'object' && !Array.isArray(value)) {
      if (depthLeft === 1) throw new RangeError('the JSON is nested deeper than max_depth');
      return flattened(value, `${name}.`, depthLeft - 1);
    }
    return [[name, sentOf(value, depthLeft) as SettableValue]];
  });
}

function sentOf(value: unknown, depthLeft: number): SentValue {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (value === null) return undefined;
  if (typeof value !== 'object') return value as string | boolean;
  if (depthLeft === 1) throw new RangeError('the JSON is nested deeper than max_depth');
  if (Array.isArray(value)) return value.map(element => sentOf(element, depthLeft - 1));
  return new Map(Object.entries(value).map(([key, member]) => [key, sentOf(member, depthLeft - 1)]));
}
