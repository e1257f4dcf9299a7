import { styleText } from 'node:util';
import type { Difference, TestResult } from './run-test.js';

const VALUE_MAX = 200;
const INPUT_MAX = 2_000;

/** What came of tests, for people. @param colour whether it is for a terminal. */
export function renderResults(
  results: readonly TestResult[],
  unmatched: readonly string[],
  colour: boolean,
): string {
  const paint = (style: 'green' | 'red' | 'dim', text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const failed = results.filter(({ differences }) => differences.length > 0);
  const lines = results.flatMap(({ test, differences }) =>
    differences.length === 0
      ? [`${paint('green', '✓')} ${test.name}`]
      : [
          `${paint('red', '✗')} ${test.name}  ${paint('dim', test.place)}`,
          ...differences.flatMap(difference => renderDifference(difference, paint)),
          paint('dim', `    input: ${inputOf(test.value)}`),
        ],
  );
  const notes = unmatched.map(rule => `Note: no test has an item that the rule ${rule} matches`);
  const verdict = `${results.length - failed.length} of ${results.length} tests passed`;
  return `${[...lines, ...notes, paint(failed.length === 0 ? 'green' : 'red', verdict)].join('\n')}\n`;
}

function renderDifference(
  { path, expected, got }: Difference,
  paint: (style: 'green' | 'red', text: string) => string,
): string[] {
  return [
    `    ${path}`,
    paint('green', `      - expected ${shown(expected)}`),
    paint('red', `      + got      ${shown(got)}`),
  ];
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text;
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

/** The same as JUnit's XML, which CI systems read. */
export function renderJunit(results: readonly TestResult[]): string {
  const failures = results.filter(({ differences }) => differences.length > 0).length;
  const cases = results.map(({ test, differences }) => {
    const open = `    <testcase classname="otelrows" name="${escapeXml(test.name)}" file="${escapeXml(test.place)}"`;
    if (differences.length === 0) return `${open}/>`;
    const text = differences.map(
      ({ path, expected, got }) => `${path}: expected ${shown(expected)}, got ${shown(got)}`,
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
