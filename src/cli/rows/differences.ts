import { visible } from '../visible.js';

/** A value that is not the same in two rows; in tests, what is expected and what is there. */
export interface Difference {
  /** Where it is: keys of maps and places in lists. */
  at: readonly (string | number)[];
  before: unknown;
  after: unknown;
}

/**
 * What differs between two values of JSON, down to members of maps and elements of lists. Numbers are the same as their
 * texts, since encodings write large ones as texts, and null is the same as nothing. Lists of different lengths differ as a whole.
 *
 * @param members of maps that are compared: those of both, or only those that the first has.
 */
export function differencesOf(
  before: unknown,
  after: unknown,
  members: 'of_both' | 'of_first' = 'of_both',
  at: Difference['at'] = [],
): Difference[] {
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((element, i) => differencesOf(element, after[i], members, [...at, i]));
  }
  if (isMap(before) && isMap(after)) {
    const keys = Object.keys(members === 'of_first' ? before : { ...before, ...after });
    return keys.flatMap(key =>
      differencesOf(memberOf(before, key), memberOf(after, key), members, [...at, key]),
    );
  }
  return isSame(before, after) ? [] : [{ at, before, after }];
}

/** `rows[0].SpanAttributes.http.route` */
export function pathText(at: Difference['at']): string {
  return at
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${visible(part)}`))
    .join('');
}

const VALUE_MAX = 200;

/** A value on one line, cut where it is long. */
export function valueText(value: unknown): string {
  const text = value === undefined ? 'nothing' : visible(JSON.stringify(value));
  return text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text;
}

/** Of a row, the columns that say something: it has all that its kind has. */
export function withoutEmpty(got: unknown): unknown {
  if (!isMap(got)) return got;
  return Object.fromEntries(
    Object.entries(got).filter(([, value]) => value !== null && value !== '' && !isEmpty(value)),
  );
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An attribute may be called `constructor`. */
function memberOf(map: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function isSame(before: unknown, after: unknown): boolean {
  const [one, other] = [before ?? null, after ?? null];
  if (one === null || other === null) return one === other;
  if (typeof one === 'object' || typeof other === 'object') return isEmpty(one) && isEmpty(other);
  return String(one) === String(other);
}

/** A list and a map without anything in them, which YAML and JSON write differently. */
function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
