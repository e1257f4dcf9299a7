import type { RowEncoding } from '../../encodings/encoding.js';
import type { RowKind } from '../../tables/columns.js';
import type { OutputMessage, TransformedRecord } from '../transform-record.js';
import type { RowEffects, StepRun } from './run-steps.js';

/**
 * What a record became, with what its steps did and asked for: other topics and keys, and the columns that they add.
 *
 * @param made of rows without such columns. What steps dropped is not counted as filtered yet.
 */
export function withSteps(
  made: TransformedRecord,
  run: StepRun,
  encodings: Readonly<Record<RowKind, RowEncoding>>,
): TransformedRecord {
  const steps = run.outcome();
  return {
    ...made,
    messages: applyEffects(made.messages, run, encodings),
    filteredCount: made.itemCount - made.messages.length - steps.failedItems.length,
    steps,
  };
}

function applyEffects(
  messages: OutputMessage[],
  run: StepRun,
  encodings: Readonly<Record<RowKind, RowEncoding>>,
): OutputMessage[] {
  if (!messages.some(({ itemIndex }) => run.effectsOf(itemIndex))) return messages;
  const added = messages.map(message => addedTo(message, run.effectsOf(message.itemIndex), encodings));
  // All rows are written into one piece of memory: rows that lie side by side are copied together later.
  const bytes = Buffer.allocUnsafe(
    added.reduce((sum, columns) => sum + (columns ? columns.rowBytes + columns.bytes.length : 0), 0),
  );
  let at = 0;
  return messages.map((message, i) => {
    const effects = run.effectsOf(message.itemIndex);
    if (effects === undefined) return message;
    const { topic = message.topic, key = message.key, headers } = effects;
    const addressed = { ...message, topic, key, ...(headers ? { headers } : {}) };
    const columns = added[i];
    if (!columns) return addressed;
    const start = at;
    at += message.value.copy(bytes, at, 0, columns.rowBytes);
    at += columns.bytes.copy(bytes, at);
    return { ...addressed, value: bytes.subarray(start, at) };
  });
}

/** What is written behind so many bytes of a row; null where nothing is. A row that was not made has no place for columns. */
function addedTo(
  { value, tooLargeBytes }: OutputMessage,
  effects: RowEffects | undefined,
  encodings: Readonly<Record<RowKind, RowEncoding>>,
): { rowBytes: number; bytes: Buffer } | null {
  if (effects?.columns === undefined || tooLargeBytes !== undefined) return null;
  const encoding = encodings[effects.kind];
  return { rowBytes: value.length - encoding.rowEndBytes, bytes: encoding.addedColumns(effects.columns) };
}
