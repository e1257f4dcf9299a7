import { renderChange } from '../explain/render-explained.js';
import type { Paint } from '../paint.js';
import { count } from '../replay/progress-text.js';
import { pathText, valueText } from '../rows/differences.js';
import { visible } from '../visible.js';
import type { ItemDifference } from './compare-rows.js';
import { itemName } from './item-name.js';
import { type DiffSummary, differs, type Example, type Tally } from './summary.js';

const WIDTH = 100;

/** An item whose row is another one, or that makes none any more. */
export function renderItemDifference(
  recordName: string,
  { itemIndex, values, before, after, differences }: ItemDifference,
  paint: Paint,
): string {
  const name = itemName(values);
  const item = itemIndex === null ? 'the whole record' : `item ${itemIndex}`;
  const title = `── ${visible(recordName)} · ${item}${name === '' ? '' : ` · ${name}`} `;
  const fate =
    after.kind === 'no_row'
      ? [paint('yellow', `no row: ${visible(after.why)}`)]
      : after.kind === 'dead_letter'
        ? [paint('red', `a dead letter: ${visible(`${after.why}: ${after.message}`)}`)]
        : before.kind === 'row'
          ? []
          : [paint('green', 'a row')];
  return `${[
    paint('bold', title.padEnd(WIDTH, '─')),
    ...[
      ...fate,
      ...differences.map(({ at, before, after }) => renderChange(pathText(at), before, after, paint)),
    ].map(line => `   ${line}`),
  ].join('\n')}\n`;
}

/** What differs, in numbers. */
export function renderSummary(summary: DiffSummary, paint: Paint): string {
  const { items, records, same, neither, changed, added, removed, newColumns, goneColumns } = summary;
  const held = `${count(records)} ${records === 1 ? 'record' : 'records'} with ${count(items)} ${items === 1 ? 'item' : 'items'}`;
  const withoutRow = neither === 0 ? '' : `, ${count(neither)} without a row in both`;
  const refused = section('Dead letters with both', summary.refused, paint);
  if (!differs(summary)) {
    const none = `${paint('green', 'No differences')} in ${held}: ${rows(same)} are the same${withoutRow}.`;
    return `${[none, ...refused].join('\n')}\n`;
  }
  const lines = [
    `${held}: ${rows(same)} the same, ${count(changed)} changed, ${count(removed)} gone, ${count(added)} new${withoutRow}.`,
    ...deadLetterLine(summary),
    ...listed('New columns', newColumns),
    ...listed('Columns that are gone', goneColumns),
    ...section('Columns that changed', summary.columns, paint),
    ...section('Rows for another topic', summary.topics, paint),
    ...section('Rows with another key', summary.keys, paint),
    ...section('Without a row now', summary.removedBy, paint),
    ...section('With a row now', summary.addedBy, paint),
    ...refused,
  ];
  return `${lines.join('\n')}\n`;
}

function rows(number: number): string {
  return `${count(number)} ${number === 1 ? 'row' : 'rows'}`;
}

function deadLetterLine({ deadLettersBefore, deadLettersAfter }: DiffSummary): string[] {
  if (deadLettersBefore + deadLettersAfter === 0) return [];
  return [
    `Dead letters of what differs: ${count(deadLettersBefore)} before, ${count(deadLettersAfter)} after.`,
  ];
}

function listed(what: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${what}: ${names.join(', ')}`];
}

const SHOWN_MAX = 50;

function section(title: string, tallies: readonly Tally[], paint: Paint): string[] {
  if (tallies.length === 0) return [];
  const width = Math.max(...tallies.map(tally => count(tally.count).length)) + 2;
  const more =
    tallies.length > SHOWN_MAX ? [`${' '.repeat(width)}  … and ${tallies.length - SHOWN_MAX} more`] : [];
  return [
    '',
    paint('bold', title),
    ...tallies
      .slice(0, SHOWN_MAX)
      .flatMap(tally => [
        `${count(tally.count).padStart(width)}  ${visible(tally.what)}`,
        ...tally.examples.map(example => `${' '.repeat(width + 4)}${renderExample(example, paint)}`),
      ]),
    ...more,
  ];
}

function renderExample({ item, name, message, ...values }: Example, paint: Paint): string {
  const where = paint('dim', visible([item, name, message].filter(Boolean).join(': ')));
  if (!('before' in values)) return where;
  const change = `${paint('red', valueText(values.before ?? undefined))} → ${paint('green', valueText(values.after ?? undefined))}`;
  return `${change}  ${where}`;
}
