import type { ColumnValue } from '../../encodings/added-columns.js';
import type { RowEncoding } from '../../encodings/encoding.js';
import type { RowKind } from '../../tables/columns.js';
import type { OutputMessage, TransformedRecord } from '../transform-record.js';
import type { RowEffects, StepRun } from './run-steps.js';

/** Gives so many bytes, or more. */
export type Allocate = (bytes: number) => Buffer;

/** What is kept from record to record. */
const KEPT_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Gives the same memory again and again, for callers that are done with it before they ask for more: memory for large buffers comes from
 * the system anew each time, page by page.
 */
export function reusedMemory(): Allocate {
  let kept = Buffer.alloc(0);
  return bytes => {
    if (bytes > KEPT_BYTES_MAX) return Buffer.allocUnsafe(bytes);
    if (bytes > kept.length) kept = Buffer.allocUnsafeSlow(Math.min(2 * bytes, KEPT_BYTES_MAX));
    return kept;
  };
}

/**
 * What a record became, with what its steps did and asked for: other topics and keys, and the columns that they add.
 *
 * @param made of rows without such columns. What steps dropped is not counted as filtered yet.
 * @param allocate gives memory for rows that columns are added to.
 */
export function withSteps(
  made: TransformedRecord,
  run: StepRun,
  encodings: Readonly<Record<RowKind, RowEncoding>>,
  allocate: Allocate = Buffer.allocUnsafe,
): TransformedRecord {
  const steps = run.outcome();
  return {
    ...made,
    messages: applyEffects(made.messages, run, encodings, allocate),
    filteredCount: made.itemCount - made.messages.length - steps.failedItems.length,
    steps,
  };
}

function applyEffects(
  messages: OutputMessage[],
  run: StepRun,
  encodings: Readonly<Record<RowKind, RowEncoding>>,
  allocate: Allocate,
): OutputMessage[] {
  let isAnyAffected = false;
  let bytesMax = 0;
  for (const message of messages) {
    const effects = run.effectsOf(message.itemIndex);
    if (effects === undefined) continue;
    isAnyAffected = true;
    if (hasColumns(message, effects))
      bytesMax += message.value.length + encodings[effects.kind].addColumns.bytesMax(effects.columns);
  }
  if (!isAnyAffected) return messages;
  // All rows are written into one piece of memory: rows that lie side by side are copied together later.
  const bytes = allocate(bytesMax);
  let end = 0;
  return messages.map(message => {
    const effects = run.effectsOf(message.itemIndex);
    if (effects === undefined) return message;
    const { topic = message.topic, key = message.key, headers } = effects;
    const made: OutputMessage = { ...message, topic, key };
    if (headers) made.headers = headers;
    if (!hasColumns(message, effects)) return made;
    const start = end;
    end = encodings[effects.kind].addColumns.write(message.value, effects.columns, bytes, start);
    made.value = bytes.subarray(start, end);
    return made;
  });
}

/** Whether columns are added to a row. One that was not made has no place for them. */
function hasColumns(
  { tooLargeBytes }: OutputMessage,
  effects: RowEffects,
): effects is RowEffects & { columns: ColumnValue[] } {
  return effects.columns !== undefined && tooLargeBytes === undefined;
}
