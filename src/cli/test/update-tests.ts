import { readFileSync, writeFileSync } from 'node:fs';
import {
  type Document,
  isMap as isMapNode,
  isScalar,
  isSeq,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { InputInvalid } from '../../errors.js';
import { differencesOf, isMap, withoutEmpty } from '../rows/differences.js';
import { parseTests, type TransformTest } from './read-tests.js';
import { alignExpected, compareWithExpected, type Got, hasFailed, type TestResult } from './run-test.js';
import {
  type Addition,
  applyEdits,
  changeEntries,
  type Edit,
  flowText,
  memberText,
  NotEditable,
  replaceNode,
} from './yaml-edits.js';

/** What became of the expectations of a test that failed. */
export type Update = { kind: 'updated' } | { kind: 'refused'; problem: string };

/**
 * Writes what is there into the files of tests, in the place of expectations that differ; all else of a file stays as it is.
 *
 * @returns what became of each test that had failed.
 */
export function updateTests(results: readonly TestResult[]): Map<TestResult, Update> {
  const updates = new Map<TestResult, Update>();
  for (const file of new Set(results.map(({ test }) => test.file))) {
    const failed = results.filter(result => result.test.file === file && hasFailed(result));
    if (failed.length === 0) continue;
    const source = readFileSync(file, 'utf8');
    const document = parseDocument(source);
    const edits: Edit[] = [];
    for (const result of failed) {
      try {
        const ofTest = editsFor(result, document, source);
        checkEdits(result, source, applyEdits(source, ofTest));
        edits.push(...ofTest);
        updates.set(result, { kind: 'updated' });
      } catch (error) {
        if (!(error instanceof NotEditable)) throw error;
        updates.set(result, { kind: 'refused', problem: error.message });
      }
    }
    if (edits.length > 0) writeFileSync(file, applyEdits(source, edits));
  }
  return updates;
}

/** Before it is written, it is looked whether the test would pass, and all others would be as they were. */
function checkEdits({ test, got }: TestResult, before: string, after: string): void {
  const [were, are] = [before, after].map(text => attempt(() => parseTests(text, test.file)) ?? []);
  const changed = are?.[test.index];
  const others = (tests: readonly TransformTest[] = []) =>
    JSON.stringify(
      tests.filter(({ index }) => index !== test.index).map(({ expected, name }) => [name, expected]),
    );
  if (
    changed &&
    got &&
    compareWithExpected(changed.expected, got).length === 0 &&
    changed.value.equals(test.value) &&
    others(were) === others(are)
  ) {
    return;
  }
  throw new NotEditable('it is written in a way that otelrows does not change: change it by hand');
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputInvalid) return null;
    throw error;
  }
}

function editsFor({ test, got }: TestResult, document: Document, source: string): Edit[] {
  if (got === null) throw new NotEditable('a record that is a dead letter as a whole is no expectation');
  const expect = document.getIn(['tests', test.index, 'expect'], true);
  if (!isMapNode(expect)) throw new NotEditable('expect is an alias (*) of what stands elsewhere');
  const { rows, dropped, dead_letters } = test.expected;
  const indent = blockIndent(expect, source);
  return [
    ...(rows ? updateList(source, expect, 'rows', rows, got.rows, indent) : []),
    ...(dropped ? updateDropped(source, expect, dropped, got) : []),
    ...updateDeadLetters(source, expect, dead_letters, got, indent),
  ];
}

/** Where lists within the map are indented to; null where the map is written in braces. */
function blockIndent(map: YAMLMap, source: string): number | null {
  const start = map.range?.[0] ?? 0;
  if (source[start] === '{') return null;
  return start - (source.lastIndexOf('\n', start - 1) + 1) + 2;
}

function updateList(
  source: string,
  expect: YAMLMap,
  name: string,
  expected: readonly object[],
  got: readonly object[],
  indent: number | null,
): Edit[] {
  const list = expect.get(name, true);
  if (!isSeq(list)) throw new NotEditable(`${name} is an alias (*) of what stands elsewhere`);
  const removed = new Set<number>();
  const added: Addition[] = [];
  const edits: Edit[] = [];
  let next = 0;
  for (const { before, after } of alignExpected(expected, got)) {
    if (after === null) removed.add(before ?? 0);
    else if (before === null)
      added.push({ before: next, text: flowText(expectationOf(got[after], expected)) });
    else edits.push(...updateMembers(source, list, before, expected[before], got[after]));
    if (before !== null) next = before + 1;
  }
  return [...edits, ...changeEntries(source, list, removed, added, indent)];
}

function updateMembers(
  source: string,
  list: YAMLSeq,
  place: number,
  expected: unknown,
  got: unknown,
): Edit[] {
  return differencesOf(expected, got, 'of_first').map(({ at, after }) =>
    replaceNode(source, list.getIn([place, ...at], true), after ?? null),
  );
}

/** Of a row that nobody expected, what the test expects of other rows; where it has no others, all that is not empty. */
function expectationOf(got: unknown, others: readonly object[]): unknown {
  return others.length === 0 ? withoutEmpty(got) : likeOthers(got, others);
}

function likeOthers(got: unknown, others: readonly unknown[]): unknown {
  const maps = others.filter(isMap);
  if (!isMap(got) || maps.length === 0) return got;
  const keys = Object.keys(Object.assign({}, ...maps)).filter(key => Object.hasOwn(got, key));
  return Object.fromEntries(
    keys.map(key => [
      key,
      likeOthers(
        got[key],
        maps.map(map => map[key]),
      ),
    ]),
  );
}

function updateDropped(
  source: string,
  expect: YAMLMap,
  expected: Record<string, number>,
  { dropped }: Got,
): Edit[] {
  const map = expect.get('dropped', true);
  if (!isMapNode(map)) throw new NotEditable('dropped is an alias (*) of what stands elsewhere');
  const rules = Object.keys(expected);
  const gone = rules.filter(rule => expected[rule] !== 0 && dropped[rule] === undefined);
  const changed = rules.filter(rule => dropped[rule] !== undefined && dropped[rule] !== expected[rule]);
  const added = Object.keys(dropped)
    .filter(rule => expected[rule] === undefined)
    .map(rule => ({ before: map.items.length, text: memberText(rule, dropped[rule]) }));
  return [
    ...changed.map(rule => replaceNode(source, map.get(rule, true), dropped[rule])),
    ...changeEntries(source, map, new Set(gone.map(rule => placeOf(map, rule))), added, null),
  ];
}

function placeOf(map: YAMLMap, key: string): number {
  return map.items.findIndex(pair => isScalar(pair.key) && String(pair.key.value) === key);
}

function updateDeadLetters(
  source: string,
  expect: YAMLMap,
  expected: readonly object[] | undefined,
  { deadLetters }: Got,
  indent: number | null,
): Edit[] {
  if (expected !== undefined) {
    return updateList(source, expect, 'dead_letters', expected, deadLetters, indent);
  }
  if (deadLetters.length === 0) return [];
  const text = memberText('dead_letters', deadLetters.map(withoutEmpty));
  return changeEntries(source, expect, new Set(), [{ before: expect.items.length, text }], null);
}
