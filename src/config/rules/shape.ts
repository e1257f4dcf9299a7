import type { Finding } from '../setting.js';

/** Everything that is wrong with a written value; empty when it can be used. */
export type Check = (value: unknown) => Finding[];

export function wrong(value: unknown, problem: string): Finding {
  return { at: [], value, problem };
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A map with some of these keys, of which some must be there. */
export function shape(fields: Readonly<Record<string, Check>>, required: readonly string[] = []): Check {
  const names = Object.keys(fields);
  return value => {
    if (!isMap(value)) return [wrong(value, `must be a map with ${names.join(', ')}`)];
    const missing = required
      .filter(name => value[name] === undefined)
      .map(name => within(name, wrong(undefined, 'must be given')));
    const written = Object.entries(value).flatMap(([name, held]) => {
      const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (check === undefined) {
        return [within(name, { ...wrong(undefined, 'is not a known key'), candidates: names })];
      }
      return check(held).map(finding => within(name, finding));
    });
    return [...missing, ...written];
  };
}

/** A list of at least one. */
export function list(element: Check, what: string): Check {
  return value => {
    if (!Array.isArray(value) || value.length === 0) return [wrong(value, `must be a list of ${what}`)];
    return value.flatMap((held: unknown, i) => element(held).map(finding => within(i, finding)));
  };
}

export function within(step: string | number, finding: Finding): Finding {
  return { ...finding, at: [step, ...finding.at] };
}

export const someText: Check = value =>
  typeof value === 'string' && value !== '' ? [] : [wrong(value, 'must be text that is not empty')];

export const anyText: Check = value => (typeof value === 'string' ? [] : [wrong(value, 'must be text')]);

export const textList = list(someText, 'texts');

/** What can be written as a constant: text, a number, true or false. */
export const constant: Check = value =>
  ['string', 'number', 'boolean'].includes(typeof value)
    ? []
    : [wrong(value, 'must be text, a number, true or false')];

export const yes: Check = value => (value === true ? [] : [wrong(value, 'must be true, or not be there')]);

export const flag: Check = value =>
  typeof value === 'boolean' ? [] : [wrong(value, 'must be true or false')];

export function wholeNumber(min: number, max: number, what: string): Check {
  return value =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? []
      : [wrong(value, `must be ${what}, from ${min} to ${max}`)];
}

export function word(words: readonly string[]): Check {
  return value =>
    words.includes(value as string)
      ? []
      : [{ ...wrong(value, `must be one of ${words.join(', ')}`), candidates: words }];
}
