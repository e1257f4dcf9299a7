import { SIGNALS, type Signal } from '../../transform/decode/otlp.js';
import type { StepsOutcome } from '../../transform/steps/run-steps.js';
import { type Finding, ok, problem, warning } from './finding.js';
import type { Look, Refusal } from './look-at-record.js';

const SUBJECT = 'records';
const ITEMS: Record<Signal, string> = { traces: 'spans', logs: 'log records', metrics: 'data points' };
const SWITCHES: Record<Signal, string> = {
  traces: 'traces.enabled',
  logs: 'logs.enabled',
  metrics: 'enabled of their section in metrics',
};

/** What the records of a topic are, of which some were looked at. */
export function describeLooks(topic: string, looks: readonly Look[]): Finding[] {
  const items = looks.filter(look => look.kind === 'items');
  const refused = looks.filter(look => look.kind === 'refused');
  const suspicious = looks.filter(look => look.kind === 'suspicious');
  const emptyCount = looks.filter(({ kind }) => kind === 'empty').length;
  return [
    ...SIGNALS.flatMap(signal =>
      describeItems(
        topic,
        signal,
        items.filter(look => look.signal === signal),
        looks.length,
      ),
    ),
    ...describeEmpty(topic, emptyCount, looks.length),
    ...describeSuspicious(topic, suspicious, looks.length),
    ...describeRefused(topic, refused, looks),
  ];
}

function describeItems(
  topic: string,
  signal: Signal,
  items: readonly (Look & { kind: 'items' })[],
  lookedAt: number,
): Finding[] {
  if (items.length === 0) return [];
  const encodings = [...new Set(items.map(({ encoding }) => encoding))].sort().join(' and ');
  const counts = items.map(({ itemCount }) => itemCount);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const each = least === most ? `${least}` : `${least} to ${most}`;
  const text = `${topic}: ${signal} in ${encodings}, ${each} ${ITEMS[signal]} each (${ofAll(items.length, lookedAt)})`;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const filtered = items.reduce((sum, { filteredCount, steps }) => sum + filteredCount - droppedBy(steps), 0);
  if (filtered === 0) return [ok(SUBJECT, text)];
  const off = `${text}; ${filtered} of all ${total} make no row, since their kind is switched off`;
  return [filtered === total ? warning(SUBJECT, `${off} (${SWITCHES[signal]})`) : ok(SUBJECT, off)];
}

/** Told of by rule: see `describeSteps`. */
function droppedBy(steps: StepsOutcome | undefined): number {
  return steps?.tallies.reduce((sum, { dropped }) => sum + dropped, 0) ?? 0;
}

function describeEmpty(topic: string, emptyCount: number, lookedAt: number): Finding[] {
  if (emptyCount === 0) return [];
  const text = `${topic}: empty, so no rows (${ofAll(emptyCount, lookedAt)})`;
  return [emptyCount === lookedAt ? warning(SUBJECT, text) : ok(SUBJECT, text)];
}

function describeSuspicious(
  topic: string,
  suspicious: readonly (Look & { kind: 'suspicious' })[],
  lookedAt: number,
): Finding[] {
  const [first] = suspicious;
  if (first === undefined) return [];
  const { record, description } = first;
  return [
    warning(
      SUBJECT,
      `${topic}: no rows, and no dead letters: ${description} (${ofAll(suspicious.length, lookedAt)}, such as ${record})`,
    ),
  ];
}

/** One finding for each reason and remedy. It is a problem when no record of the topic makes rows. */
function describeRefused(topic: string, refused: readonly Refusal[], looks: readonly Look[]): Finding[] {
  const alike = new Map<string, Refusal[]>();
  for (const refusal of refused) {
    const name = JSON.stringify([refusal.reason, refusal.remedy]);
    alike.set(name, [...(alike.get(name) ?? []), refusal]);
  }
  const isMixed = looks.some(({ kind }) => kind === 'items');
  return [...alike.values()].map(group => {
    const [{ record, reason, message, remedy }] = group as [Refusal];
    const text =
      `${topic}: would become dead letters, ${reason}: ${message} (${ofAll(group.length, looks.length)}, ` +
      `such as ${record})${reason === 'unknown_signal' ? UNKNOWN_SIGNAL_ADVICE : adviceFor(remedy, isMixed)}`;
    return isMixed ? warning(SUBJECT, text) : problem(SUBJECT, text);
  });
}

const UNKNOWN_SIGNAL_ADVICE =
  '. Set signal_header: true in the Kafka exporter, or signal of this input where it holds one (inputs)';

function adviceFor(remedy: Refusal['remedy'], isMixed: boolean): string {
  if (remedy === null) return '';
  if (!isMixed) return `. Set ${remedy.setting}: ${remedy.value} of this input (inputs)`;
  return remedy.setting === 'signal'
    ? '. Set signal: auto of this input (inputs), or let each signal have a topic of its own'
    : '. Set encoding: auto of this input (inputs)';
}

function ofAll(count: number, all: number): string {
  return `${count} of ${all} records read`;
}
