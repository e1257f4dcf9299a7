import {
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  type Node,
  type Pair,
  Scalar,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

/**
 * Changes of a YAML document as changes of its text, so that all else stays as it was written: comments, quotes, line breaks. To
 * write the whole document tree anew would keep the comments, and lay out everything in its own way.
 */

/** Replaces the text from `start` up to `end`. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** It is written in a way that cannot be changed without changing more, such as an alias. */
export class NotEditable extends Error {
  override readonly name = 'NotEditable';
}

/** @throws NotEditable when two edits change the same. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  let [at, text] = [0, ''];
  // Sorting is stable: what is inserted at one place stays in order.
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.start < at) throw new NotEditable('two of the changes are of the same place');
    text += source.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + source.slice(at);
}

/** Writes a value in the place of a node. */
export function replaceNode(source: string, node: unknown, value: unknown): Edit {
  const { start, end } = rangeOf(node);
  const text = flowText(value, isScalar(node) ? node.type : undefined);
  const isAgainstKey = start > 0 && !/\s/.test(source[start - 1] ?? '');
  // Blocks end with their last line.
  const newline = source.slice(start, end).endsWith('\n') ? '\n' : '';
  return { start, end, text: `${isAgainstKey ? ' ' : ''}${text}${newline}` };
}

/** What is added to a collection, in front of one of its entries or at the end. */
export interface Addition {
  before: number;
  /** As `flowText` or `memberText` write it. */
  text: string;
}

/**
 * Takes entries of a list or a map away and puts others in.
 *
 * @param indent how far a block is indented that has to be begun; null within flow collections.
 */
export function changeEntries(
  source: string,
  collection: YAMLMap | YAMLSeq,
  removed: ReadonlySet<number>,
  added: readonly Addition[],
  indent: number | null,
): Edit[] {
  const entries = collection.items.map(item => rangeOfEntry(item));
  if (entries.length === 0) {
    if (added.length === 0) return [];
    return [beginCollection(source, collection, added, indent)];
  }
  return source[rangeOf(collection).start] === '[' || source[rangeOf(collection).start] === '{'
    ? changeFlow(entries, removed, added)
    : changeBlock(source, collection, entries, removed, added);
}

/**
 * A value on one line, as it may stand within flow collections.
 *
 * @param type of the scalar whose place it takes: its quotes are kept.
 */
export function flowText(value: unknown, type?: Scalar.Type): string {
  const quotes = type === Scalar.QUOTE_SINGLE || type === Scalar.QUOTE_DOUBLE ? type : Scalar.PLAIN;
  return stringify([value], {
    collectionStyle: 'flow',
    lineWidth: 0,
    defaultStringType: typeof value === 'string' ? quotes : Scalar.PLAIN,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
    // Between single quotes, a line feed is one.
    ...(JSON.stringify(value)?.includes('\\n') ? { singleQuote: false } : {}),
  })
    .trim()
    .slice(1, -1)
    .trim();
}

export function memberText(key: string, value: unknown): string {
  return `${flowText(key)}: ${flowText(value)}`;
}

/** Lists that were empty get a line for each element, where they may. */
function beginCollection(
  source: string,
  collection: YAMLMap | YAMLSeq,
  added: readonly Addition[],
  indent: number | null,
): Edit {
  const { start, end } = rangeOf(collection);
  const texts = added.map(({ text }) => text);
  if (isMap(collection)) return { start, end, text: `{ ${texts.join(', ')} }` };
  if (indent === null) return { start, end, text: `[${texts.join(', ')}]` };
  // The blank before it would stand at the end of a line.
  const from = source[start - 1] === ' ' ? start - 1 : start;
  return { start: from, end, text: texts.map(text => `\n${' '.repeat(indent)}- ${text}`).join('') };
}

interface Range {
  start: number;
  end: number;
}

function changeFlow(
  entries: readonly Range[],
  removed: ReadonlySet<number>,
  added: readonly Addition[],
): Edit[] {
  const entryAt = (i: number) => entries[i] as Range;
  const keptBefore = (place: number) => entries.findLastIndex((_, i) => i < place && !removed.has(i));
  const keptFrom = (place: number) => entries.findIndex((_, i) => i >= place && !removed.has(i));
  const removals = [...removed].map(i => {
    const [own, next] = [entryAt(i), entries[i + 1]];
    if (keptBefore(i) >= 0) return { start: entryAt(i - 1).end, end: own.end, text: '' };
    return { start: own.start, end: next?.start ?? own.end, text: '' };
  });
  const additions = added.map(({ before, text }, place) => {
    if (keptBefore(before) >= 0) {
      const { end } = entryAt(before - 1);
      return { start: end, end, text: `, ${text}` };
    }
    const kept = keptFrom(before);
    const at = kept >= 0 ? entryAt(kept).start : entryAt(entries.length - 1).end;
    const separated = kept >= 0 ? `${text}, ` : place === 0 ? text : `, ${text}`;
    return { start: at, end: at, text: separated };
  });
  return [...removals, ...additions];
}

function changeBlock(
  source: string,
  collection: YAMLMap | YAMLSeq,
  entries: readonly Range[],
  removed: ReadonlySet<number>,
  added: readonly Addition[],
): Edit[] {
  const lines = entries.map(entry => linesOf(source, entry, isMap(collection)));
  const mark = isMap(collection) ? '' : '- ';
  const indent = ' '.repeat(lines[0]?.indent ?? 0);
  const lineAt = (i: number) => lines[i] as Range;
  const removals = [...removed].map(i => ({ ...lineAt(i), text: '' }));
  const additions = added.map(({ before, text }) => {
    const at = before === 0 ? lineAt(0).start : lineAt(before - 1).end;
    const newline = at > 0 && source[at - 1] !== '\n' ? '\n' : '';
    return { start: at, end: at, text: `${newline}${indent}${mark}${text}\n` };
  });
  if (removed.size < entries.length || added.length > 0) return [...removals, ...additions];
  return [emptyBlock(source, collection, lineAt(0).start, lineAt(lines.length - 1).end)];
}

/** Nothing at all would be null. */
function emptyBlock(source: string, collection: YAMLMap | YAMLSeq, start: number, end: number): Edit {
  const before = source.slice(0, start).trimEnd();
  if (!before.endsWith(':')) throw new NotEditable('nothing would be left of a list or map');
  return { start: before.length, end, text: isMap(collection) ? ' {}\n' : ' []\n' };
}

/** The lines of an entry of a block, which has them for itself. */
function linesOf(source: string, { start, end }: Range, isMember: boolean): Range & { indent: number } {
  const lineStart = source.lastIndexOf('\n', start - 1) + 1;
  const before = source.slice(lineStart, start);
  if (!(isMember ? /^ *$/ : /^ *- +$/).test(before)) throw new NotEditable('entries share a line');
  const newline = source[end - 1] === '\n' ? end - 1 : source.indexOf('\n', end);
  return {
    start: lineStart,
    end: newline < 0 ? source.length : newline + 1,
    indent: before.length - before.trimStart().length,
  };
}

function rangeOfEntry(item: unknown): Range {
  if (!isPair(item)) return rangeOf(item);
  const { key, value } = item as Pair;
  const { start, end } = rangeOf(key);
  return { start, end: value === null ? end : Math.max(end, rangeOf(value).end) };
}

function rangeOf(node: unknown): Range {
  if (isAlias(node)) throw new NotEditable('it is an alias (*) of what stands elsewhere');
  const { range, anchor } = (node ?? {}) as Node & { anchor?: string };
  if (anchor !== undefined) throw new NotEditable(`what stands there is used elsewhere too (&${anchor})`);
  if (!(isScalar(node) || isCollection(node)) || !range) {
    throw new NotEditable('it is not written there, but taken from elsewhere (an alias, or <<)');
  }
  return { start: range[0], end: range[1] };
}
