import {
  readBoolean,
  readDuration,
  readInteger,
  readJson,
  readNull,
  readSize,
  readSwitch,
} from './read-text.js';
import { isSecretProperty } from './secret-property.js';
import type { AnySetting, Finding, Setting, ValuesOf } from './setting.js';

/** What every kind of setting takes. */
interface Common<D> {
  default: D;
  doc: string;
  librdkafka?: string;
  secret?: boolean;
}

/** Text of at least one character. `pattern` narrows it; `allowed` then says in words what fits. */
export function text<D extends string | null>(
  spec: Common<D> & { pattern?: Pick<RegExp, 'test'>; allowed?: string },
): Setting<string | D> {
  const allowed = orNull(spec.allowed ?? 'text', spec.default);
  return setting(spec, {
    allowed,
    fromText: written => written,
    check: value => {
      if (typeof value !== 'string') {
        const hint = typeof value === 'number' || typeof value === 'boolean' ? ' (put it in quotes)' : '';
        return [wrong(value, `must be ${allowed}${hint}`)];
      }
      const fits = value !== '' && (spec.pattern === undefined || spec.pattern.test(value));
      return fits ? [] : [wrong(value, `must be ${value === '' ? 'not empty' : allowed}`)];
    },
  });
}

/** One of some words. `refused` holds the words that one could expect to be allowed, with the reason why they are not. */
export function oneOf<const V extends string, const D extends NoInfer<V> | null>(
  values: readonly V[],
  spec: Common<D> & { refused?: Record<string, string> },
): Setting<V | D> {
  const allowed = orNull(values.map(value => `\`${value}\``).join(', '), spec.default);
  const inWords = orNull(values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`, spec.default);
  return setting(spec, {
    allowed,
    fromText: written => written,
    check: value => {
      if (values.some(known => known === value)) return [];
      const reason = typeof value === 'string' ? spec.refused?.[value] : undefined;
      return [{ ...wrong(value, `must be ${inWords}${reason ? ` (${reason})` : ''}`), candidates: values }];
    },
  });
}

/** True or false. */
export function boolean<D extends boolean | null>(spec: Common<D>): Setting<boolean | D> {
  return setting(spec, {
    allowed: orNull('`true`, `false`', spec.default),
    isBoolean: true,
    fromText: readBoolean,
    fromNumber: readSwitch,
    check: value =>
      typeof value === 'boolean' ? [] : [wrong(value, `must be ${orNull('true or false', spec.default)}`)],
  });
}

/**
 * An integer within bounds, both included. `unit` is what is counted: milliseconds and bytes can be written with units too.
 * `also` are values outside of the bounds that mean something.
 */
export function integer<D extends number | null>(
  spec: Common<D> & { min: number; max: number; unit?: string; also?: readonly number[] },
): Setting<number | D> {
  const also = spec.also ?? [];
  const range = [...also.map(value => `\`${value}\``), `an integer from ${spec.min} to ${spec.max}`].join(
    ' or ',
  );
  const units = UNITS.find(({ of }) => spec.unit?.startsWith(of));
  const counted = [spec.unit, units?.examples].filter(Boolean).join('; ');
  const allowed = orNull(`${range}${counted ? ` (${counted})` : ''}`, spec.default);
  return setting(spec, {
    allowed,
    fromText: units?.read ?? readInteger,
    check: value => {
      const fits =
        typeof value === 'number' &&
        Number.isSafeInteger(value) &&
        ((value >= spec.min && value <= spec.max) || also.includes(value));
      return fits ? [] : [wrong(value, `must be ${allowed}`)];
    },
  });
}

const UNITS = [
  { of: 'milliseconds', examples: 'also `500ms`, `10s`, `2m`, `1h`', read: readDuration },
  { of: 'bytes', examples: 'also `64KiB`, `1MB`', read: readSize },
];

/** One of some integers, each of which has a word too. */
export function oneOfNumbers<const V extends number>(
  words: Readonly<Record<string, V>>,
  spec: Common<NoInfer<V>>,
): Setting<V> {
  const entries = Object.entries(words);
  const allowed = entries.map(([word, value]) => `\`${word}\` (\`${value}\`)`).join(', ');
  return setting<V>(spec, {
    allowed,
    fromText: written => entries.find(([word]) => word === written.trim())?.[1] ?? readInteger(written),
    check: value =>
      entries.some(([, known]) => known === value)
        ? []
        : [{ ...wrong(value, `must be one of ${allowed}`), candidates: Object.keys(words) }],
  });
}

/**
 * A list of texts; in the environment and in flags separated by commas, or a JSON array of texts.
 * @param spec.problemOf what is wrong with one of them, as a predicate; `null` when it fits.
 * @param spec.mayBeEmpty whether the list may have none.
 */
export function texts(
  spec: Common<string[]> & {
    allowed: string;
    problemOf(item: string): string | null;
    mayBeEmpty?: boolean;
  },
): Setting<string[]> {
  return setting(spec, {
    allowed: spec.allowed,
    fromText: written => readJsonTexts(written) ?? written.split(',').map(part => part.trim()),
    check: value => {
      if (!Array.isArray(value) || (value.length === 0 && !spec.mayBeEmpty))
        return [wrong(value, `must be ${spec.allowed}`)];
      const findings: Finding[] = [];
      value.forEach((item: unknown, index) => {
        const problem = spec.problemOf(typeof item === 'string' ? item : '');
        if (problem !== null) findings.push({ ...wrong(item, problem), at: [index] });
        else if (value.indexOf(item) !== index)
          findings.push({ ...wrong(item, 'must not be listed twice'), at: [index] });
      });
      return findings;
    },
  });
}

/** `[::1]:9092` begins like a JSON array and is none. */
function readJsonTexts(written: string): string[] | null {
  const value = readJson(written);
  return Array.isArray(value) && value.every(item => typeof item === 'string') ? value : null;
}

/**
 * A map from property names to texts, numbers or booleans; in the environment and in flags a JSON object.
 * @param spec.holdsSecrets false for properties of which none opens a door.
 */
export function properties(
  spec: Common<Record<string, string | number | boolean>> & { holdsSecrets: boolean },
): Setting<Record<string, string | number | boolean>> {
  return setting(spec, {
    isMap: true,
    allowed: 'a map of property names to text, numbers, `true` or `false`',
    fromText: readJson,
    check: value => {
      if (!isMap(value)) return [wrong(value, 'must be a map of property names to values')];
      return Object.entries(value)
        .filter(([, written]) => !['string', 'number', 'boolean'].includes(typeof written))
        .map(([name, written]) =>
          canBeAValue(name, value)
            ? { ...wrong(undefined, NO_PROPERTY), at: [name], atMayBeValue: true }
            : { ...wrong(written, 'must be text, a number, true or false'), at: [name] },
        );
    },
  });
}

const NO_PROPERTY =
  'has something here that is no property with text, a number, true or false. If it is a piece of a value, put that value in quotes';

/** Of `{ sasl.password: a,b }` the `b` is a name without a value, of `{ sasl.password:b }` all of it. */
function canBeAValue(name: string, properties: Record<string, unknown>): boolean {
  return (
    !/^\w+([.-]\w+)*$/.test(name) ||
    Object.keys(properties).some(other => other !== name && isSecretProperty(other))
  );
}

/** A list of maps that all have the same fields; in the environment and in flags a JSON array. Fields in `required` have no default. */
export function listOf<Fields extends Record<string, AnySetting>>(
  fields: Fields,
  spec: Common<NoInfer<ValuesOf<Fields>>[]> & { required: readonly (keyof Fields & string)[] },
): Setting<ValuesOf<Fields>[]> {
  type Item = ValuesOf<Fields>;
  const names = Object.keys(fields);
  const allowed = `a list of maps with ${names.map(name => `\`${name}\``).join(', ')}`;
  return setting<Item[]>(spec, {
    allowed,
    fromText: readJson,
    check: value => {
      if (!Array.isArray(value) || value.length === 0) return [wrong(value, `must be ${allowed}`)];
      return value.flatMap((item: unknown, index): Finding[] => {
        if (!isMap(item)) return [{ ...wrong(item, `must be a map with ${names.join(', ')}`), at: [index] }];
        const missing = spec.required
          .filter(name => item[name] === undefined)
          .map(name => ({
            ...wrong(undefined, `must be given: ${fields[name]?.allowed}`),
            at: [index, name],
          }));
        const written = Object.entries(item).flatMap(([name, fieldValue]): Finding[] => {
          const field = fields[name];
          if (field === undefined || !Object.hasOwn(fields, name))
            return [
              { at: [index, name], value: undefined, problem: 'is not a known key', candidates: names },
            ];
          return field.check(fieldValue).map(finding => ({ ...finding, at: [index, name, ...finding.at] }));
        });
        return [...missing, ...written];
      });
    },
    complete: items => items.map(item => ({ ...defaultsOf(fields), ...(item as object) }) as Item),
  });
}

/**
 * A list whose elements have forms of their own; in the environment and in flags a JSON array.
 *
 * @param checkElement everything that is wrong with an element.
 */
export function checkedList<Element>(
  checkElement: (value: unknown) => Finding[],
  spec: Common<NoInfer<Element>[]> & { allowed: string },
): Setting<Element[]> {
  return setting<Element[]>(spec, {
    allowed: spec.allowed,
    fromText: readJson,
    check: value => {
      if (!Array.isArray(value)) return [wrong(value, `must be ${spec.allowed}`)];
      return value.flatMap((element: unknown, index) =>
        checkElement(element).map(finding => ({ ...finding, at: [index, ...finding.at] })),
      );
    },
  });
}

function defaultsOf(fields: Record<string, AnySetting>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.default]));
}

/** Puts a setting together. A setting whose default is `null` takes `null` from every source. */
function setting<T>(
  spec: Common<T> & { holdsSecrets?: boolean },
  kind: Pick<Setting<T>, 'allowed' | 'fromText' | 'check'> &
    Partial<Pick<Setting<T>, 'complete' | 'isMap' | 'isBoolean' | 'fromNumber'>>,
): Setting<T> {
  const nullable = spec.default === null;
  return {
    default: spec.default,
    doc: spec.doc,
    allowed: kind.allowed,
    librdkafka: spec.librdkafka ?? null,
    secret: spec.secret ?? false,
    isMap: kind.isMap ?? false,
    isBoolean: kind.isBoolean ?? false,
    holdsSecrets: spec.holdsSecrets ?? spec.secret ?? false,
    fromText: written => (nullable && readNull(written) ? null : kind.fromText(written)),
    fromNumber: kind.fromNumber ?? (written => written),
    check: value => (nullable && value === null ? [] : kind.check(value)),
    complete: kind.complete ?? (value => value),
  };
}

function wrong(value: unknown, problem: string): Finding {
  return { at: [], value, problem };
}

function orNull(allowed: string, defaultValue: unknown): string {
  return defaultValue === null ? `${allowed} or null` : allowed;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
