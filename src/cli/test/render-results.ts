import type { Paint } from '../paint.js';
import { type Difference, pathText, valueText, withoutEmpty } from '../rows/differences.js';
import { hasFailed, type TestResult } from './run-test.js';
import type { Update } from './update-tests.js';

const INPUT_MAX = 2_000;

/** A result, and what became of its expectations where they are updated. */
export type ShownResult = TestResult & { update?: Update };

/** What came of tests, for people. */
export function renderResults(
  results: readonly ShownResult[],
  unmatched: readonly string[],
  paint: Paint,
): string {
  const updated = results.filter(({ update }) => update?.kind === 'updated').length;
  const passed = results.filter(result => !hasFailed(result)).length;
  const notes = unmatched.map(rule => `Note: no test has an item that the rule ${rule} matches`);
  const verdict = `${passed} of ${results.length} tests passed${updated === 0 ? '' : `, ${updated} updated`}`;
  const isGood = passed + updated === results.length;
  return `${[
    ...results.flatMap(result => renderResult(result, paint)),
    ...notes,
    paint(isGood ? 'green' : 'red', verdict),
  ].join('\n')}\n`;
}

function renderResult(result: ShownResult, paint: Paint): string[] {
  const { test, differences, update } = result;
  if (!hasFailed(result)) return [`${paint('green', '✓')} ${test.name}`];
  const isUpdated = update?.kind === 'updated';
  return [
    `${isUpdated ? paint('yellow', '↻') : paint('red', '✗')} ${test.name}  ${paint('dim', test.place)}`,
    ...differences.flatMap(difference => renderDifference(difference, paint)),
    ...(isUpdated ? [] : [paint('dim', `    input: ${inputOf(test.value)}`)]),
    ...(update?.kind === 'refused' ? [`    not updated: ${update.problem}`] : []),
  ];
}

function renderDifference({ at, before, after }: Difference, paint: Paint): string[] {
  return [
    `    ${pathText(at)}`,
    paint('green', `      - expected ${valueText(before)}`),
    paint('red', `      + got      ${valueText(before === undefined ? withoutEmpty(after) : after)}`),
  ];
}

/** As it was sent, where it is text. */
function inputOf(value: Buffer): string {
  const text = value.toString('utf8');
  if (text.includes('\ufffd') || !text.startsWith('{')) return `${value.length} bytes`;
  return text.length > INPUT_MAX ? `${text.slice(0, INPUT_MAX)}…` : text;
}

const XML = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' } as const;

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, character => XML[character as keyof typeof XML]);
}

/** The same as JUnit's XML, which CI systems read. What was updated has not failed. */
export function renderJunit(results: readonly ShownResult[]): string {
  const isFailure = (result: ShownResult) => hasFailed(result) && result.update?.kind !== 'updated';
  const failures = results.filter(isFailure).length;
  const cases = results.map(result => {
    const { test, differences } = result;
    const open = `    <testcase classname="otelrows" name="${escapeXml(test.name)}" file="${escapeXml(test.place)}"`;
    if (!isFailure(result)) return `${open}/>`;
    const text = differences.map(
      ({ at, before, after }) => `${pathText(at)}: expected ${valueText(before)}, got ${valueText(after)}`,
    );
    return `${open}>\n      <failure message="${escapeXml(text[0] ?? '')}">${escapeXml(text.join('\n'))}</failure>\n    </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="otelrows test" tests="${results.length}" failures="${failures}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
