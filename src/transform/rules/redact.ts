import { readFileSync } from 'node:fs';
import type { Redact } from '../../config/rules/actions.js';
import { compilePattern } from '../../config/rules/pattern.js';
import { describeFileError } from '../../file-trouble.js';
import type { AttributesView, ItemView, SentValue, SettableValue } from '../steps/view.js';
import { type MakeAct, RuleUnready } from './action.js';
import { fieldOf, setField } from './item-values.js';
import { keyedHash } from './keyed-hash.js';
import { nothingToDo } from './nothing-to-do.js';
import { keyMatcher, namesKeys, placesOf } from './places.js';
import { remembered } from './remembered.js';
import { replaceMatches } from './replace-matches.js';
import { URL_ATTRIBUTES, withRedactedQuery } from './url-query.js';

const URL_KEYS: ReadonlySet<string> = new Set(URL_ATTRIBUTES);

/**
 * Makes values unreadable: all of those whose keys are named, also within lists and maps and in the queries of URLs, and of
 * all texts what matches a pattern, or the first group of it.
 */
export const redact: MakeAct<'redact'> = (action, { kind }) => {
  const places = placesOf(action.in, kind);
  const isNamed = keyMatcher(action);
  const hasKeys = namesKeys(action);
  const exactKeys = action.key_prefixes || action.key_patterns ? null : (action.keys ?? []);
  const patterns = (action.patterns ?? []).map(compilePattern);
  const cover = coverOf(action);
  const drops = action.with === 'drop';
  const memory = nothingToDo();

  const redactText = remembered(text =>
    patterns.reduce((covered, pattern) => replaceMatches(covered, pattern, cover), text),
  );

  /** The same value where there is nothing to redact in it. */
  const redactWithin = (value: SentValue): SentValue => {
    if (typeof value === 'string') return redactText(value);
    if (Array.isArray(value)) return sameIfEqual(value, value.map(redactWithin));
    if (!(value instanceof Map)) return value;
    const members = [...(value as ReadonlyMap<string, SentValue>)];
    const redacted = members.flatMap(([key, member]): [string, SentValue][] => {
      if (!isNamed(key)) return [[key, redactWithin(member)]];
      return drops ? [] : [[key, cover(textOf(member))]];
    });
    const isSame =
      redacted.length === members.length && members.every(([, member], i) => redacted[i]?.[1] === member);
    return isSame ? value : new Map(redacted);
  };

  const mayName = namedWithin(exactKeys);
  const redactUrl = remembered(url => withRedactedQuery(url, isNamed, drops ? () => '' : cover));

  /** Keys that are named, and those that hold URLs. */
  const looksFor = [...new Set([...(exactKeys ?? []), ...URL_ATTRIBUTES])];
  const keysOf = (attributes: AttributesView): readonly string[] =>
    exactKeys
      ? attributes.present(looksFor)
      : attributes.keys().filter(key => isNamed(key) || URL_KEYS.has(key));

  const redactByKeys = (attributes: AttributesView): boolean => {
    let changed = false;
    for (const key of keysOf(attributes)) {
      const text = attributes.get(key) ?? '';
      const covered = isNamed(key) ? cover(text) : mayName(text) ? redactUrl(text) : text;
      if (isNamed(key) && drops) attributes.delete(key);
      else if (covered !== text) attributes.set(key, covered);
      else continue;
      changed = true;
    }
    return changed;
  };

  const redactNested = (attributes: AttributesView): boolean => {
    let changed = false;
    for (const key of attributes.nestedKeys()) {
      const value = attributes.value(key);
      const redacted = redactWithin(value);
      if (redacted === value || redacted === undefined) continue;
      attributes.set(key, redacted);
      changed = true;
    }
    return changed;
  };

  const redactTexts = (attributes: AttributesView): boolean => {
    let changed = false;
    for (const key of attributes.keys()) {
      const text = attributes.get(key) ?? '';
      const covered = redactText(text);
      // Lists and maps were redacted by their members.
      if (covered === text || typeof attributes.value(key) === 'object') continue;
      attributes.set(key, covered);
      changed = true;
    }
    return changed;
  };

  const redactAttributes = (attributes: AttributesView): boolean => {
    if (attributes.size === 0) return false;
    const byKey = hasKeys && redactByKeys(attributes);
    const nested = redactNested(attributes);
    const texts = patterns.length > 0 && redactTexts(attributes);
    return byKey || nested || texts;
  };

  const redactBody = (item: ItemView): boolean => {
    const value = fieldOf(item, 'BodyValue') as SentValue;
    const redacted = redactWithin(value);
    if (redacted === value || redacted === undefined) return false;
    setField(item, 'BodyValue', redacted satisfies SettableValue);
    return true;
  };

  const redactColumn = (item: ItemView, column: 'Body' | 'StatusMessage'): boolean => {
    if (column === 'Body') return redactBody(item);
    const text = fieldOf(item, column) as string;
    const covered = redactText(text);
    if (covered === text) return false;
    setField(item, column, covered);
    return true;
  };

  // Status messages have no keys.
  const columns = places.texts.filter(column => column === 'Body' || patterns.length > 0);

  return (item, { record }) => {
    const known = memory.ofRecord(record);
    let changed = false;
    for (const attributes of places.attributesOf(item)) {
      if (known.knows(attributes)) continue;
      if (redactAttributes(attributes)) changed = true;
      else known.note(attributes);
    }
    for (const column of columns) if (redactColumn(item, column)) changed = true;
    return changed ? 'change' : 'keep';
  };
};

/**
 * Whether a URL may have a parameter of one of these names, as far as can be told without taking it apart: most have none, and most
 * are there once, so that remembering them is of no use.
 */
function namedWithin(names: readonly string[] | null): (url: string) => boolean {
  if (names === null) return () => true;
  return url => names.some(name => url.includes(name)) || url.includes('%') || url.includes('+');
}

function sameIfEqual(list: readonly SentValue[], changed: readonly SentValue[]): readonly SentValue[] {
  return changed.every((element, i) => element === list[i]) ? list : changed;
}

/** What is hashed of a value within another one. */
function textOf(value: SentValue): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(textOf).join(',');
  if (value instanceof Map) return [...value].map(([key, member]) => `${key}=${textOf(member)}`).join(',');
  return String(value ?? '');
}

/** What a text is replaced by. */
function coverOf(action: Redact): (text: string) => string {
  const { mask = '***', keep_first = 0, keep_last = 0 } = action;
  if (action.with === 'drop') return () => '';
  const hashKey = action.with === 'hash' ? hashKeyOf(action) : null;
  return text => {
    const covered = hashKey === null ? mask : keyedHash(text, hashKey);
    // Of a text that is not longer, all would be readable.
    if (text.length <= keep_first + keep_last) return covered;
    return text.slice(0, keep_first) + covered + (keep_last === 0 ? '' : text.slice(-keep_last));
  };
}

function hashKeyOf({ hash_key_env, hash_key_file }: Redact): string {
  if (hash_key_env !== undefined) {
    const key = process.env[hash_key_env];
    if (!key)
      throw new RuleUnready(`the environment variable ${hash_key_env}, which shall hold the key, is not set`);
    return key;
  }
  try {
    const key = readFileSync(hash_key_file ?? '', 'utf8').trim();
    if (key !== '') return key;
  } catch (error) {
    throw new RuleUnready(
      `${hash_key_file}, which shall hold the key, ${describeFileError(error as NodeJS.ErrnoException)}`,
    );
  }
  throw new RuleUnready(`${hash_key_file}, which shall hold the key, is empty`);
}
