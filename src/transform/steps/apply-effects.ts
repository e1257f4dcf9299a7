import type { ColumnValue } from '../../encodings/added-columns.js';
import type { RowEncoding } from '../../encodings/encoding.js';
import type { RowKind } from '../../tables/columns.js';
import type { OutputMessage, TransformedRecord } from '../transform-record.js';
import type { StepRun } from './run-steps.js';

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
  return messages.map(message => {
    const effects = run.effectsOf(message.itemIndex);
    if (effects === undefined) return message;
    const { kind, topic = message.topic, key = message.key, columns } = effects;
    return { ...message, topic, key, value: withColumns(message, encodings[kind], columns) };
  });
}

/** A row that was not made has no place for columns. */
function withColumns(
  { value, tooLargeBytes }: OutputMessage,
  encoding: RowEncoding,
  columns: readonly ColumnValue[] | undefined,
): Buffer {
  return columns === undefined || tooLargeBytes !== undefined ? value : encoding.addColumns(value, columns);
}
