import { recordName } from '../../kafka/names.js';
import type { ReportedExample, ReportedPlace, VerifyReport } from '../../verify/report.js';
import { FAULTS, type Fault } from '../../verify/settle.js';

const MEANINGS: Record<Fault, string> = {
  missing: 'items without their row',
  duplicate: 'more rows than items',
  unexpected: 'rows that no item explains',
  changed: 'rows whose content is not what the item becomes',
};

/** The report for people. */
export function renderReport(report: VerifyReport): string {
  const { input, output } = report;
  const bound = report.group === null ? 'all there are' : `as far as ${report.group} has committed`;
  const sums = [
    ['items', input.items, ''],
    ['records that cannot be decoded, and have a dead letter', input.undecodable, ''],
    ['records that hold nothing', input.empty, ''],
    ['records that hold something, but no item', input.suspicious, ''],
    ['filtered: their kind is switched off, or a rule drops them', input.filtered, ''],
    ['dead-lettered', report.deadLettered, ''],
    ['of kinds whose topic is not compared', input.elsewhere, ''],
  ] as const;
  const faults = FAULTS.map(fault => [fault, report[fault], MEANINGS[fault]] as const);
  const lines = [
    `Input    ${count(input.records, 'record')} of ${input.topics.join(', ')}, ${bound}`,
    ...sums.filter(([name, rows]) => rows > 0 || name === 'items').map(([name, rows]) => sum(rows, name)),
    `Output   ${count(output.rows, 'row')} of ${output.topics.join(', ')}; ${count(output.deadLetters, 'dead letter')}`,
    sum(report.matched, 'matched'),
    ...(report.replayed > 0 ? [sum(report.replayed, 'of these have a dead letter: it was replayed')] : []),
    ...(report.truncated > 0 ? [sum(report.truncated, 'of these were truncated')] : []),
    ...(report.sourceDeleted > 0
      ? [sum(report.sourceDeleted, 'not compared: the input has deleted their records')]
      : []),
    '',
    ...faults.map(([name, rows, meaning]) => `${name.padEnd(11)}${number(rows).padStart(12)}   ${meaning}`),
    ...(report.maybeDeleted > 0
      ? [
          `${'deleted'.padEnd(11)}${number(report.maybeDeleted).padStart(12)}   items without a row, which the output may have deleted`,
        ]
      : []),
    ...(report.lostRecords > 0
      ? [
          `${'lost'.padEnd(11)}${number(report.lostRecords).padStart(12)}   records that cannot be decoded, without a dead letter`,
        ]
      : []),
    ...(report.changedKeyOnly > 0
      ? [`${''.padEnd(26)}of the changed rows, ${number(report.changedKeyOnly)} differ in their key only`]
      : []),
    ...FAULTS.flatMap(fault => renderExamples(fault, report.examples[fault])),
    ...renderLost(report.examples.lostRecords),
    ...(report.notes.length > 0 ? ['', ...report.notes.map(note => `Note: ${note}`)] : []),
    '',
    verdict(report),
  ];
  return `${lines.join('\n')}\n`;
}

function verdict({ balanced, nothingCompared }: VerifyReport): string {
  if (nothingCompared !== null) return `✗ Nothing was compared: ${nothingCompared}.`;
  return balanced
    ? '✓ The row counts add up: every item has its row, and every row its item.'
    : '✗ The row counts do not add up.';
}

function renderExamples(fault: Fault, examples: readonly ReportedExample[]): string[] {
  if (examples.length === 0) return [];
  return [
    '',
    `${fault}, for example:`,
    ...examples.flatMap(({ rows, row, sources, written }) => [
      `  ${Object.entries(row)
        .map(([name, text]) => `${name} ${text}`)
        .join('  ')}${rows > 1 ? `  (${number(rows)} rows)` : ''}`,
      ...(sources.length > 0 ? [`    made of     ${sources.map(place).join(', ')}`] : []),
      ...(written.length > 0 ? [`    written to  ${written.map(place).join(', ')}`] : []),
    ]),
  ];
}

function renderLost(places: readonly ReportedPlace[]): string[] {
  return places.length === 0 ? [] : ['', 'lost, for example:', ...places.map(at => `  ${place(at)}`)];
}

function place({ itemIndex, rowIndex = 0, ...record }: ReportedPlace): string {
  const item = itemIndex === undefined ? '' : ` item ${itemIndex}`;
  const row = rowIndex > 0 ? ` row ${rowIndex}` : '';
  return `${recordName(record)}${item}${row}`;
}

function sum(rows: number, name: string): string {
  return `${number(rows).padStart(23)}   ${name}`;
}

function count(rows: number, noun: string): string {
  return `${number(rows)} ${noun}${rows === 1 ? '' : 's'}`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
