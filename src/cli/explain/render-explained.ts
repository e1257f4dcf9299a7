import type { Paint } from '../paint.js';
import type { RecordSource } from '../records/record-source.js';
import { pathText, valueText } from '../rows/differences.js';
import { visible } from '../visible.js';
import type { ExplainedItem, ExplainedRecord, Fate } from './explain-record.js';
import type { StepTrace } from './trace-steps.js';

const WIDTH = 100;

const RESULTS: Record<StepTrace['result'], { text: string; style: Parameters<Paint>[0] }> = {
  other_kind: { text: 'other kind', style: 'dim' },
  no_match: { text: 'no match', style: 'dim' },
  unchanged: { text: 'unchanged', style: 'dim' },
  changed: { text: 'changed', style: 'green' },
  dropped: { text: 'dropped', style: 'yellow' },
  failed: { text: 'failed', style: 'red' },
};

const RESULT_WIDTH = Math.max(...Object.values(RESULTS).map(({ text }) => text.length));

/** An item for people: what it is, what each step does with it, and where its row goes. */
export function renderItem(
  { name }: RecordSource,
  { itemIndex, kind, identity, steps, fate }: ExplainedItem,
  partition: number | null,
  paint: Paint,
): string {
  const nameWidth = Math.max(0, ...steps.map(({ step }) => step.length));
  return `${[
    title(`${name} · item ${itemIndex} · ${kind}`, paint),
    ...Object.entries(identity).map(
      ([column, text]) => `  ${paint('dim', column.padEnd(13))} ${visible(text)}`,
    ),
    ...steps.flatMap((step, i) => renderStep(step, `${String(i + 1).padStart(4)} `, nameWidth, paint)),
    `   → ${renderFate(fate, partition, paint)}`,
    '',
  ].join('\n')}\n`;
}

/** A record of which nothing becomes a row. */
export function renderRecord(
  { name }: RecordSource,
  explained: ExplainedRecord & { outcome: 'dead_letter' },
  paint: Paint,
): string {
  const fate = renderFate({ kind: 'dead_letter', ...explained }, null, paint);
  return `${title(`${name} · the whole record`, paint)}\n   → ${fate}\n\n`;
}

function title(text: string, paint: Paint): string {
  return paint('bold', `── ${visible(text)} `.padEnd(WIDTH, '─'));
}

function renderStep(trace: StepTrace, number: string, nameWidth: number, paint: Paint): string[] {
  const { text, style } = RESULTS[trace.result];
  const begin = `${number}${trace.step.padEnd(nameWidth)}  `;
  const details = detailsOf(trace, paint);
  const first = `${begin}${paint(style, details.length > 0 ? text.padEnd(RESULT_WIDTH) : text)}  ${details[0] ?? ''}`;
  const indent = ' '.repeat(begin.length + RESULT_WIDTH + 2);
  return [first.trimEnd(), ...details.slice(1).map(detail => indent + detail)];
}

function detailsOf(
  { why, changes, topic, key, headers = {}, onError, result }: StepTrace,
  paint: Paint,
): string[] {
  const details = [
    ...(why === undefined ? [] : [paint(result === 'failed' ? 'red' : 'dim', visible(why))]),
    ...(onError === undefined ? [] : [`on_error: ${onError}`]),
    ...changes.map(({ at, before, after }) => renderChange(pathText(at), before, after, paint)),
    ...(topic === undefined ? [] : [`topic → ${paint('green', topic)}`]),
    ...(key === undefined ? [] : [`key → ${paint('green', key === null ? 'none' : valueText(key))}`]),
    ...Object.entries(headers).map(
      ([name, value]) => `header ${visible(name)} → ${paint('green', valueText(value))}`,
    ),
  ];
  return result === 'changed' && details.length === 0 ? [paint('dim', 'nothing that rows show')] : details;
}

/** `SpanAttributes.user.email: "a@example.com" → "***"` */
export function renderChange(path: string, before: unknown, after: unknown, paint: Paint): string {
  return `${path}: ${paint('red', valueText(before ?? undefined))} → ${paint('green', valueText(after ?? undefined))}`;
}

function renderFate(fate: Fate, partition: number | null, paint: Paint): string {
  switch (fate.kind) {
    case 'row': {
      const chooses = fate.isKeySent ? '' : ', which only chooses the partition';
      const key = fate.key === null ? 'no key' : `key ${valueText(fate.key.toString())}${chooses}`;
      const place = partition === null ? '' : `, partition ${partition}`;
      return `${paint('green', 'a row')} of ${fate.topic}${place}, ${key}`;
    }
    case 'switched_off':
      return paint('yellow', `no row: its kind is switched off (${fate.setting})`);
    case 'dropped':
      return paint('yellow', `no row: ${fate.step} drops it`);
    case 'dead_letter':
      return `${paint('red', 'a dead letter')} of ${fate.topic}, ${fate.reason}: ${visible(fate.message)}`;
  }
}

/** The same for programs: a line of JSON. */
export function explainedJson(
  { name, record }: RecordSource,
  explained: ExplainedItem | (ExplainedRecord & { outcome: 'dead_letter' }),
  partition: number | null = null,
): string {
  const { topic, offset } = record;
  const source = topic === '' ? { file: name } : { record: { topic, partition: record.partition, offset } };
  if ('outcome' in explained) {
    const { reason, message } = explained;
    const fate = { kind: 'dead_letter', topic: explained.topic, reason, message };
    return `${JSON.stringify({ ...source, item: null, fate })}\n`;
  }
  const { itemIndex, kind, identity, steps, fate } = explained;
  const sent = fate.kind === 'row' ? { key: fate.key?.toString() ?? null, partition } : {};
  return `${JSON.stringify({
    ...source,
    item: itemIndex,
    kind,
    identity,
    steps: steps.map(({ changes, ...trace }) => ({
      ...trace,
      changes: changes.map(({ at, before = null, after = null }) => ({ path: pathText(at), before, after })),
    })),
    fate: { ...fate, ...sent },
  })}\n`;
}
